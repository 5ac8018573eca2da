"""Manyplaces: one action in many places, called, done, reported and kept."""
