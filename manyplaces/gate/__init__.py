"""The very entry of the server: page store, static files, headers and logs, with Django behind it."""
