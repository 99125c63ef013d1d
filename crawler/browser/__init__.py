"""The browser: found, launched, leased, recycled, watched."""
