"""Schools and other places with every spelling, their cities, the gazetteer and the geometry of the map."""
