"""The press kit: what reporters may quote, as one ZIP, packed once for each state of the record."""
