"""Who we know: the organisations that call, join and host actions."""
