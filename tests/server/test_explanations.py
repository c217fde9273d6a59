"""The pages why, how, why not and audit: a form, an answer, an error that names the field."""

from urllib.parse import urlencode

import pytest
from server.protocol_helpers import Page

from kgraph.operations.table import OPERATIONS
from kgraph.server.pages.explanations import PAGES

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


def get(server, path, **params):
    return server.get(f"{path}?{urlencode(params)}" if params else path, accept=BROWSER)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_a_form_an_answer_and_an_error(sample_server, name):
    operation = OPERATIONS[name]
    form = get(sample_server, f"/{name}")
    assert (form.status_code, f'action="/{name}"' in form.text) == (200, True)
    answer = get(sample_server, f"/{name}", **operation.example)
    result = sample_server.client.get(f"/api/{name}", params=operation.example)
    assert (answer.status_code, result.status_code) == (200, 200)
    if "answer" in result.json():
        assert result.json()["answer"] in answer.text
    wrong = get(sample_server, f"/{name}", **dict.fromkeys(operation.example, "Gnarf"))
    assert wrong.status_code >= 400
    assert 'role="alert"' in wrong.text


def test_entity_and_episode_lead_to_their_explanations(sample_server):
    links = Page(get(sample_server, "/company/nvidia")).links
    assert {"/how?name=company%2Fnvidia", "/why-not?name=company%2Fnvidia"} <= set(links)
    [episode] = sample_server.client.get("/api/episodes?limit=1").json()["rows"]
    links = Page(get(sample_server, f"/{episode['id']}")).links
    assert f"/why-not?{urlencode({'other': episode['id']})}" in links
