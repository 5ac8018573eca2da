"""Pictures drawn on the server: the map of an action in SVG, and the card shown when a page is shared."""
