"""Collect. Network, browser, disk, clock: the only package that acts on the world."""

import os

# Scrapy's cookie jar asks the internet for the list of public suffixes, unless it is told that there is none to ask.
os.environ.setdefault("TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS", "")
