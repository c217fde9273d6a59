"""The pages in a browser: by keyboard only, with an accessibility checker, with hostile data."""

import csv
import io
import json

import pytest
from browser import CHROMIUM, opened
from server.html_helpers import faults, outside, until
from server.test_things import PATHS, things

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium here")


@pytest.fixture
def page(sample_server):
    """The front page of the sample corpus."""
    with opened(sample_server.address) as found:
        yield found


def path_of(page):
    """Where it is."""
    return page.run("location.pathname")


def test_by_keyboard_from_a_name_to_a_quotes_episode(page, sample_server):
    page.press("Tab")
    assert page.run("document.activeElement.textContent") == "Skip to the content"
    page.tab_to("#find")
    page.type("coinbase")
    page.follow()
    assert path_of(page) == "/search"
    page.tab_to("main a[href='/company/coinbase']")
    page.follow()
    assert (path_of(page), page.run("document.querySelector('h1').textContent")) == (
        "/company/coinbase",
        "Coinbase",
    )
    page.tab_to("section details summary")
    page.press("Enter")
    page.tab_to(".compared a")
    assert page.run("document.activeElement.closest('td').cellIndex") == 2  # month, share, episodes
    page.tab_to(".quote footer a[href^='/episode/']")
    title = page.run("document.activeElement.textContent")
    page.follow()
    assert path_of(page).startswith("/episode/")
    assert page.run("document.querySelector('h1').textContent") == title
    page.tab_to("a.evidence")
    page.follow()
    assert path_of(page) == "/why"
    assert page.run("document.querySelector('h1').textContent").startswith("Why ")
    assert (outside(page, sample_server), page.console) == ([], [])


def test_the_skip_link_skips(page):
    page.press("Tab")
    page.press("Enter")
    page.press("Tab")
    assert page.run("document.activeElement.closest('main') !== null")


def test_a_stroke_leads_to_the_search_and_is_typed_within_it(page):
    page.run("document.activeElement.blur()")
    page.press("/")
    assert page.run("document.activeElement.id") == "q"  # the front page has a search of its own
    page.type("a/b")
    assert page.run("document.activeElement.value") == "a/b"


def test_the_lists_are_in_the_menu(page, sample_server):
    page.tab_to(".lists summary")
    page.press("Enter")
    page.tab_to(".lists a[href='/themes']")
    assert faults(page) == []
    page.follow()
    assert path_of(page) == "/themes"


def test_names_are_offered_while_one_types(page):
    page.tab_to("#find")
    page.type("nvi")
    offered = """new Promise(done => {
      const look = () => document.querySelector('datalist option')
        ? done([...document.querySelectorAll('datalist option')].map(o => o.value))
        : setTimeout(look, 20);
      look(); })"""
    assert page.run(offered)[0] == "Nvidia"


def test_the_choice_of_colours_is_remembered(page, sample_server):
    assert page.run("getComputedStyle(document.body).colorScheme") == "light dark"
    light = page.run("getComputedStyle(document.body).backgroundColor")
    page.tab_to("#colour-theme")
    page.press("Enter")
    dark = page.run("getComputedStyle(document.body).backgroundColor")
    pressed = page.run("document.activeElement.getAttribute('aria-pressed')")
    assert (light != dark, pressed) == (True, "true")
    page.go(sample_server.address + "companies")
    assert page.run("getComputedStyle(document.body).backgroundColor") == dark


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_fault_of_accessibility(sample_server, scheme):
    paths = [*PATHS, *things(sample_server), "/company/none", "/entities?type=robot"]
    bad = {}
    with opened(sample_server.address, scheme=scheme) as page:
        for path in paths:
            page.go(sample_server.address[:-1] + path)
            if found := faults(page):
                bad[path] = found
        assert outside(page, sample_server) == []
    assert bad == {}, json.dumps(bad, indent=1)


def test_links_on_a_long_page_lead_to_its_parts(sample_server):
    for path in things(sample_server):
        with opened(sample_server.address[:-1] + path) as page:
            hrefs = page.run(
                "[...document.querySelectorAll('.jump a')].map(a => a.getAttribute('href'))"
            )
            for href in hrefs:
                assert page.run(f"document.querySelector('{href}').matches('h2')"), (path, href)
            if path.startswith(("/company/", "/episode/")):
                assert len(hrefs) == page.run("document.querySelectorAll('main h2').length"), path


@pytest.mark.parametrize("width", [390, 1280])
def test_the_frame_is_low(sample_server, width):
    with opened(sample_server.address + "editor", width=width) as page:
        height = "document.querySelector('.site').getBoundingClientRect().height"
        assert page.run(height) < (140 if width < 500 else 60)


def test_pages_fit_a_phone(sample_server):
    with opened(sample_server.address, width=360, height=740) as page:
        for path in [*PATHS, *things(sample_server)]:
            page.go(sample_server.address[:-1] + path)
            assert page.run("document.documentElement.scrollWidth") <= 360, path


@pytest.mark.parametrize("width", [1100, 1280])
def test_the_head_of_a_page_is_one_line_on_a_wide_screen(sample_server, width):
    tops = "[...document.querySelectorAll('.find, #colour-theme')].map((e) => e.offsetTop)"
    with opened(sample_server.address, width=width) as page:
        for path in ("/", "/downloads", "/companies"):
            page.go(sample_server.address[:-1] + path)
            search, colours = page.run(tops)
            assert abs(search - colours) < 10, path


def test_harm_is_not_done(hostile_server):
    with opened(hostile_server.address) as page:
        for path in [*PATHS, *things(hostile_server)]:
            page.go(hostile_server.address[:-1] + path)
            assert page.run("window.harmed === undefined"), path
        assert (outside(page, hostile_server), page.console) == ([], [])


@pytest.mark.parametrize("width", [360, 1280])
def test_a_name_of_ten_thousand_letters_leaves_a_table_its_columns(hostile_server, width):
    inside = """[...document.querySelectorAll('table:not(.compared)')].every(table => {
      const right = table.parentElement.getBoundingClientRect().right + 1;
      return [...table.querySelectorAll('td.number')].every(
        cell => cell.getBoundingClientRect().right <= right); })"""
    with opened(hostile_server.address, width=width) as page:
        for path in ("companies", *(path[1:] for path in things(hostile_server))):
            page.go(hostile_server.address + path)
            assert page.run(inside), path
        page.go(hostile_server.address + "companies")
        assert page.run("document.body.innerText.includes('Looooo')")


def test_a_picture_on_paper_is_the_still_one(sample_server):
    shown = "getComputedStyle(document.querySelector(%r)).display"
    with opened(sample_server.address + "company/nvidia") as page:
        until(page, "document.querySelector('.moving canvas') !== null")
        assert page.run(shown % ".picture > svg") == "none"
        page.call("Emulation.setEmulatedMedia", media="print")
        assert page.run(shown % ".picture > .moving") == "none"
        assert page.run(shown % ".picture > svg") == "block"
        assert page.run("document.querySelectorAll('.picture > svg circle').length") > 5


FIRST = "[...document.querySelector('table').tBodies[0].rows].map(row => row.cells[%d].innerText)"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_table_is_sorted_filtered_and_taken_away(sample_server, scheme):
    with opened(sample_server.address + "companies?limit=40", scheme=scheme) as page:
        until(page, "document.querySelectorAll('th button.sort').length === 6")
        names, counts = page.run(FIRST % 0), page.run(FIRST % 2)
        assert [int(count) for count in counts] == sorted(map(int, counts), reverse=True)
        page.tab_to("th button.sort")
        page.press("Enter")
        assert page.run(FIRST % 0) == sorted(names, key=str.lower)
        heading = "document.activeElement.closest('th').getAttribute('aria-sort')"
        assert page.run(heading) == "ascending"
        page.press("Enter")
        assert page.run(FIRST % 0) == sorted(names, key=str.lower, reverse=True)
        assert page.run(heading) == "descending"
        page.run("document.querySelector('.table-tools input').focus()")
        page.type("coin")
        shown = page.run("[...document.querySelectorAll('tbody tr')].filter(r => !r.hidden).length")
        assert 0 < shown < 40
        said = page.run("document.querySelector('.table-tools [role=status]').textContent")
        assert said == f"{shown} of 40 rows"
        text = page.run(
            "import('/assets/tables.js').then(({toCsv}) => toCsv(document.querySelector('table')))"
        )
        rows = list(csv.reader(io.StringIO(text)))
        assert rows[0] == [*"Name Kind Episodes Advertised Shows Confidence link".split()]
        assert len(rows) == shown + 1
        assert all("coin" in " ".join(row).lower() for row in rows[1:])
        assert all(row[-1].startswith(sample_server.address + "company/") for row in rows[1:])
        assert (outside(page, sample_server), page.console, faults(page)) == ([], [], [])


def test_a_cell_of_a_file_is_no_formula(hostile_server):
    with opened(hostile_server.address + "companies") as page:
        text = page.run("""import('/assets/tables.js').then(({toCsv}) => {
          const table = document.createElement('table');
          const row = table.createTHead().insertRow();
          row.insertCell().textContent = 'A, "b"';
          for (const text of ['=1+1', '-2', '-2+cmd', '-cmd', '@x', 'plain']) {
            (table.tBodies[0] ?? table.createTBody()).insertRow().insertCell().textContent = text;
          }
          document.body.append(table);
          return toCsv(table); })""")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows == [
        ['A, "b"', "link"],
        *([cell, ""] for cell in ("'=1+1", "-2", "'-2+cmd", "'-cmd", "'@x", "plain")),
    ]


def test_missing_values_are_last_in_either_direction(sample_server):
    with opened(sample_server.address + "companies?limit=40") as page:
        until(page, "document.querySelectorAll('th button.sort').length === 6")
        page.run("""[...document.querySelector('table').tBodies[0].rows].forEach((row, n) => {
          row.cells[2].textContent = ['–', '', '3', 'few', '12'][n] ?? row.remove() ?? ''; })""")
        orders = []
        for _ in range(2):
            page.run("document.querySelectorAll('th button.sort')[2].click()")
            orders.append(page.run(FIRST % 2))
    assert [order[:3] for order in orders] == [["few", "12", "3"], ["3", "12", "few"]]


@pytest.mark.parametrize("path", ["company/nvidia", "questions/surfaces?entity=NVIDIA"])
def test_a_chart_is_saved_as_png_with_what_its_svg_file_shows(sample_server, path):
    saved = """(async () => {
      let blob = null;
      URL.createObjectURL = (made) => { blob = made; return "#"; };
      const link = new Promise(done => addEventListener('click', ({target}) => {
        if (target.download) { done(target.download); } }, true));
      HTMLAnchorElement.prototype.click = function () { document.body.append(this);
        this.dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true})); };
      document.querySelector('.files button').click();
      const name = await link;
      const picture = await createImageBitmap(blob);
      const svg = await (await fetch(document.querySelector('.files a').href)).text();
      const root = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
      return [name, blob.type, picture.width / root.getAttribute('width'),
              picture.height / root.getAttribute('height')]; })()"""
    with opened(sample_server.address + path) as page:
        until(page, "document.querySelector('.files button') !== null")
        name, *rest = page.run(saved)
        assert name.startswith("nvidia-") and name.endswith(".png")
        assert rest == ["image/png", 2, 2]
        assert (outside(page, sample_server), page.console) == ([], [])


def test_a_picture_moves(sample_server):
    with opened(sample_server.address + "company/nvidia") as page:
        until(page, "document.querySelector('.moving canvas') !== null")
        until(page, "document.querySelector('.moving').getAttribute('role') === 'application'")
        assert faults(page) == []
        assert (outside(page, sample_server), page.console) == ([], [])


@pytest.mark.parametrize("path", ["/company/nvidia", "/search?q=stablecoin&kind=quote"])
def test_a_quote_of_a_list_is_copied_as_a_citation_by_keyboard(page, sample_server, path):
    page.go(sample_server.address.rstrip("/") + path)
    page.run("navigator.clipboard.writeText = async text => { window.copied = text; }")
    page.tab_to("button.copy")
    assert page.run("document.activeElement.getAttribute('aria-label')") == "Copy citation"
    page.press("Enter")
    until(page, "document.activeElement.textContent === 'Copied'")
    quote = page.run(
        "document.activeElement.closest('.quote').querySelector('blockquote').textContent"
    )
    copied = page.run("window.copied")
    assert copied.startswith(f"“{quote.strip()}”")
    href = page.run(
        "document.activeElement.parentElement.previousElementSibling.getAttribute('href')"
    )
    cited = sample_server.client.get("/api/quote", params={"name": href.strip("/")}).json()
    assert copied in [each["citation"] for each in cited["occurrences"]]
    assert (outside(page, sample_server), page.console) == ([], [])


@pytest.mark.parametrize(("width", "display"), [(360, "inline"), (1280, "none")])
def test_a_chart_that_is_cut_says_that_it_scrolls(sample_server, width, display):
    with opened(f"{sample_server.address}company/nvidia", width=width) as page:
        cut = "(box => box.scrollWidth > box.clientWidth)(document.querySelector('.chart .wide'))"
        assert page.run(cut) == (display == "inline")
        assert page.run("getComputedStyle(document.querySelector('.scrolls')).display") == display


def test_a_long_title_of_a_briefing_begins_next_to_its_bullet(sample_server):
    with opened(f"{sample_server.address}briefing?since=2025-06", width=360) as page:
        tops = page.run(
            "[...document.querySelectorAll('.evidence li')].map(item => Math.abs("
            "item.getBoundingClientRect().top - item.querySelector('a').getClientRects()[0].top))"
        )
        assert tops and max(tops) < 8, tops
        assert faults(page) == []


WIDER_TABLES = """[...document.querySelectorAll('main .wide')].filter(box =>
    box.querySelector('table') && box.scrollWidth > box.clientWidth).map(box => ({
  table: box.querySelector('table').className, isReached: box.tabIndex === 0,
  isShaded: getComputedStyle(box).backgroundImage !== 'none'}))"""


@pytest.mark.parametrize("width", [390, 1024, 1200, 1920])
@pytest.mark.parametrize(
    "path",
    ["theme/investment", "show/theledgerline", "company/nvidia", "pair?one=nvidia&other=coinbase"],
)
def test_a_table_fits_its_box_or_shows_that_it_scrolls(sample_server, path, width):
    with opened(sample_server.address + path, width=width) as page:
        page.run("document.querySelectorAll('main details').forEach(box => { box.open = true; })")
        assert page.run("document.querySelectorAll('main .wide table').length") > 0
        wider = page.run(WIDER_TABLES)
        months = {"table": "compared", "isReached": True, "isShaded": True}
        assert wider in ([], [months] if width <= 1024 else [])
