"""Search, a question and SPARQL in headless Chromium, by keyboard; nothing is sent elsewhere."""

from contextlib import contextmanager
from urllib.parse import urlencode

import pytest
from browser import CHROMIUM, opened
from server.html_helpers import chord, faults, outside, until
from server.protocol_helpers import EVIL
from server.server_fixture import ENDLESS

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")

PAGES = [
    "search",
    "search?q=talk",
    "search?q=coinbsae",
    "search?q=talk&company=coinbsae",
    "questions",
    "questions/co-mentioned?company=NVIDIA",
    "questions/co-mentioned?company=nvidai",
    "questions/which-one",
    "audit",
    "audit/mentions?order=least",
    "audit/shows",
    "audit/quotes",
    "downloads",
    "editor",
]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_no_page_has_a_serious_fault_or_asks_elsewhere(server, scheme, width):
    with opened(server.address, width, 900, scheme) as page:
        for path in PAGES:
            page.go(server.address + path)
            assert faults(page) == [], path
            too_wide = page.run("document.documentElement.scrollWidth > innerWidth")
            assert not too_wide, f"{path} scrolls sideways"
        assert outside(page, server) == []


def test_a_search_by_keyboard(server):
    with opened(f"{server.address}search") as page:
        page.tab_to("#q")
        page.type("coinb")
        until(page, "document.querySelector('#names option')?.value === 'Coinbase'")
        page.type("ase")
        page.follow()
        assert page.run("new URLSearchParams(location.search).get('q')") == "coinbase"
        page.tab_to(".hits a")
        page.follow()
        assert page.run("location.pathname") == "/company/coinbase"
        assert outside(page, server) == []


CHOOSE = """
document.activeElement.value = "Coinbase";
document.activeElement.dispatchEvent(
  new InputEvent("input", {inputType: "insertReplacementText", bubbles: true}),
);
"""


def test_a_suggestion_says_its_type_and_leads_to_its_page(server):
    with opened(f"{server.address}search") as page:
        page.tab_to("#q")
        page.type("coinb")
        until(page, "document.querySelector('#names option')?.value === 'Coinbase'")
        assert page.run("document.querySelector('#names option').label") == "company"
        page.run(CHOOSE)
        until(page, "location.pathname === '/company/coinbase'")


def test_a_question_by_keyboard(server):
    with opened(f"{server.address}questions") as page:
        page.tab_to("a[href='/questions/co-mentioned']")
        page.follow()
        page.tab_to("#f-company")
        page.run("document.activeElement.select()")
        page.type("coinbase")
        page.follow()
        assert page.run("document.querySelector('.answer td').textContent") == "Nvidia"
        page.tab_to("a[href^='/editor#']")
        page.follow()
        until(page, "document.documentElement.dataset.editor === 'ready'")
        assert "company/coinbase" in page.run(VALUE)


def test_a_link_of_an_answer_that_is_cut_ends_with_an_ellipsis_but_in_print(server):
    height = "(a => [a.clientHeight < a.scrollHeight, getComputedStyle(a).webkitLineClamp])"
    link = "document.querySelector('.answer td a')"
    with opened(f"{server.address}questions/co-mentioned?company=NVIDIA") as page:
        assert page.run(f"{height}({link})") == [False, "8"]
        page.run(f"{link}.textContent = 'A long title. '.repeat(90)")
        page.run(f"{link}.parentElement.className = ''")  # it was that of a short text
        assert page.run(f"{height}({link})") == [True, "8"]
        page.call("Emulation.setEmulatedMedia", media="print")
        assert page.run(f"getComputedStyle({link}).display") == "inline"


VALUE = "document.querySelector('.yasqe .CodeMirror').CodeMirror.getValue()"
ROWS = "document.querySelectorAll('#results tbody tr').length"
NAMES = "SELECT ?c ?n { ?c a kg:Company ; schema:name ?n } ORDER BY ?n "


def write(page, text):
    """Replace what stands in the editor, which has the focus."""
    page.run("document.querySelector('.yasqe .CodeMirror').CodeMirror.execCommand('selectAll')")
    page.type(text)


def test_sparql_by_keyboard(server):
    with opened(f"{server.address}editor") as page:
        until(page, "document.documentElement.dataset.editor === 'ready'")
        page.tab_to(".yasqe textarea")
        write(page, NAMES)
        chord(page, "Enter", 13)
        until(page, f"{ROWS} === 3")
        link = "(({href, title, textContent}) => [href, title, textContent])"
        assert page.run(f"{link}(document.querySelector('#results td a.iri'))") == [
            f"{server.address}company/coinbase",  # here, wherever the IRI leads
            "https://example.org/id/company/coinbase",
            "company/coinbase",
        ]
        assert page.run("document.activeElement.id") == "results"
        assert faults(page) == []
        page.go(f"{server.address}editor")
        until(page, "document.documentElement.dataset.editor === 'ready'")
        page.tab_to(".yasqe textarea")
        page.press("Tab")
        assert not page.run("document.activeElement.matches('.yasqe textarea')")  # no trap
        assert (outside(page, server), page.console) == ([], [])


@contextmanager
def asked(server, query):
    """The editor's page, in which that query was run by keyboard."""
    with opened(f"{server.address}editor?{urlencode({'query': query})}") as page:
        until(page, "document.documentElement.dataset.editor === 'ready'")
        page.tab_to("#run")
        page.press("Enter")
        yield page


def test_a_word_that_there_is_not_is_told(server):
    with asked(server, "SELECT ?a { ?a kg:entitty ?b }") as page:
        until(page, "document.getElementById('said').textContent.includes('did you mean')")
        assert page.run("document.getElementById('said').textContent") == (
            "kg:entitty is not a term of the ontology: did you mean kg:entity?"
        )
        assert (outside(page, server), page.console) == ([], [])


def test_the_words_of_the_graph_are_completed_and_nobody_else_is_asked(server):
    with opened(f"{server.address}editor") as page:
        until(page, "document.documentElement.dataset.editor === 'ready'")
        page.tab_to(".yasqe textarea")
        write(page, "SELECT * { ?x a compan")
        chord(page, " ", 32)
        until(page, "document.querySelector('.CodeMirror-hint')")
        assert page.run("document.querySelector('.CodeMirror-hint').textContent") == (
            "kg:Company  A business: company, bank, fund, exchange, laboratory, medium."
        )
        page.press("Enter")
        assert page.run(VALUE).rstrip() == (
            "PREFIX kg: <https://w3id.org/kgraph/ns#>\nSELECT * { ?x a kg:Company"
        )
        assert (outside(page, server), page.console) == ([], [])


def test_an_example_is_opened_and_a_link_kept(server):
    with opened(f"{server.address}editor") as page:
        until(page, "document.documentElement.dataset.editor === 'ready'")
        page.run(
            "{const e = document.getElementById('example'); e.value = 'companies-by-shows';"
            "e.dispatchEvent(new Event('change'))}"
        )
        until(page, f"{VALUE}.includes('# Companies that episodes of at least')")
        written = page.run(VALUE)
        page.tab_to("#share")
        page.press("Enter")
        until(page, "location.hash.startsWith('#query=')")
        address = page.run("location.href")
        page.go(server.address)
        page.go(address)
        until(page, "document.documentElement.dataset.editor === 'ready'")
        assert page.run(VALUE) == written
        assert outside(page, server) == []


MARKS = "document.querySelectorAll('.parseErrorIcon').length"


def test_a_query_that_is_stopped_is_no_error(server):
    with asked(server, ENDLESS) as page:
        until(page, "!document.getElementById('stop').disabled")
        page.run("document.getElementById('stop').click()")
        until(page, "document.getElementById('said').textContent === 'Stopped.'")
        until(page, "!document.getElementById('run').disabled")
        assert "aborted" not in page.run("document.getElementById('results').innerText")


def test_only_a_wrong_query_is_marked_while_it_is_written(server):
    lateral = "# isn't marked\nSELECT * { ?x a kg:Company LATERAL { ?x schema:name ?n } }"
    with opened(f"{server.address}editor?{urlencode({'query': lateral})}") as page:
        until(page, "document.documentElement.dataset.editor === 'ready'")
        assert page.run(MARKS) == 0
        word = "getComputedStyle(document.querySelector('.cm-error')).borderBottomStyle"
        assert page.run(word) == "none"
        page.tab_to(".yasqe textarea")
        write(page, "SELECT ?x }} # LATERAL")
        until(page, f"{MARKS} === 1")
        write(page, lateral)
        until(page, f"{MARKS} === 0")


def test_a_wrong_query_says_where(server):
    with asked(server, "SELECT ?x {") as page:
        until(page, "document.getElementById('results').innerText.includes('line 1, column')")
        assert page.run("document.getElementById('run').disabled") is False


HOSTILE = [
    ("search", {"q": EVIL}),
    ("search", {"q": "talk"}),
    ("search", {"q": "acme"}),
    ("compare", {"x": f"Acme {EVIL} Incorporated"}),
    ("pair", {"one": "NVIDIA", "other": f"Acme {EVIL} Incorporated"}),
    ("questions/evidence", {"entity": "NVIDIA"}),
    ("questions/surfaces", {"entity": "NVIDIA"}),
    ("questions/who-said", {"words": EVIL}),
    ("questions/who-said", {"words": "said"}),
    ("audit/mentions", {"q": "acme"}),
    ("audit/mentions", {"q": EVIL}),
    ("audit/shows", {}),
    ("audit/quotes", {}),
    ("audit/themes", {}),
    ("editor", {"query": EVIL}),
]
TITLES = "SELECT ?title { ?e a schema:PodcastEpisode ; schema:name ?title }"


def test_nothing_hostile_runs(hostile_server):
    address = hostile_server.address
    with opened(address) as page:
        for path, given in HOSTILE:
            page.go(f"{address}{path}?{urlencode(given)}")
            assert page.run("window.harmed === undefined"), path
        page.go(f"{address}editor#{urlencode({'query': TITLES})}")
        until(page, "document.documentElement.dataset.editor === 'ready'")
        page.tab_to("#run")
        page.press("Enter")
        until(page, f"{ROWS} === 12")
        shown = page.run("document.getElementById('results').innerText")
        assert "<script>window.harmed=1</script>" in shown
        assert page.run("window.harmed === undefined")
        assert outside(page, hostile_server) == []
