"""Nothing is fetched but the sites: libraries that would ask the internet for lists are told not to."""

import subprocess
import sys

import pytest

COOKIES = (
    "import {first}; from scrapy.downloadermiddlewares import cookies as c; print(c._split_domain.suffix_list_urls)"
)


@pytest.mark.parametrize("first", ["crawler.settings", "crawler.process", "handrail.runs, crawler.spiders.site"])
def test_no_list_of_public_suffixes_is_asked_for(first):
    command = [sys.executable, "-c", COOKIES.format(first=first)]

    told = subprocess.run(command, capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "()"
