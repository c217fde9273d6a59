"""The atlas as a person meets it, in a real browser; left out where there is no Chromium."""

import json
import re
from pathlib import Path

import pytest
from atlas.factories import HARM, graph
from atlas.test_layout import two_camps
from browser import CHROMIUM, opened

from kgraph.atlas import draw_atlas
from kgraph.draw.legend import TYPE_STYLES
from kgraph.views.highlights import find_associations, group_associations
from kgraph.views.open_graph import OpenGraph

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine")

AXE = Path(__file__).parents[1] / "vendor" / "axe.min.js"
READY = "performance.getEntriesByName('kgraph:ready').length === 1"
RESTING = "kgraphAtlas.renderer.stats().isSharp"
HASH = "decodeURIComponent(location.hash)"
PANEL = "document.getElementById('panel').innerText"
HEADING = "document.querySelector('#panel h2').textContent"
FOCUSED = "document.activeElement.textContent"
EVIL = f"Evil {HARM} & Söhne\u2028"
COLOURS = """(async () => {
    const bitmap = await createImageBitmap(await kgraphAtlas.renderer.png({scale: 1}));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d');
    context.drawImage(bitmap, 0, 0);
    const {data} = context.getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
})()"""
SAVED = """(async () => {
    const made = URL.createObjectURL;
    const saved = new Promise((done) => {
        URL.createObjectURL = (blob) => { done(blob); return made.call(URL, blob); };
    });
    [...document.querySelectorAll('#panel button')].find((b) => b.textContent === NAME).click();
    const blob = await saved;
    URL.createObjectURL = made;
    return [blob.type, await blob.text()];
})()"""


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    made = tmp_path_factory.mktemp("atlas") / "page.html"
    draw_atlas(graph(), made, title=f"Map {HARM}")
    return made


def ready(page):
    page.until(READY)
    page.until(RESTING)
    return page


def harmless(page, path):
    """Nothing ran that should not, nothing was asked from elsewhere, nothing went wrong."""
    assert page.run("window.harmed") is None, "a text of the input was executed"
    assert page.run("document.querySelectorAll('img, iframe, object, embed').length") == 0
    asked = {
        address.partition("#")[0]
        for address in page.requests
        if address[:5] in ("file:", "http:", "https")
    }
    assert asked == {path.as_uri()}, "the page reached out"
    assert page.console == []


@pytest.fixture
def page(path):
    with opened(path) as page:
        yield ready(page)
        harmless(page, path)


def test_a_pressed_button_can_be_read_under_the_pointer(page):
    button = "document.getElementById('to-filters')"
    x, y = page.run(f"(({{x, y}}) => [x + 5, y + 5])({button}.getBoundingClientRect())")
    page.click(x, y)
    assert page.run(f"{button}.matches(':hover[aria-expanded=true]')")
    style = f"getComputedStyle({button})"
    ink, ground = page.run(f"[{style}.color, {style}.backgroundColor]")
    assert ink != ground


def test_a_panel_separates_what_may_be_chance_as_pages_do(sample, tmp_path):
    draw_atlas(sample.graph, tmp_path / "a.html")
    groups = group_associations(find_associations(OpenGraph(sample), "company/openai"), 99)
    expected = []
    for group in groups:
        plural = TYPE_STYLES[group.type].plural
        lists = (plural, group.rows), (f"{plural}: may be chance", group.uncertain)
        expected += [[name, [row.thing.label for row in rows]] for name, rows in lists if rows]
    assert [name for name, _ in expected][:2] == ["companies", "companies: may be chance"]
    with opened(tmp_path / "a.html") as page:
        find(ready(page), "openai")
        while page.run("!!document.querySelector('#panel .near + .more')"):
            page.run("document.querySelector('#panel .near + .more').click()")
        lists = page.run("""[...document.querySelectorAll('#panel h4')].map((h) => [
            h.firstChild.data, Number(h.lastChild.textContent),
            [...h.nextElementSibling.querySelectorAll('.plain')].map((b) => b.textContent),
            h.nextElementSibling.querySelectorAll('meter').length])""")
        assert [[name, names] for name, _, names, _ in lists] == expected
        for name, count, names, meters in lists:
            assert (count, meters) == (len(names), 0 if "chance" in name else len(names))


def test_few_episodes_say_that_nothing_is_mentioned_together(page):
    least = "three episodes of two shows more often than by chance."
    assert f"No names are mentioned together in {least}" in page.run(PANEL)
    assert "What is mentioned with" not in page.run(PANEL)
    find(page, "acme")
    assert f"Nothing is mentioned with Acme in {least}" in page.run(PANEL)
    find(page, "evil")
    assert f"Nothing is mentioned with {EVIL} in {least}" in page.run(
        "document.getElementById('panel').textContent"
    )


def test_a_panel_lists_shows_by_how_many_of_their_episodes_have_the_name(page):
    find(page, "acme")
    shows = page.run("[...document.querySelectorAll('#panel .covering li')].map(e => e.innerText)")
    assert [" ".join(text.split()) for text in shows] == ["A Show 2 of 3 episodes"]


def test_on_paper_the_picture_is_as_wide_as_the_page(page):
    page.run("dispatchEvent(new Event('beforeprint'))")
    page.call("Emulation.setEmulatedMedia", media="print")
    widths = """['.printed', '#picture'].map((selector) =>
      Math.round(document.querySelector(selector).getBoundingClientRect().width))"""
    printed, picture = page.run(widths)
    assert picture - 2 <= printed <= picture <= page.run("innerWidth")
    colours = """(() => { const canvas = document.querySelector('.printed');
      const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size; })()"""
    assert page.run(colours) > 20
    page.run("dispatchEvent(new Event('afterprint'))")
    assert page.run("document.querySelector('.printed')") is None


def find(page, text):
    """Type a name, and take what is suggested first."""
    page.press("/")
    page.type(text)
    before = page.run("location.hash")
    page.press("Enter")
    page.until(f"location.hash !== {json.dumps(before)}")
    page.settle()


def click(page, text, inside="body"):
    """Press the button of that text."""
    page.run(
        f"[...document.querySelectorAll('{inside} button')]"
        f".find((b) => b.textContent === {json.dumps(text)}).click()"
    )
    page.settle()


def keys(page, text):
    for key in text:
        page.press(key)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_something_is_drawn(path, scheme):
    with opened(path, scheme=scheme) as page:
        assert ready(page).run(COLOURS) > 20
        assert page.run("performance.getEntriesByName('kgraph:first-picture').length") == 1


def test_edges_that_the_first_picture_does_without_are_there_when_the_page_is_ready(page):
    assert page.run("kgraphAtlas.atlas.m === kgraphAtlas.atlas.meta.edges.reduce((a, b) => a + b)")
    kinds = page.run("[...new Set(kgraphAtlas.atlas.kind)].length")
    assert kinds == page.run("kgraphAtlas.atlas.meta.edges.filter(Boolean).length")


def test_hostile_names_titles_and_quotes_are_shown_as_they_are_written(page):
    assert page.run("document.querySelector('h1').textContent") == f"Map {HARM}"
    find(page, "evil")
    assert page.run(HEADING) == EVIL
    click(page, f"e1 {HARM}", "#panel")
    page.until(f"{HEADING} === {json.dumps(f'e1 {HARM}')}")
    page.until(f"{PANEL}.includes({json.dumps(f'Gas is dear. {HARM}')})")
    assert f"About e1 {HARM}" in page.run(PANEL)
    click(page, "60 %", "#panel")
    page.until(f"{PANEL}.includes('row behind it')")
    page.until(f"{PANEL}.includes({json.dumps(f'so Evil {HARM}')})")


def test_a_name_under_the_pointer_is_text(page):
    x, y = page.run("""(() => {
        const {atlas, renderer} = kgraphAtlas;
        const box = document.getElementById('canvas').getBoundingClientRect();
        const i = atlas.type.indexOf(atlas.meta.types.indexOf('episode'));
        renderer.camera.set({x: atlas.x[i], y: atlas.y[i], scale: renderer.camera.home * 30});
        const [x, y] = renderer.camera.toScreen(atlas.x[i], atlas.y[i]);
        return [box.x + x, box.y + y];
    })()""")
    page.until(RESTING)
    page.move(x, y)
    page.until("!document.getElementById('tip').hidden")
    assert HARM in page.run("document.getElementById('tip').textContent")
    page.click(x, y)
    page.until(f"{HASH}.includes('node=episode/')")


def test_only_web_pages_become_links(page):
    find(page, "e3")
    assert page.run("[...document.querySelectorAll('#panel a')].map((a) => a.href)") == []
    find(page, "e1")
    found = page.run("[...document.querySelectorAll('#panel a')].map((a) => a.href)")
    assert set(found) == {"https://example.org/"}


def test_a_keyboard_is_enough(page):
    find(page, "acme")
    assert page.run(FOCUSED) == "Acme"
    page.press("p")
    page.type("ann")
    page.press("Enter")
    page.until(f"{HEADING} === 'From Acme to Ann Example'")
    assert "the episode mentions Ann Example" in page.run(PANEL)
    page.press("t")
    page.until("!document.getElementById('table').hidden")
    page.run("document.querySelector('#table select').focus()")
    page.press("ArrowDown")
    page.press("ArrowDown")
    page.until(f"{HASH}.includes('scope=all')")
    page.run("document.querySelector('#table thead th:nth-child(2) button').focus()")
    page.press("Enter")
    page.until("document.querySelector('#table [aria-sort=ascending]')")
    first = "document.querySelector('#table tbody .plain')"
    assert page.run(f"{first}.textContent") == "A Show"
    page.run(f"{first}.focus()")
    page.press("Enter")
    page.until(f"{HEADING} === 'A Show'")
    assert page.run(FOCUSED) == "A Show"
    page.press("Escape")
    page.until(f"{HASH}.indexOf('node=') < 0")


PREPARED = """(() => {
    let made;
    Object.defineProperty(window, 'kgraphAtlas', { get: () => made, set(atlas) {
        const {prepareNames, findNames} = atlas.app;
        window.called = [];
        atlas.app.prepareNames = (pause) => { called.push('prepare'); return prepareNames(pause); };
        atlas.app.findNames = (...typed) => { called.push('find'); return findNames(...typed); };
        made = atlas;
        if (EARLY) document.getElementById('search').focus();
    } });
})()"""


def test_the_picture_is_walked_by_keys_and_says_where_one_is(page):
    page.run("document.getElementById('canvas').focus()")
    before = page.run("kgraphAtlas.renderer.camera.x")
    page.press("ArrowRight")
    assert page.run("kgraphAtlas.renderer.camera.x") > before
    names = page.run("[...kgraphAtlas.renderer.inView()].map((i) => kgraphAtlas.atlas.label(i))")
    for name in names[:2]:
        page.press(".")
        said = page.run("document.getElementById('said').textContent")
        assert re.fullmatch(re.escape(name) + r", \w+, \d episodes?", said)
    page.press("Enter")
    page.until(f"{HEADING} === {json.dumps(names[1])}")


def test_letters_are_no_keys_while_one_types_or_after_they_are_turned_off(page):
    page.press("/")
    page.type("t")
    assert page.run("document.getElementById('table').hidden")
    page.press("Escape")
    page.press("Escape")
    page.press("?")
    assert page.run("document.getElementById('help').open")
    page.run("document.querySelector('#help input').click()")
    page.press("Escape")
    page.press("t")
    assert page.run("document.getElementById('table').hidden")


def test_every_help_line_is_a_key_that_does_something(page):
    for key in "fftt12acldm":
        before = page.run("document.documentElement.outerHTML + location.hash")
        if key == "1":
            find(page, "acme")
            before = page.run("document.documentElement.outerHTML + location.hash")
        page.press(key)
        page.until(f"document.documentElement.outerHTML + location.hash !== {json.dumps(before)}")


def test_the_address_restores_the_view(page):
    find(page, "acme")
    keys(page, "1tc")
    page.until(f"{HASH}.includes('colour=community')")
    page.until(RESTING)
    page.run("new Promise((done) => setTimeout(done, 300))")
    before, seen = page.run("location.hash"), page.run(PANEL)
    assert page.run(HASH).startswith("#node=company/acme&hops=1&colour=community&table=1")
    page.reload()
    ready(page)
    assert (page.run("location.hash"), page.run(PANEL)) == (before, seen)
    assert page.run("document.getElementById('state').textContent").startswith("1 step from Acme")
    assert page.run("document.querySelector('#legend select').value") == "community"


def test_back_and_forward_walk_through_what_was_opened(page):
    find(page, "acme")
    find(page, "rome")
    page.run("history.back()")
    page.until(f"{HEADING} === 'Acme'")
    page.run("history.back()")
    page.until("!kgraphAtlas.state.get().open")
    page.run("history.go(2)")
    page.until(f"{HEADING} === 'Rome'")


def test_changes_on_each_others_heels_are_all_seen(page):
    page.run(
        "kgraphAtlas.state.push({table: true}); kgraphAtlas.state.push({colour: 'confidence'});"
        "kgraphAtlas.state.push({hidden: ['person']}); kgraphAtlas.state.replace({rows: 'acme'})"
    )
    page.until("document.querySelectorAll('#table tbody tr').length === 1")
    assert page.run("document.querySelector('#legend select').value") == "confidence"
    assert shown(page, "person") == 0


def test_an_address_that_names_what_is_not_here_says_so(page):
    page.run("location.hash = 'node=company/nobody&at=1,x,2&hops=99&__proto__=1'")
    page.until(f"{HEADING} === 'Not in this file'")
    assert "company/nobody" in page.run(PANEL)


def shown(page, type_):
    return page.run(f"""(() => {{
        const {{atlas, app}} = kgraphAtlas, type = atlas.meta.types.indexOf('{type_}');
        return atlas.type.filter((one, i) => one === type && app.shown.mask[i]).length;
    }})()""")


def test_filters_leave_out_and_bring_back(page):
    assert (shown(page, "quote"), shown(page, "person")) == (3, 1)
    page.press("f")
    page.run("document.getElementById('type-person').click()")
    page.until(f"{HASH}.includes('without=person')")
    assert shown(page, "person") == 0
    page.run("[...document.querySelectorAll('#filters label')].at(-1).click()")
    page.until(f"{HASH}.includes('adverts=1')")
    assert shown(page, "quote") == 4
    assert "shown" in page.run("document.getElementById('state').textContent")
    click(page, "Show everything", "#state")
    page.until(f"!{HASH}.includes('without')")
    assert (shown(page, "quote"), shown(page, "person")) == (3, 1)


def test_what_filters_hide_is_found_and_says_so(page):
    page.press("f")
    page.run("document.getElementById('type-person').click()")
    page.until(f"{HASH}.includes('without=person')")
    find(page, "ann")
    assert "The filters hide this item in the picture." in page.run(PANEL)
    click(page, "Show everything", "#panel")
    page.until(f"!{HASH}.includes('without')")
    page.until(f"!{PANEL}.includes('The filters hide it')")


def test_months_are_drawn_by_hand_by_key_and_play(page):
    page.run("document.querySelectorAll('#time input')[1].focus()")
    page.press("ArrowLeft")
    page.until(f"{HASH}.includes('to=2025-07-31')")
    assert page.run("document.querySelector('#time output').textContent") == "Jun 2025 – Jul 2025"
    assert shown(page, "episode") == 2
    click(page, "▶", "#time")
    page.until(f"{HASH}.includes('from=2025-07-01')")
    click(page, "❚❚", "#time")


def test_panel_counts_ties_and_sizes_follow_the_chosen_days(page):
    find(page, "acme")
    weight = "kgraphAtlas.atlas.weight[kgraphAtlas.app.opened.nodes[0]]"
    assert "2 episodes" in page.run(PANEL)
    assert "As filtered" not in page.run(PANEL)
    page.run("kgraphAtlas.state.push({from: '2025-08-01', to: '2025-08-31'})")
    page.until(f"{PANEL}.includes('As filtered: Aug 2025')")
    assert "1 of 2 episodes" in page.run(PANEL)
    written = (
        "[...document.querySelectorAll('#panel h3')].find(h => h.textContent.startsWith('Written'))"
    )
    assert page.run(f"{written}.textContent") == "Written in all episodes"
    assert "e1" not in page.run("document.querySelector('#panel .episodes').innerText")
    assert "Gas is dear" not in page.run(PANEL)
    page.run("kgraphAtlas.state.push({from: '2025-07-01', to: '2025-07-31'})")
    page.until(f"{PANEL}.includes('0 of 2 episodes')")
    assert page.run(weight) == 0
    page.run("kgraphAtlas.state.push({from: '', to: ''})")
    page.until(f"!{PANEL}.includes('As filtered')")
    assert page.run(weight) > 0
    assert page.run(f"{written}.textContent") == "Written"


def test_no_name_stands_under_the_buttons_of_the_map(path):
    names_under_buttons = """(() => {
        const buttons = document.getElementById('zoom').getBoundingClientRect();
        const map = document.getElementById('canvas').getBoundingClientRect();
        return kgraphAtlas.renderer.labels().filter(({box}) =>
            box.left + map.left < buttons.right && buttons.left < box.right + map.left
            && box.top + map.top < buttons.bottom && buttons.top < box.bottom + map.top
        ).map(({text}) => text);
    })()"""
    beside_buttons = """(() => {
        const {renderer: {camera}, atlas: {x, y}, app} = kgraphAtlas, i = app.opened.nodes[0];
        const buttons = document.getElementById('zoom').getBoundingClientRect();
        const map = document.getElementById('canvas').getBoundingClientRect();
        const [px, py] = camera.toScreen(x[i], y[i]);
        const toX = buttons.left - map.left - 20;
        const toY = buttons.top - map.top + buttons.height / 2;
        camera.set({x: camera.x + (px - toX) / camera.scale,
                    y: camera.y + (py - toY) / camera.scale, scale: camera.scale});
    })()"""
    with opened(path) as page:
        find(ready(page), "acme")
        page.until(RESTING)
        page.run(beside_buttons)
        page.until(RESTING)
        page.settle()
        assert "Acme" in page.run("JSON.stringify(kgraphAtlas.renderer.labels())")
        assert page.run(names_under_buttons) == []


@pytest.fixture(scope="module")
def camps(tmp_path_factory):
    made = tmp_path_factory.mktemp("camps") / "page.html"
    draw_atlas(two_camps(), made)
    return made


def test_a_community_opens_from_the_list_the_legend_and_its_address(camps):
    with opened(camps) as page:
        open_communities(ready(page))
        harmless(page, camps)


def open_communities(page):
    name = page.run("document.querySelector('#panel .communities button').textContent")
    page.run("document.querySelector('#panel .communities button').click()")
    page.until(f"{HASH}.startsWith('#community=')")
    page.until(f"{HEADING} === {json.dumps(name)}")
    assert "chip" in page.run(PANEL) or "coin" in page.run(PANEL)
    address = page.run("location.hash")
    page.press("Escape")
    page.run("kgraphAtlas.state.push({colour: 'community'})")
    page.until("document.querySelector('#legend li button')")
    page.run("document.querySelector('#legend li button').click()")
    page.until(f"{HEADING} === {json.dumps(name)}")
    page.press("Escape")
    page.run(f"location.hash = {json.dumps(address)}")
    page.until(f"{HEADING} === {json.dumps(name)}")
    click(page, "Select members", "#panel")
    page.until(f"{HASH}.includes('marked=')")


def test_quotes_are_found_by_their_words_and_adverts_are_not(page):
    page.press("/")
    page.type("tax")
    page.press("ArrowDown")
    page.press("Enter")
    page.until(f"{PANEL}.includes('Taxes.')")
    assert page.run("document.querySelector('#panel mark').textContent") == "Taxes"
    page.press("/")
    page.type("use code")
    page.press("Enter")
    page.until(f"{PANEL}.includes('No visible quote contains these words.')")


def test_a_page_that_a_browser_saves_as_it_stands_opens_again(page, tmp_path):
    page.press("f")
    page.press("t")
    saved = tmp_path / "saved.html"
    saved.write_text(f"<!doctype html>{page.run('document.documentElement.outerHTML')}", "utf-8")
    with opened(saved) as again:
        ready(again)
        for part in ("#legend select", "#time", "#help h2", "#table table"):
            assert again.run(f"document.querySelectorAll('{part}').length") == 1, part
        find(again, "Acme")
        assert again.run(HEADING) == "Acme"
        again.press("/")
        again.type("tax")
        again.press("ArrowDown")
        again.press("Enter")
        again.until(f"{PANEL}.includes('Taxes.')")


@pytest.mark.parametrize("width", [390, 820, 1280])
def test_no_window_scrolls_sideways(path, width):
    with opened(path, width=width, height=844) as page:
        find(ready(page), "evil")
        assert page.run("document.documentElement.scrollWidth") == width
        assert page.run("document.getElementById('panel').scrollWidth") <= width
        assert page.run(COLOURS) > 10
        harmless(page, path)


def test_paper_gets_the_picture_and_the_panel_without_tools(page):
    page.call("Emulation.setEmulatedMedia", media="print")
    display = "getComputedStyle(document.querySelector('{}')).display"
    for tool in ("#finder", "#time", "header nav", "#zoom"):
        assert page.run(display.format(tool)) == "none", tool
    assert page.run(display.format("#panel")) == "block"
    assert page.run(display.format("#canvas canvas")) != "none"
    page.call("Emulation.setEmulatedMedia", media="")
    find(page, "e1")
    page.call("Emulation.setEmulatedMedia", media="print")
    assert page.run(display.format("#panel .near .evidence")) != "none"  # it is a figure


def test_a_file_without_quotes_says_so(tmp_path):
    made = tmp_path / "page.html"
    draw_atlas(graph(), made, quotes=False)
    with opened(made) as page:
        find(ready(page), "acme")
        assert "Best quotes" not in page.run(PANEL)
        page.press("/")
        page.type("tax")
        assert "Quotes that hold" not in page.run("document.getElementById('matches').innerText")
        harmless(page, made)


def list_serious_faults(page):
    """List the serious findings of axe, which runs in the page, with the first elements of each."""
    found = page.run("axe.run({resultTypes: ['violations']}).then((r) => r.violations)")
    serious = [f for f in found if f["impact"] in ("serious", "critical")]
    return [(f["id"], [n["html"][:160] for n in f["nodes"]][:3]) for f in serious]


STATES = {
    "welcome": lambda page: None,
    "entity": lambda page: find(page, "acme"),
    "episode": lambda page: find(page, "e1"),
    "path": lambda page: (
        find(page, "acme"),
        page.press("p"),
        page.type("ann"),
        page.press("Enter"),
    ),
    "filters and table": lambda page: keys(page, "ft"),
    "suggestions": lambda page: (page.press("/"), page.type("a")),
    "export": lambda page: keys(page, "e"),
    "selection and area": lambda page: keys(page, "vr"),
    "quotes": lambda page: (page.press("/"), page.type("taxes"), page.press("Enter")),
    "pair": lambda page: page.run("location.hash = '#edge=company/acme,crypto/" + "比特幣" + "'"),
    **{
        f"coloured by {colour}": lambda page, colour=colour: page.run(
            f"""(() => {{ const choice = document.querySelector('#legend select');
                choice.value = '{colour}'; choice.dispatchEvent(new Event('change')); }})()"""
        )
        for colour in ("community", "growth", "confidence", "date")
    },
    "help": lambda page: page.press("?"),
}


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not in tests/vendor")
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)])
def test_axe_finds_no_serious_fault(path, scheme, width):
    faults = {}
    with opened(path, width=width, height=844, scheme=scheme) as page:
        ready(page)
        page.run(AXE.read_text("utf-8") + ";0")
        for name, reach in STATES.items():
            reach(page)
            page.until(RESTING)
            if found := list_serious_faults(page):
                faults[name] = found
    assert faults == {}
