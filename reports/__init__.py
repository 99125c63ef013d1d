"""Tell what was judged. Stored outcomes in, documents out."""
