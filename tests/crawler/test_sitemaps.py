import gzip

import pytest
from scrapy.http import Response

from crawler import sitemaps
from crawler.sitemaps import BrokenSitemap, entries

SPACE = b'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
URLSET = b'<?xml version="1.0"?><urlset %s><url><loc> http://a.example/x </loc></url></urlset>' % SPACE
INDEX = b"<sitemapindex %s><sitemap><loc>http://a.example/1.xml</loc></sitemap></sitemapindex>" % SPACE


def answer(body):
    return Response("http://a.example/sitemap.xml", body=body)


@pytest.mark.parametrize(
    ("body", "kind", "found"),
    [
        (URLSET, "urlset", ["http://a.example/x"]),
        (gzip.compress(URLSET), "urlset", ["http://a.example/x"]),
        (INDEX, "sitemapindex", ["http://a.example/1.xml"]),
        (b"<urlset></urlset>", "urlset", []),
    ],
)
def test_reads_sitemaps(body, kind, found):
    told, locations = entries(answer(body))

    assert (told, list(locations)) == (kind, found)


@pytest.mark.parametrize(
    "body", [b"", b"not xml", b"<html><body>404</body></html>", gzip.compress(URLSET, mtime=0)[:20] + b"x" * 40]
)
def test_what_is_no_sitemap_says_so(body):
    with pytest.raises(BrokenSitemap):
        list(entries(answer(body))[1])


def test_a_gzip_bomb_is_cut_off(monkeypatch):
    monkeypatch.setattr(sitemaps, "MAX_BYTES", 1000)

    with pytest.raises(BrokenSitemap, match="more than"):
        entries(answer(gzip.compress(b"<urlset>" + b" " * 100_000)))
