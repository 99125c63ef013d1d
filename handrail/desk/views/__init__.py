"""Views of the desk, one file an area, found because they are here. Each route says what it needs."""
