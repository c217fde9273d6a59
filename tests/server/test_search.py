"""The search page: hits, facets, filters, paging; misspelt names; hostile words."""

from urllib.parse import quote, unquote

import pytest
from server.protocol_helpers import EVIL, Page

from kgraph.search.filters import FacetCount
from kgraph.server.pages.search import SearchForm, facet_choices

OURS = {f"/assets/{name}.js" for name in ("theme", "autocomplete", "tables", "copy")}
TITLE = '<script>alert(1)</script> & " talk'


def search(server, **given):
    answer = server.client.get("/search", params=given, headers={"accept": "text/html"})
    return answer.status_code, Page(answer)


def test_without_words_there_is_the_form_and_how_to_use_it(server):
    status, page = search(server)
    assert (status, "Hits have all of the words" in page.text) == (200, True)
    assert {field.get("name") for field in page.inputs} == {
        *(
            "q",
            "company",
            "theme",
            "show",
            "since",
            "until",
            "min_relevance",
            "per_episode",
            "adverts",
            "unlikely",
        )
    }


def test_filters_are_told_and_without_words_these_are_asked_for(server):
    status, page = search(server, since="2025-01", adverts="on")
    assert (status, "Filters are set: write what to look for." in page.text) == (200, True)
    assert "Filters: since 2025-01-01, adverts" in page.text
    assert '<details class="filters" open>' in page.html
    _, page = search(server, q="talk", since="2025-01")
    assert "Filters: since 2025-01-01" in page.text
    assert '<details class="filters">' in page.html  # the hits come before the fields


def test_the_form_keeps_the_filters_that_it_was_given(server):
    _, page = search(server, q="talk", since="2025-01", until="2025-02", per_episode="0")
    values = {field["name"]: field.get("value", "") for field in page.inputs}
    assert (values["since"], values["until"]) == ("2025-01-01", "2025-02-28")
    assert "Filters: since 2025-01-01, until 2025-02-28, all of an episode" in page.text
    assert search(server, until="June")[0] == 400  # without words, too


@pytest.mark.parametrize("kind", ["show", "theme"])
def test_a_show_and_a_theme_search_their_quotes(sample_server, kind):
    listed = sample_server.get(f"/api/{kind}s", accept="application/json").json()["rows"]
    thing = listed[0]["thing"]
    page = Page(sample_server.get(f"/{thing['id']}", accept="text/html"))
    hidden = {field["name"]: field["value"] for field in page.inputs if field["type"] == "hidden"}
    assert hidden == {"kind": "quote", kind: thing["label"]}
    _, found = search(sample_server, q="the", **hidden)
    assert f"Filters: {thing['label']}" in found.text
    assert any(link.startswith("/quote/") for link in found.links)


def test_hits_lead_to_things_and_to_their_episodes(server):
    status, page = search(server, q="chips oil")
    assert status == 200
    assert "<mark>Chips</mark> are the new <mark>oil</mark>" in page.html
    assert any(link.startswith("/quote/") for link in page.links)
    assert any(link.startswith("/episode/") for link in page.links)
    assert f"{TITLE}" in page.text
    assert page.scripts <= OURS


def test_facets_lead_to_narrower_searches_and_back(server):
    _, page = search(server, q="nvidia OR talk")
    assert "/search?q=nvidia+OR+talk&kind=episode" in page.links
    _, narrower = search(server, q="nvidia OR talk", kind="episode")
    assert "/search?q=nvidia+OR+talk" in narrower.links
    assert "1–2 of 2" in narrower.text


def test_a_kind_and_a_type_shut_each_other_out():
    (choice,) = facet_choices(SearchForm(q="x", kind="quote"), "type", [FacetCount("company", 2)])
    assert (choice.href, choice.chosen) == ("/search?q=x&type=company", False)
    (back,) = facet_choices(SearchForm(q="x", type="company"), "type", [FacetCount("company", 2)])
    assert (back.href, back.chosen) == ("/search?q=x", True)


def test_a_misspelt_name_is_found_and_that_is_said(server):
    _, page = search(server, q="coinbsae")
    assert "Nothing matches “coinbsae”. These are hits for Coinbase" in " ".join(page.text.split())
    assert "/company/coinbase" in page.links


def test_a_correction_is_said_where_hits_have_half_of_the_words_too(sample_server):
    _, page = search(sample_server, q="Nvidai chips zebra")
    text = " ".join(page.text.split())
    assert "Nothing matches “Nvidai chips zebra”. These are hits for Nvidia chips zebra" in text
    assert "Nothing has all of the words: each hit has at least 2 of nvidia, chips, zebra." in text


def test_words_typed_in_place_of_an_id_are_searched_for(server):
    status, page = search(server, q="coinbase", mode="similar")
    assert (status, "/company/coinbase" in page.links) == (200, True)
    assert [field for field in page.inputs if field.get("name") == "mode"] == []


def test_a_kind_may_be_a_type(server):
    _, page = search(server, q="coinbase", kind="company")
    assert "/company/coinbase" in page.links
    assert "1–1 of 1" in " ".join(page.text.split())
    _, page = search(server, q="coinbase", kind="person")
    assert "Nothing found" in page.text


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"kind": "episode"}, "1–1 of 1"),
        ({"since": "2025-08-31", "until": "2025-09-01"}, "1–1 of 1"),
        ({"since": "2025-09-02"}, "Nothing found"),
        ({"company": "coinbase"}, "1–1 of 1"),
        ({"min_relevance": "1"}, "1–1 of 1"),
        ({"per_episode": "1", "adverts": "on"}, "at most 1 of an episode"),
    ],
)
def test_filters_narrow(server, given, found):
    status, page = search(server, q="second", **given)
    assert (status, found in " ".join(page.text.split())) == (200, True), page.text


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        ({"q": "x", "kind": "colour"}, 400, "kind colour: no such kind"),
        ({"q": "x", "company": "coinbsae"}, 404, "did you mean Coinbase?"),
        (
            {"q": "x", "since": "June"},
            400,
            "since June: not a date: write it as 2025-06-01, 2025-06 or 2025",
        ),
        ({"q": "x", "min_relevance": "1.1"}, 400, "min_relevance: write a number from 0 to 1"),
        ({"q": "x", "min_relevance": "nan"}, 400, "min_relevance: write a number from 0 to 1"),
        ({"q": "--"}, 400, "nothing to search for"),
        ({"q": "x", "offset": "2000"}, 400, "limited to 1000 hits"),
        ({"q": "x", "offset": "-1"}, 400, "offset=-1: write 0 or more"),
        ({"q": "x", "offset": "two"}, 400, "offset=two"),
        ({"q": "x", "colour": "red"}, 400, "colour: no such parameter"),
    ],
)
def test_what_is_wrong_is_said_and_the_form_stays(server, given, status, words):
    found, page = search(server, **given)
    assert (found, words in page.text) == (status, True), page.text
    assert {field.get("name") for field in page.inputs} >= {"q", "company"}


def test_near_names_of_a_filter_are_links(server):
    _, page = search(server, q="talk", company="coinbsae")
    assert "/search?q=talk&company=Coinbase" in page.links


def test_parts_of_a_long_list(many):
    _, page = search(many, q="chips", per_episode="0")
    assert "1–20 of 25" in page.text
    assert "/search?q=chips&per_episode=0&offset=20" in page.links
    _, last = search(many, q="chips", per_episode="0", offset="20")
    assert "21–25 of 25" in last.text
    assert "/search?q=chips&per_episode=0" in last.links
    assert not any("offset=40" in link for link in last.links)


def test_a_hit_leads_to_more_like_it(many):
    _, page = search(many, q="chips", kind="quote")
    [link, *_] = [link for link in page.links if "mode=similar" in link]
    like = unquote(link.partition("q=")[2])
    _, page = search(many, mode="similar", q=like, per_episode="0")
    text = " ".join(page.text.split())
    assert "What has the telling words of this quote." in text
    assert "1–20 of 24" in text
    assert f"/search?q={quote(like, safe='')}&per_episode=0&mode=similar&offset=20" in page.links
    status, page = search(many, mode="similar", q="quote/none")
    assert status == 404
    assert "quote/none: no quote, episode or insight has this id" in page.text


def test_near_equal_quotes_of_an_episode_are_left_out_and_that_is_said(many):
    _, page = search(many, q="chips")
    text = " ".join(page.text.split())
    assert (
        "Left out as a repeated quote or beyond the limit of an episode: 23 hits. Show all" in text
    ), text
    assert "/search?q=chips&per_episode=0" in page.links


@pytest.mark.parametrize("name", ["q", "company", "theme", "show", "since", "min_relevance"])
def test_hostile_words_are_text(server, name):
    status, page = search(server, **{"q": "talk", name: EVIL})
    assert status in (200, 400, 404)
    assert (page.scripts <= OURS, page.handlers) == (True, [])
    assert not any("javascript:" in link for link in page.links)


def test_the_same_page_is_not_sent_again(server):
    first = server.get("/search?q=talk", accept="text/html")
    again = server.get("/search?q=talk", accept="text/html", if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")


def test_a_search_has_a_length(server):
    """60 KB of single letters took 20 s."""
    for name in ("q", "company", "theme", "show"):
        answer = server.client.get("/search", params={"q": "a", name: "a " * 501})
        assert answer.status_code == 400
        assert "longer than 1000 characters" in answer.text
