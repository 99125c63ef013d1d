"""Facts about names, structure and forms, as the browser gives them."""

import pytest
from pools import PATIENT, nobody, shared

from crawler.browser.pool import BrowserConfig
from crawler.collectors import structure
from crawler.collectors.structure import Structure

pytestmark = pytest.mark.browser


@pytest.fixture
def read(serve, clean_page):
    """``frames = await read(body, …)``: the artifact's frames."""

    async def look(body, **routes):
        server = serve({"/": clean_page(body), **{f"/{name}": text for name, text in routes.items()}})
        config = BrowserConfig(slots=1, **PATIENT)

        async def work(pool):
            async with pool.visit(server.url(), key=nobody(), collectors=(Structure(),)) as (_, seen):
                assert not seen.errors
                return seen.artifacts["structure"]["frames"]

        return await shared(config, work)

    return look


def one(frame, kind, element_id):
    (fact,) = [fact for fact in frame[kind] if fact["selector"].endswith(f"#{element_id}")]
    return fact


async def test_links_are_named_as_they_are_heard(read):
    (frame,) = await read(
        '<a id="a" href="/a"><img alt="City" src="/x.png"> Hall</a><a id="b" href="/b" aria-label="Rinks">More</a>'
        '<span id="l">Pools</span><a id="c" href="/c" aria-labelledby="l">More</a>'
        '<a id="d" href="/d" title="Trails"></a>'
        '<a id="e" href="/e">Read<span aria-hidden="true"> →</span><span hidden> not</span></a><a id="f">No link</a>'
    )

    assert {link["selector"]: link["name"] for link in frame["links"]} == {
        "#a": "City Hall",
        "#b": "Rinks",
        "#c": "Pools",
        "#d": "Trails",
        "#e": "Read",
    }


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("rink-3", True),
        ("address1", True),
        ("step1of3", True),
        ("id_groups_add_all", True),
        ("je0yzj-menu-link", False),
        ("cb0431a9-3e09-4fad-847c-353b211af385", False),
        (":r1:", False),
        ("dp1732932012345", False),
    ],
)
async def test_an_id_that_is_another_at_the_next_load_names_no_place(read, name, kept):
    (frame,) = await read(f'<ul><li><a href="/a">A</a></li><li><a id="{name}" href="/b">B</a></li></ul>')

    assert (frame["links"][1]["selector"].startswith("#")) is kept


async def test_words_are_counted_without_the_indentation_of_the_markup(read):
    space = "\n" + 30 * " "
    (frame,) = await read(
        f"<table><thead><tr><th>{space}<a href='/a'>{space}Ward</a></th></tr></thead>"
        "<tbody><tr><td>1</td></tr><tr><td>2</td></tr></tbody></table>"
    )

    assert frame["tables"][0]["headers"] == 1


async def test_a_link_stands_in_its_sentence_its_entry_and_under_its_heading(read):
    (frame,) = await read(
        '<p>To renew, <a id="a" href="/a">go here</a>.</p><h2>Dogs</h2><ul><li>Tags '
        '<ul><li><a id="b" href="/b">x</a></li></ul></li></ul>'
        '<table><tr><th>Day</th><th>Map</th></tr><tr><th>May</th><td><a id="c" href="/c">x</a></td></tr></table>'
        '<nav><h2>Menu</h2></nav><div><a id="d" href="/d">x</a></div>'
    )

    link = {name: one(frame, "links", name) for name in "abcd"}
    assert link["a"]["context"] == "To renew, ."
    assert link["b"]["context"].split() == ["Tags"]
    assert set(link["c"]["context"].split()) >= {"May", "Map"}
    assert frame["headings"][link["b"]["heading"]]["text"] == "Dogs"
    assert link["d"]["heading"] == -1  # the last heading stands in a menu


async def test_slots_and_shadow_roots_are_read_in_order(read):
    (frame,) = await read(
        "<x-card><a href='/b'>B</a></x-card><script>customElements.define('x-card', class extends HTMLElement {"
        "constructor() { super(); this.attachShadow({mode: 'open'}).innerHTML = "
        '\'<a href="/a">A</a><slot></slot><a href="/c">C</a>\'; } });</script>'
    )

    assert [(link["name"], link["selector"]) for link in frame["links"]] == [
        ("A", "body > main > x-card >>> a:nth-of-type(1)"),
        ("B", "body > main > x-card > a"),
        ("C", "body > main > x-card >>> a:nth-of-type(2)"),
    ]


async def test_every_frame_is_read(read):
    frames = await read('<iframe id="f" src="/inner" title="Inner"></iframe>', inner="<title>In</title><h2>Inside</h2>")

    assert [frame["frame"] for frame in frames] == [[], ["#f"]]
    assert [heading["text"] for heading in frames[1]["headings"]] == ["Inside"]


async def test_labels_count_when_people_see_them(read):
    (frame,) = await read(
        '<label for="a">Name</label><input id="a"><p>&nbsp;</p>'
        '<label for="b" style="position:absolute;width:1px;height:1px;overflow:hidden">Hidden</label><input id="b">'
        '<div><span>City</span> <input id="c" aria-label="City"></div>'
        '<div><input id="d" placeholder="Ward" aria-label="W">'
        "<button>Send</button></div><input type='hidden' id='e'>"
    )

    fields = {name: one(frame, "fields", name) for name in "abcd"}
    assert [field["label"] for field in fields.values()] == ["Name", "", "", ""]
    assert [field["name"] for field in fields.values()] == ["Name", "Hidden", "City", "W"]
    assert fields["c"]["near"] == "City"
    assert fields["d"]["near"] == ""
    assert len(frame["fields"]) == 4


async def test_blocks_hold_their_lines_and_their_looks(read):
    (frame,) = await read(
        '<p id="a">One <b>two</b><br>three</p><p id="b" style="font-size:30px"><strong>All bold</strong></p>'
        '<p id="c" hidden>Hidden</p><div id="d">Before<p id="e">within</p>after</div>'
    )

    blocks = {block["selector"]: block for block in frame["blocks"]}
    assert blocks["#a"]["text"] == "One two\nthree"
    assert not blocks["#a"]["heavy"]
    assert blocks["#b"]["heavy"]
    assert blocks["#b"]["size"] == 30
    assert "#c" not in blocks
    assert blocks["#e"]["text"] == "within"
    assert "within" not in blocks["#d"]["text"]


async def test_tables_tell_headers_and_cells(read):
    (frame,) = await read(
        '<table id="a"><tr><th>Day</th><th>Opens</th></tr><tr><td>May</td><td>9:00</td></tr></table>'
        '<table id="b" border="1"><tr><td><b>Day</b></td><td><b>Opens</b></td></tr>'
        "<tr><td>May</td><td>9:00</td></tr></table>"
    )

    first, second = one(frame, "tables", "a"), one(frame, "tables", "b")
    assert (first["headers"], second["headers"]) == (2, 0)
    assert (second["rows"], second["columns"], second["lined"]) == (2, 2, True)
    assert [[cell["bold"] for cell in row] for row in second["cells"]] == [[True, True], [False, False]]


async def test_names_of_fields_do_not_stand_in_the_way(read):
    names = "closest querySelector querySelectorAll parentElement attributes children getAttribute id elements"
    (frame,) = await read(
        f"<form>{''.join(f'<input name={name}>' for name in names.split())}"
        '<div class="error">Wrong</div><a href="/a">A link</a></form>'
    )

    assert [link["name"] for link in frame["links"]] == ["A link"]
    assert len(frame["fields"]) == len(names.split())


async def test_a_page_too_large_says_so_and_gives_what_was_read(read, monkeypatch):
    monkeypatch.setattr(structure, "MOST_ELEMENTS", 50)

    (frame,) = await read("".join(f"<h2>Heading {number}</h2>" for number in range(100)))

    assert frame["truncated"]
    assert 30 < len(frame["headings"]) < 60


async def test_a_deep_page_is_read(read):
    (frame,) = await read("<div>" * 3000 + '<a href="/deep">Deep</a>')

    assert [link["name"] for link in frame["links"]] == ["Deep"]
