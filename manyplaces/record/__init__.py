"""What was said about it: claims, media hits, and the tally with its provenance."""
