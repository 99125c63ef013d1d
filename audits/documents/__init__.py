"""Judges documents (PDF and Office files) by the facts that were read of them. One file per check."""
