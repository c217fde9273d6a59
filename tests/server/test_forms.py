"""Forms of all pages beside an error: what was typed stays."""

from urllib.parse import urlencode

import pytest
from server.protocol_helpers import EVIL, Page

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"

FORMS = [
    ("/search", {"q": EVIL, "company": "OpenAI", "since": "2025-06-01"}),
    ("/audit/mentions", {"q": "Open", "rule": "lexicon", "least": "50"}),
    ("/pair", {"one": "NVIDIA", "other": EVIL, "unlikely": "true"}),
    ("/compare", {"x": "NVIDIA", "unlikely": "true"}),
    ("/why", {"episode": "TLL 131: Payday on Chain", "name": EVIL}),
    ("/why-not", {"name": EVIL, "other": "OpenAI"}),
    ("/how", {"name": EVIL}),
    ("/briefing", {"since": "2025-06-01", "until": "2025-06-30"}),
    ("/questions/by-month", {"entity": EVIL}),
]
"""Path of each page with a form, and fields of it."""


def get(server, path, **params):
    return server.get(f"{path}?{urlencode(params)}", accept=BROWSER)


@pytest.mark.parametrize(("path", "params"), FORMS)
@pytest.mark.parametrize("fault", [{"colour": "red"}, {"offset": "x"}])
def test_a_form_keeps_its_fields_beside_an_error(sample_server, path, params, fault):
    answer = get(sample_server, path, **params, **fault)
    page = Page(answer)
    fields = {each["name"]: each["value"] for each in page.inputs if each.get("value")}
    assert answer.status_code == 400
    assert {name: fields.get(name) for name in params} == params
    assert (page.handlers, "inline" in page.scripts) == ([], False)
