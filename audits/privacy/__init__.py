"""Judges privacy: exposed personal information, trackers, forms, transport. One file per check."""
