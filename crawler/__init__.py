"""Collect. Network, browser, disk, clock: the only package that acts on the world."""
