"""Checks of what people with disabilities need, one file per check."""
