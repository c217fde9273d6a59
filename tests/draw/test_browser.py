"""The page as a person meets it, in a real browser; left out where there is no Chromium."""

import json

import numpy as np
import pytest
from atlas.test_layout import graph_of, talk, two_camps
from browser import CHROMIUM, opened
from draw.factories import HARM, graph
from draw.painted import RECORDER, count_covered, overlap, read_painted

from kgraph.draw import write_view

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine")

DATA = "JSON.parse(document.getElementById('data').textContent)"
PANEL = "document.getElementById('panel').innerText"
COLOURS = """(() => {
    const canvas = document.querySelector('#canvas canvas');
    const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    return new Set(new Uint32Array(data.buffer)).size;
})()"""


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    made = tmp_path_factory.mktemp("view") / "page.html"
    write_view(graph(), made, focus="Acme", types=frozenset())
    return made


@pytest.fixture
def page(path):
    with opened(path) as page:
        yield page
        assert page.run("window.harmed") is None, "a text of the input was executed"
        assert page.requests == [path.as_uri()], "the page reached out"
        assert page.console == []


def where(page, expression):
    """Where a point of the picture stands in the window, when everything is shown."""
    return page.run(f"""(() => {{
        const [left, top, right, bottom] = {DATA}.frame;
        const box = document.getElementById('canvas').getBoundingClientRect();
        const wide = (box.width - 48) / (right - left);
        const high = (box.height - 48) / (bottom - top);
        const scale = Math.min(wide, high, 1.25);
        const point = {expression};
        return [box.x + box.width / 2 + scale * (point.x - (left + right) / 2),
                box.y + box.height / 2 + scale * (point.y - (top + bottom) / 2)];
    }})()""")


SIDES = (("left", "left"), ("top", "top"), ("right", "left"), ("bottom", "top"))
NODE = DATA + ".nodes.find(node => node.id === '{}')"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_something_is_drawn(path, scheme):
    with opened(path, scheme=scheme) as page:
        assert page.run(COLOURS) > 10
        assert page.run("performance.getEntriesByName('first-picture').length") == 1


def test_pointing_at_and_clicking_a_hostile_name_shows_its_text(page):
    x, y = where(page, NODE.format("company/evil"))
    page.move(x, y)
    assert "Evil <img" in page.run("document.querySelector('#tip').innerText")
    page.click(x, y)
    shown = page.run(PANEL)
    assert f"Evil {HARM} & Söhne" in shown
    assert f"Evil quote {HARM}" in shown
    assert page.run("document.querySelectorAll('#panel img, #panel script').length") == 0


def test_clicking_a_link_shows_its_evidence_and_no_advert(page):
    a, b = NODE.format("company/acme"), NODE.format("company/beta")
    page.click(*where(page, f"{{x: ({a}.x + {b}.x) / 2, y: ({a}.y + {b}.y) / 2}}"))
    shown = page.run(PANEL)
    assert "Acme and Beta Works" in shown
    assert "Together in\n2 episodes" in shown
    assert "Acme bought Beta Works, they say." in shown
    assert "2025-07-01 · A Show · 36 % sure" in shown
    assert "ten percent" not in shown


def test_only_web_pages_become_links(page):
    page.press("/")
    page.type("beta")
    page.press("Enter")
    hrefs = page.run("[...document.querySelectorAll('#panel a')].map(a => a.href)")
    assert hrefs == ["https://example.org/"]


def test_a_keyboard_is_enough(page):
    page.press("/")
    page.type("bet")
    assert (
        page.run("document.getElementById('matches').innerText").strip() == "Beta Works 2 episodes"
    )
    page.press("ArrowDown")
    page.press("Enter")
    assert page.run("document.activeElement.innerText") == "Beta Works"
    page.press("Tab")
    page.press("Tab")
    page.press("Enter")
    assert page.run("document.activeElement.innerText") == "Acme and Beta Works"
    page.press("Escape")
    assert "How to read this" in page.run(PANEL)


def test_other_spellings_are_found_and_what_is_not_there_is_said(page):
    page.press("/")
    page.type("BETAWORKS")
    assert "Beta Works" in page.run("document.getElementById('matches').innerText")
    page.press("Escape")
    page.type("nobody")
    assert "Nothing here goes by that name." in page.run(
        "document.getElementById('matches').innerText"
    )


def test_the_legend_hides_a_type_and_search_brings_it_back(page):
    page.run("document.getElementById('type-person').click()")
    pressed = "document.getElementById('type-person').getAttribute('aria-pressed')"
    assert page.run(pressed) == "false"
    before = page.run(COLOURS)
    page.press("/")
    page.type("ann")
    page.press("Enter")
    assert page.run(pressed) == "true"
    assert before > 1


def test_the_tables_say_the_same(page):
    page.run("document.querySelector('#tables summary').click()")
    page.settle()
    rows = page.run(
        "[...document.querySelectorAll('#tables table')].map(table => table.tBodies[0].rows.length)"
    )
    assert rows == page.run(f"[{DATA}.nodes.length, {DATA}.edges.length]")
    page.run("[...document.querySelectorAll('#tables button')].at(-1).click()")
    assert "Association" in page.run(PANEL)


def test_a_narrow_window_scrolls_down_only(path):
    with opened(path, width=390, height=800) as page:
        assert page.run("document.documentElement.scrollWidth") == 390
        assert page.run(COLOURS) > 10


@pytest.fixture
def camps(tmp_path):
    """A page of two groups, which does not show all of their names."""
    write_view(two_camps(), tmp_path / "camps.html", limit=20)
    with opened(tmp_path / "camps.html") as page:
        yield page
        assert page.console == []


def test_groups_are_named_and_lead_to_their_members(camps):
    names = camps.run("[...document.querySelectorAll('#groups button')].map(b => b.textContent)")
    assert len(names) == 2
    story = camps.run("document.getElementById('story').innerText")
    assert "The names form 2 groups" in story
    assert "The strongest tie is that of" in story
    camps.run("document.getElementById('group-1').click()")
    assert camps.run("document.querySelector('#panel h2').textContent") in names[1]
    members = camps.run(PANEL).partition("Strongest links")[0]
    assert ("chip" in members) != ("coin" in members)
    before = camps.picture()
    camps.run("""(() => { const choice = document.getElementById('colours');
        choice.value = 'type'; choice.dispatchEvent(new Event('change')); })()""")
    camps.settle()
    assert camps.picture() != before


def test_a_name_is_expanded_by_names_that_were_not_drawn(camps):
    rows = "document.querySelectorAll('#panel .near li').length"
    id_ = camps.run(f"Object.keys({DATA}.more.links)[0]")
    label = camps.run(f"{DATA}.things[{id_!r}].label")
    camps.press("/")
    camps.type(label)
    camps.press("Enter")
    before = camps.run(rows)
    dotted = "!document.getElementById('dots').hidden"
    assert not camps.run(dotted)
    camps.run("document.querySelector('#panel .expand').click()")
    camps.settle()
    assert camps.run(dotted)
    assert camps.run("document.querySelector('#panel .expand')") is None
    assert camps.run(rows) > before
    further = camps.run(f"{DATA}.more.things[{DATA}.more.links[{id_!r}][0][0]].label")
    camps.press("/")
    camps.run("document.getElementById('search').value = ''")
    camps.run(
        f"[...document.querySelectorAll('#panel .near button')]"
        f".find(b => b.textContent.startsWith({further!r})).click()"
    )
    assert "This file holds no quotes and episodes" in camps.run(PANEL)
    confidence = camps.run(f"{DATA}.more.links[{id_!r}][0][3]")
    assert f"{round(100 * confidence)} % at best" in camps.run(PANEL)


@pytest.mark.parametrize("is_open_before", [False, True])
def test_tables_legend_and_label_hold_what_an_expanded_name_brought(camps, is_open_before):
    id_ = camps.run(f"Object.keys({DATA}.more.links)[0]")
    brought = camps.run(f"{DATA}.more.links[{id_!r}].map(([id]) => {DATA}.more.things[id].label)")
    assert brought
    toggle = "document.querySelector('#tables summary').click()"
    cells = "[...document.querySelectorAll('#tables table')].map(t => t.tBodies[0].innerText)"
    count = "[...document.querySelectorAll('#tables table')].map(t => t.tBodies[0].rows.length)"
    if is_open_before:
        camps.run(toggle)
        camps.until("document.querySelectorAll('#tables table').length === 2")
        assert not any(label in camps.run(cells)[0] for label in brought)
    drawn = camps.run(f"[{DATA}.nodes.length, {DATA}.edges.length]")
    camps.press("/")
    camps.type(camps.run(f"{DATA}.things[{id_!r}].label"))
    camps.press("Enter")
    camps.run("document.querySelector('#panel .expand').click()")
    if not is_open_before:
        camps.run(toggle)
        camps.until("document.querySelectorAll('#tables table').length === 2")
    names, links = camps.run(cells)
    assert all(label in names and label in links for label in brought)
    assert camps.run(count)[0] == drawn[0] + len(brought)
    assert camps.run(count)[1] >= drawn[1] + len(brought)
    label = camps.run("document.querySelector('#canvas').firstElementChild.ariaLabel")
    assert label.startswith(f"Picture of {drawn[0] + len(brought)} names and ")
    types = camps.run("document.getElementById('types').innerText.trim()")
    assert types == f"{drawn[0] + len(brought)} companies"


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_names_of_groups_cover_no_mark_no_name_and_no_other(tmp_path, width, height):
    made = tmp_path / "camps.html"
    write_view(several_camps(), made, limit=60)
    with opened(made, width, height) as page:
        page.call("Page.addScriptToEvaluateOnNewDocument", source=RECORDER)
        page.reload()
        page.until("painted.texts.length && painted.marks.length > 20")
        page.settle()
        covered = count_covered(page)
        assert covered.pop("titles") >= 4
        assert covered == {"marks": 0, "names": 0, "on another": 0, "cut off": 0}
        assert page.console == []


def test_no_name_stands_under_the_buttons(path, tmp_path):
    page_text = path.read_text(encoding="utf-8")
    head, start, rest = page_text.partition('<script type="application/json" id="data">')
    block, end, tail = rest.partition("</script>")
    data = json.loads(block)
    data["frame"] = [-900, -600, 900, 600]
    data["nodes"][0] |= {"x": 880, "y": -580}
    made = tmp_path / "corner.html"
    made.write_text(head + start + json.dumps(data).replace("<", "\\u003c") + end + tail, "utf-8")
    with opened(made) as page:
        page.call("Page.addScriptToEvaluateOnNewDocument", source=RECORDER)
        page.reload()
        page.until("painted.texts.length")
        page.settle()
        box = "document.getElementById('zoom').getBoundingClientRect()"
        canvas = "document.getElementById('canvas').getBoundingClientRect()"
        corners = [f"{box}.{side} - {canvas}.{start}" for side, start in SIDES]
        buttons = page.run(f"[{', '.join(corners)}]")
        _, names, marks = read_painted(page)
        assert names and marks
        assert not any(overlap(buttons, place) for place in (*marks, *(b for _, b in names)))


def several_camps():
    """Talks on each of six fields, in which companies of two fields seldom meet."""
    random = np.random.default_rng(2)
    fields = [
        [f"{field} {n:02}" for n in range(8)]
        for field in ("Bank", "Chip", "Coin", "Drug", "Film", "Game")
    ]
    talks = [
        talk(n, sorted(random.choice(fields[n % 6], 4, replace=False).tolist())) for n in range(120)
    ]
    talks += [talk(120 + n, [fields[n][0], fields[(n + 1) % 6][0]]) for n in range(6)]
    return graph_of(talks)


def test_the_tip_and_a_click_tell_the_same(camps):
    for at in range(8):
        x, y = 200 + 70 * at, 300 + 25 * at
        camps.move(x, y)
        camps.settle()
        shown = camps.run(
            "document.getElementById('tip').hidden ? '' : "
            "document.querySelector('#tip b').textContent"
        )
        camps.click(x, y)
        heading = camps.run("document.querySelector('#panel h2').textContent")
        assert heading == (shown or "How to read this")


def test_the_wheel_scrolls_the_page_and_zooms_with_ctrl(camps):
    camps.run("document.getElementById('tables').open = true")
    camps.settle()
    wheel = {"type": "mouseWheel", "x": 400, "y": 400, "deltaX": 0, "deltaY": 120}
    camps.call("Input.dispatchMouseEvent", **wheel)
    camps.until("scrollY > 0")
    camps.run("scrollTo(0, 0)")
    camps.settle()
    before = camps.picture()
    camps.call("Input.dispatchMouseEvent", **wheel, modifiers=2)
    camps.settle()
    assert camps.run("scrollY") == 0
    assert camps.picture() != before
