"""A whole installation as one file: made while the site goes on, looked through, put back into either database."""
