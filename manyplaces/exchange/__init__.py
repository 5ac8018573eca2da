"""The file door: tables in and out."""
