"""Letters we owe somebody, the worker that pays them, and the clock."""
