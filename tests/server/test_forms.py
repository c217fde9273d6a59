"""Forms beside an error: what was typed stays, and similar names repeat the request."""

from urllib.parse import parse_qsl, urlencode

import pytest
from server.hostile import EVIL as HOSTILE
from server.protocol_helpers import EVIL, Page

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"

FORMS = [
    ("/search", {"q": EVIL, "company": "OpenAI", "since": "2025-06-01"}),
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


def test_names_of_all_kinds_that_a_field_takes_are_suggested(sample_server):
    page = Page(get(sample_server, "/questions/by-month"))
    [field] = [each for each in page.inputs if each.get("name") == "entity"]
    assert field["data-kinds"] == "entity,show,theme,topic,tag"
    found = sample_server.get(f"/api/names?q=ai-infra&kind={field['data-kinds']}").json()
    assert {(each["kind"], each["name"]) for each in found} >= {
        ("tag", "ai-infrastructure"),
        ("topic", "ai infrastructure"),
    }


EPISODE = "TLL 137: Polymarket Comes Home"

WRONG_NAMES = [
    ("/pair", [("one", "Nvidya"), ("other", "OpenAI"), ("unlikely", "true")], "one", "Nvidia"),
    ("/pair", [("one", "NVIDIA"), ("other", "Opnai")], "other", "OpenAI"),
    ("/compare", [("x", "NVIDIA"), ("x", "Opnai"), ("unlikely", "true")], "x", "OpenAI"),
    (
        "/why",
        [("episode", "TLL 137: Polymarket Come Home"), ("name", "Polymarket")],
        "episode",
        EPISODE,
    ),
    ("/why-not", [("name", "Opnai"), ("other", "NVIDIA")], "name", "OpenAI"),
    ("/why-not", [("name", EPISODE), ("other", "Microsft")], "other", "Microsoft"),
    ("/how", [("name", "Opnai"), ("limit", "7")], "name", "OpenAI"),
    ("/search", [("q", "chips"), ("company", "Opnai"), ("kind", "quote")], "company", "OpenAI"),
    ("/questions/by-month", [("entity", "Opnai")], "entity", "OpenAI"),
    ("/episodes", [("mentions", "NVIDIA"), ("beside", "Opnai")], "beside", "OpenAI"),
    ("/episodes", [("theme", "Stablecoin")], "theme", "Stablecoins"),
]
"""Path, parameters, the one of them with a wrong name, and a similar name."""


def parse_query(link):
    return sorted(parse_qsl(link.partition("?")[2], keep_blank_values=True))


@pytest.mark.parametrize(("path", "params", "wrong", "name"), WRONG_NAMES)
def test_a_similar_name_repeats_the_request(sample_server, path, params, wrong, name):
    answer = sample_server.get(f"{path}?{urlencode(params)}", accept=BROWSER)
    assert answer.status_code == 404
    # Of a name that is given twice, the second one is wrong.
    replaced = {key: number for number, (key, _) in enumerate(params) if key == wrong}[wrong]
    expected = [(k, name if n == replaced else v) for n, (k, v) in enumerate(params)]
    [link] = [each for each in Page(answer).links if set(expected) <= set(parse_query(each))]
    marked = [each["name"] for each in Page(answer).inputs if each.get("aria-invalid")]
    assert marked == ([] if path in ("/search", "/episodes") else [wrong])
    page = path if link.startswith("?") else ""
    assert sample_server.get(f"{page}{link}", accept=BROWSER).status_code == 200


def test_a_name_that_an_episode_lacks_leads_to_those_that_it_has(sample_server):
    answer = get(sample_server, "/why", episode=EPISODE, name="Nobody & Sons")
    links = [each for each in Page(answer).links if each.startswith("?")]
    assert answer.status_code == 404
    assert links and all(("episode", EPISODE) in parse_query(link) for link in links)
    assert sample_server.get(f"/why{links[0]}", accept=BROWSER).status_code == 200


def test_one_wrong_name_of_a_list_is_replaced(sample_server):
    answer = get(sample_server, "/questions/compare", x="NVIDIA; Opnai ;Circle")
    [link] = [each for each in Page(answer).links if each.startswith("?")]
    assert ("x", "NVIDIA; OpenAI; Circle") in parse_query(link)


def test_a_page_without_parameters_leads_to_the_search(sample_server):
    assert "/search?q=OpenAI" in Page(sample_server.get("/company/opnai", accept=BROWSER)).links


def test_hostile_names_that_are_similar_stay_text(hostile_server):
    evil = f"Acme {HOSTILE} Incorporate"
    for path, params in (
        ("/pair", {"one": evil, "other": "NVIDIA", "unlikely": EVIL}),
        ("/pair", {"one": evil, "other": EVIL}),
        ("/compare", {"x": evil}),
        ("/how", {"name": evil}),
        ("/why", {"episode": f"Talk 1 {HOSTILE}x", "name": EVIL}),
        ("/episodes", {"mentions": evil}),
    ):
        page = Page(get(hostile_server, path, **params))
        repeated = [link for link in page.links if link.startswith("?")]
        assert bool(repeated) is ("unlikely" not in params), path
        assert (page.handlers, "inline" in page.scripts) == ([], False)
        assert not [link for link in page.links if link.startswith(("javascript:", "//"))]
