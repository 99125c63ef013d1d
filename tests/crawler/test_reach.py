import pytest

from crawler.reach import NameGuard, Space, Wall, space_of, space_of_host
from crawler.scope import Scope

CITY = "https://www.city.example/"


@pytest.mark.parametrize(
    ("address", "space"),
    [
        ("127.0.0.1", Space.LOOPBACK),
        ("127.255.0.9", Space.LOOPBACK),
        ("0.0.0.0", Space.LOOPBACK),
        ("::1", Space.LOOPBACK),
        ("::", Space.LOOPBACK),
        ("10.0.0.1", Space.LOCAL),
        ("172.16.0.1", Space.LOCAL),
        ("172.31.255.255", Space.LOCAL),
        ("192.168.1.1", Space.LOCAL),
        ("100.64.0.1", Space.LOCAL),
        ("fd12::1", Space.LOCAL),
        ("fec0::1", Space.LOCAL),
        ("240.0.0.1", Space.LOCAL),  # no web server is there
        ("169.254.169.254", Space.LINK),
        ("169.254.1.1", Space.LINK),
        ("fe80::1", Space.LINK),
        ("fe80::1%eth0", Space.LINK),
        ("fd00:ec2::254", Space.LINK),
        ("168.63.129.16", Space.LINK),
        ("100.100.100.200", Space.LINK),
        ("::ffff:10.0.0.1", Space.LOCAL),
        ("::ffff:127.0.0.1", Space.LOOPBACK),
        ("64:ff9b::a9fe:a9fe", Space.LINK),  # 169.254.169.254 behind NAT64
        ("2002:0a00:0001::1", Space.LOCAL),  # 10.0.0.1 in 6to4
        ("8.8.8.8", Space.PUBLIC),
        ("172.15.0.1", Space.PUBLIC),
        ("172.32.0.1", Space.PUBLIC),
        ("11.0.0.1", Space.PUBLIC),
        ("100.128.0.1", Space.PUBLIC),
        ("192.167.1.1", Space.PUBLIC),
        ("2606:4700::1111", Space.PUBLIC),
        ("64:ff9b::808:808", Space.PUBLIC),
    ],
)
def test_how_near_an_address_is(address, space):
    assert space_of(address) is space


@pytest.mark.parametrize(
    ("host", "space"),
    [
        ("127.1", Space.LOOPBACK),
        ("0x7f000001", Space.LOOPBACK),
        ("2130706433", Space.LOOPBACK),
        ("0xa9.0xfe.0xa9.0xfe", Space.LINK),
        ("[::1]", Space.LOOPBACK),
        ("LOCALHOST", Space.LOOPBACK),
        ("app.localhost", Space.LOOPBACK),
        ("localhost.", Space.LOOPBACK),
        ("metadata.google.internal", Space.LINK),
        ("metadata", Space.LINK),
        ("printer.local", Space.LOCAL),
        ("wiki.internal", Space.LOCAL),
        ("intranet", Space.LOCAL),
        ("www.city.example", None),
        ("localhost.city.example", None),
        ("10.city.example", None),
        ("127.0.0.1.nip.example", None),  # a name: looked up like any other
        ("internal.city.example", None),
        ("metadata.city.example", None),
        ("3com.example", None),
        ("1.1.1.1", Space.PUBLIC),
    ],
)
def test_some_hosts_say_how_near_they_are(host, space):
    assert space_of_host(host) is space


async def around(names, *urls, hosts=()):
    async def look_up(name):
        return names.get(name, [])

    return await Wall.around(Scope.of(urls, hosts=hosts), look_up)


@pytest.mark.parametrize(
    ("url", "refused"),
    [
        ("http://169.254.169.254/latest/meta-data/", True),
        ("http://metadata.google.internal/", True),
        ("http://localhost:9200/_search", True),
        ("http://127.0.0.1/", True),
        ("http://2130706433/", True),
        ("http://[::1]:8080/", True),
        ("http://[fd00::1]/", True),
        ("http://10.1.2.3/admin", True),
        ("https://192.168.0.1/", True),
        ("https://router/", True),
        ("https://cdn.example/lib.js", False),
        ("https://fonts.example/10.0.0.1/a.woff2", False),
        ("https://10.cdn.example/x", False),
        ("https://8.8.8.8/x", False),
        ("https://maps.city.example/?u=http://10.0.0.1/", False),
        ("https://www.city.example/a.css", False),
        ("data:image/png;base64,AAAA", False),
        ("blob:https://www.city.example/1", False),
    ],
)
async def test_a_public_site_reaches_nothing_that_is_near(url, refused):
    wall = await around({"www.city.example": ["203.0.114.10"], "city.example": ["203.0.114.10"]}, CITY)

    assert wall.home(CITY) is Space.PUBLIC
    assert wall.refuses(url, page=CITY) is refused


@pytest.mark.parametrize(
    ("address", "refused", "allowed"),
    [
        (
            "10.1.2.3",
            ["http://127.0.0.1/", "http://169.254.169.254/"],
            ["http://10.9.9.9/", "http://intranet/", "https://x.example/"],
        ),
        (
            "127.0.0.1",
            ["http://169.254.169.254/", "http://metadata/"],
            ["http://127.0.0.1:1/", "http://10.9.9.9/", "http://localhost/"],
        ),
    ],
)
async def test_a_site_reaches_its_own_kind_and_what_is_farther(address, refused, allowed):
    wall = await around({"www.city.example": [address]}, CITY)

    assert all(wall.refuses(url, page=CITY) for url in refused)
    assert not any(wall.refuses(url, page=CITY) for url in allowed)


async def test_what_the_configuration_lists_is_allowed_and_nothing_beside_it():
    wall = await around({"www.city.example": ["203.0.114.10"]}, CITY, hosts=("10.1.2.3:8080",))

    assert not wall.refuses("http://10.1.2.3:8080/map", page=CITY)
    assert wall.refuses("http://10.1.2.3:9200/", page=CITY)
    assert wall.refuses("http://10.1.2.4:8080/", page=CITY)


async def test_a_name_that_leads_inside_is_inside():
    wall = await around({"www.city.example": ["10.0.0.7"], "city.example": ["10.0.0.7"]}, CITY)

    assert wall.home(CITY) is Space.LOCAL
    assert not wall.is_strange("www.city.example", "10.0.0.8")


@pytest.mark.parametrize(
    ("first", "then", "strange"),
    [
        (["203.0.114.10"], "127.0.0.1", True),
        (["203.0.114.10"], "169.254.169.254", True),
        (["203.0.114.10", "10.0.0.1"], "10.0.0.1", True),  # of several, the farthest says where a site lives
        (["203.0.114.10"], "198.51.101.4", False),  # moved, and still outside
        (["10.0.0.1"], "10.0.0.2", False),
        (["10.0.0.1"], "203.0.114.10", False),  # from inside to outside harms nobody
        ([], "127.0.0.1", False),  # never seen: a proxy may know the name
    ],
)
async def test_a_name_that_is_turned_inwards_is_strange(first, then, strange):
    wall = await around({"www.city.example": first}, CITY)

    assert wall.is_strange("www.city.example", then) is strange


async def test_only_what_may_be_near_is_looked_at():
    outside = await around({"www.city.example": ["203.0.114.10"]}, CITY)
    inside = await around({"www.city.example": ["10.0.0.1"]}, CITY)
    here = await around({}, "http://127.0.0.1:8000/")

    assert "http://10.*" in outside.sieve
    assert "https://localhost*" in outside.sieve
    assert "http://10.*" not in inside.sieve
    assert "http://127.*" in inside.sieve
    assert "http://127.*" not in here.sieve
    assert "http://169.254.*" in here.sieve


@pytest.mark.parametrize(
    ("url", "out"),
    [
        ("https://city.example/a", False),
        ("http://www.city.example/a", False),
        ("https://evil.example/", True),
        ("https://city.example.evil.example/", True),
        ("https://city.example/admin/x", True),
        ("https://city.example:8443/", True),
        ("file:///etc/passwd", True),
        ("data:text/html,x", True),
        ("about:blank", True),
        ("https://[::1", True),
    ],
)
async def test_navigation_stays_in_the_site(url, out):
    wall = Wall(scope=Scope.of((CITY,), exclude=("/admin/*",)))

    assert wall.leads_out(url) is out


class Receiver:
    def __init__(self):
        self.addresses = []

    def resolutionBegan(self, resolution):
        self.began = True

    def addressResolved(self, address):
        self.addresses.append(address.host)

    def resolutionComplete(self):
        self.complete = True


class Names:
    """A resolver whose answer changes."""

    def __init__(self, *addresses):
        self.addresses = addresses

    def resolveHostName(self, receiver, host, *args, **options):
        from twisted.internet.address import IPv4Address

        receiver.resolutionBegan(None)
        for address in self.addresses:
            receiver.addressResolved(IPv4Address("TCP", address, 80))
        receiver.resolutionComplete()


async def test_scrapy_is_not_told_the_address_of_a_turned_name():
    names = Names("203.0.114.10", "127.0.0.1")
    guard = NameGuard(names)
    wall = await around({"www.city.example": ["203.0.114.10"]}, CITY)

    guard.watch(wall)
    ours, others = Receiver(), Receiver()
    guard.resolveHostName(ours, "www.city.example", 80)
    guard.resolveHostName(others, "proxy.example", 80)
    guard.forget(wall)
    later = Receiver()
    guard.resolveHostName(later, "www.city.example", 80)

    assert ours.addresses == ["203.0.114.10"]
    assert ours.complete
    assert others.addresses == later.addresses == ["203.0.114.10", "127.0.0.1"]
