"""One spider: it walks one site."""
