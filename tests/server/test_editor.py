"""The editor: a form without script, vendored files as the docs say, a policy of its own."""

import hashlib
import json
import re

import pytest
from server.protocol_helpers import EVIL, Page
from support import ROOT

from kgraph.base.vocabulary import PREFIXES
from kgraph.query.saved import load_saved_queries
from kgraph.server.app import ASSETS_FOLDER as ASSETS
from kgraph.server.http.middleware import SECURITY_HEADERS
from kgraph.server.pages.editor import COLUMN_WIDTHS_HASH, EDITOR_POLICY, list_editor_terms

VENDOR = ASSETS / "vendor" / "yasgui"
OURS = {
    "/assets/theme.js",
    "/assets/autocomplete.js",
    "/assets/tables.js",
    "/assets/editor.js",
    "/assets/vendor/yasgui/yasgui.min.js",
}


def test_without_script_there_is_a_form_that_asks(server):
    page = Page(server.get("/editor", accept="text/html"))
    assert 'action="/sparql" method="post"' in page.html
    asked = {"query": "SELECT ?n { ?c a kg:Company ; schema:name ?n } ORDER BY ?n", "format": "csv"}
    answer = server.client.post("/sparql", data=asked, headers={"accept": "text/html"})
    assert answer.text.splitlines() == ["n", "Coinbase", "Nvidia", "OpenAI"]


def test_a_query_in_the_address_stands_in_the_form(server):
    answer = server.client.get("/editor", params={"query": EVIL}, headers={"accept": "text/html"})
    page = Page(answer)
    assert EVIL in page.text
    assert (page.scripts, page.handlers) == (OURS, [])


def test_its_policy_is_that_of_all_pages_but_for_one_style_sheet(server):
    answer = server.get("/editor", accept="text/html")
    assert answer.headers["content-security-policy"] == EDITOR_POLICY
    assert (
        EDITOR_POLICY.replace(f" '{COLUMN_WIDTHS_HASH}'", "")
        == SECURITY_HEADERS["Content-Security-Policy"]
    )
    assert "unsafe" not in EDITOR_POLICY
    others = server.get("/questions", accept="text/html").headers["content-security-policy"]
    assert others == SECURITY_HEADERS["Content-Security-Policy"]


def test_examples_are_the_queries_that_can_be_asked_as_they_are(server):
    page = Page(server.get("/editor", accept="text/html"))
    named = set(re.findall(r'<option value="([a-z-]+)">', page.html))
    assert named == {
        name
        for name, query in load_saved_queries().items()
        if all(p.default is not None for p in query.parameters)
    }


def test_the_words_are_those_of_the_ontology(server):
    told = server.get("/editor/words").json()
    assert told["prefixes"] == PREFIXES
    assert told["base"] == "https://example.org/id/"
    names = {term["name"]: term for term in told["terms"]}
    assert names["kg:Company"]["kind"] == "class"
    counted = "How many episodes mention the entity outside their adverts."
    assert names["kg:episodeCount"]["words"].startswith(counted)
    assert names["schema:name"]["kind"] == "property"
    assert json.dumps(told).count("http://example.org") == 0


def test_terms_are_prefixed_and_each_one_once():
    names = [term.name for term in list_editor_terms()]
    assert names == sorted(set(names))
    assert all(re.fullmatch(r"\w+:\w+", name) for name in names)


@pytest.mark.parametrize("name", ["yasgui.min.js", "yasgui.min.css"])
def test_vendored_bytes_are_those_that_the_docs_name(server, name):
    reference = (ROOT / "docs" / "reference.md").read_text("utf-8")
    data = (VENDOR / name).read_bytes()
    assert f"| `{name}` | `{hashlib.sha256(data).hexdigest()}` |" in reference
    assert server.get(f"/assets/vendor/yasgui/{name}").content == data


def test_the_licences_travel_with_what_is_vendored():
    text = (VENDOR / "LICENSE.txt").read_text("utf-8")
    assert "@zazuko/yasgui 4.6.2" in text
    for name in ("codemirror", "datatables.net", "dompurify", "jquery", "n3", "papaparse"):
        assert f"\n{name} " in text
