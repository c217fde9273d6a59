"""Pages answer, show what they should, contain no markup of the data, and link somewhere."""

import csv
import io
import re
from html import unescape
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import pytest
from cli.runner import run
from server.hostile import EVIL
from server.protocol_helpers import Page
from server.server_fixture import Server, build_store, until
from support import episode_text

from kgraph.base.text import pluralize, replace_controls
from kgraph.server.app import ENDPOINTS

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

PATHS = (
    "/",
    "/companies",
    "/entities?type=person",
    "/entities?type=company&words=a&limit=3",
    "/entities?type=any",
    "/entities?type=any&only_unlikely=true",
    "/episodes",
    "/episodes?mentions=nvidia&beside=openai",
    "/episodes?month=2025-09",
    "/themes",
    "/topics",
    "/tags?words=a&limit=3",
    "/shows",
    "/company/nvidia",
    "/company/openai",
    "/why",
    "/how",
    "/how?name=nvidia",
    "/why-not",
    "/why-not?name=nvidia&other=openai",
    "/compare",
    "/briefing",
    "/pair",
    "/api",
)
"""Pages that every graph has which mentions NVIDIA and OpenAI."""


def headings(page):
    """Headings of a page, in order."""
    return [tag for tag in page.tags if re.fullmatch(r"h\d", tag)]


def things(server):
    """A path of each kind of thing that the graph has, the reasons of its first edge, and things
    compared."""
    found = {}
    rows = server.client.get("/api/episodes?limit=500").json()["rows"]
    for row in rows:
        found.setdefault("episode", row["id"])
    episode = server.client.get("/api/episode", params={"name": found["episode"]}).json()
    for mention in episode["mentions"]:
        found.setdefault(mention["thing"]["type"], mention["thing"]["id"])
    for saying in episode["quotes"]:
        found.setdefault("quote", saying["id"])
    for term in (*episode["topics"], *episode["tags"]):
        found.setdefault(term["type"], term["id"])
    for kind in ("themes", "shows"):
        for row in server.client.get(f"/api/{kind}").json()["rows"]:
            found.setdefault(kind, row["thing"]["id"])
    why = f"/why?episode={found['episode']}&name={episode['mentions'][0]['thing']['id']}"
    rows = server.client.get("/api/entities?type=any&limit=20").json()["rows"]
    ids = [row["thing"]["id"] for row in rows if row["episodes"]][:3]
    compared = f"/compare?{urlencode([('x', id_) for id_ in ids])}"
    pair = f"/pair?{urlencode({'one': ids[0], 'other': ids[1]})}"
    return [*(f"/{id_}" for id_ in found.values()), why, compared, pair]


@pytest.mark.parametrize("path", PATHS)
def test_a_page_answers_and_is_whole(sample_server, path):
    answer = sample_server.get(path, accept=BROWSER)
    page = Page(answer)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert headings(page)[0] == "h1"
    assert headings(page).count("h1") == 1
    assert len(set(page.ids)) == len(page.ids)
    assert "main" in page.ids
    assert re.search(r'<meta name="description" content="[^"]{20,}">', page.html)
    assert page.html.count('id="names"') == 1  # suggestions, which each search of a page uses


def test_every_kind_of_thing_answers(sample_server):
    paths = things(sample_server)
    assert len(paths) > 8
    for path in paths:
        answer = sample_server.get(path, accept=BROWSER)
        assert (answer.status_code, headings(Page(answer))[0]) == (200, "h1"), path


def test_links_of_pages_lead_somewhere(sample_server):
    targets = {}
    for path in [*PATHS, *things(sample_server)]:
        for link in Page(sample_server.get(path, accept=BROWSER)).links:
            address = urlsplit(urljoin(sample_server.address + path[1:], link))
            # Questions have defaults that a small graph may know nothing of.
            asks = address.path.startswith(("/api/questions/", "/questions/"))
            if address.netloc == urlsplit(sample_server.address).netloc and not asks:
                kind = (address.path.split("/")[1], *sorted(parse_qs(address.query)))
                targets.setdefault(kind, []).append(address._replace(fragment="").geturl())
    assert len(targets) > 30
    for some in targets.values():  # the first and the last of each kind
        for target in {some[0], some[-1]}:
            answer = sample_server.client.get(target, headers={"accept": BROWSER})
            is_being_drawn = answer.status_code == 202 and target.endswith("/atlas")
            assert answer.status_code == 200 or is_being_drawn, target


def test_hostile_texts_are_texts(hostile_server):
    paths = [
        *PATHS,
        *things(hostile_server),
        "/companies?unlikely=true",
        "/why?episode=Talk&name=%3Cscript%3E",
        "/%3Cscript%3E",
    ]
    shown = ""
    for path in paths:
        answer = hostile_server.get(path, accept=BROWSER)
        page = Page(answer)
        assert page.handlers == [], path
        assert not {"img", "iframe", "object", "style"} & set(page.tags), path
        assert all(script.startswith("/assets/") for script in page.scripts), path
        assert not any(link.startswith("javascript") for link in page.links), path
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", answer.text), path
        shown += answer.text
    assert '<th scope="col">Cell &lt;img' in shown
    assert re.search(r"Insight \ufffd\[31m &lt;img", shown)
    for word in ("Talk", "Show", "Summary", "Insight", "Topic", "NVIDIA said", "Acme"):
        assert re.search(rf"{word}[^<>]*&lt;img", shown), word


@pytest.mark.parametrize(
    ("path", "name", "columns"),
    [
        (
            "/companies",
            "company",
            "name,type,kind,episodes,advertised,unlikely,shows,",
        ),
        ("/entities?type=any&words=a&limit=3", "any", "name,type,kind,episodes,"),
        (
            "/episodes?mentions=nvidia&offset=5",
            "episodes",
            "title,show,day,published,",
        ),
        ("/topics?words=a&limit=3", "topics", "name,type,episodes,rows,id"),
        ("/tags", "tags", "name,type,episodes,rows,id"),
        ("/shows", "shows", "show,episodes,from,to,published,id"),
    ],
)
def test_a_whole_list_is_a_file(sample_server, path, name, columns):
    page = Page(sample_server.get(path, accept=BROWSER))
    address = next(link for link in page.links if "format=csv" in link)
    answer = sample_server.get(address, accept=BROWSER)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode())))
    assert ",".join(rows[0]).startswith(columns)
    kind, _, query = path[1:].partition("?")
    api = {"companies": "entities?type=company", "entities": "entities?type=any&words=a"}
    question = api.get(kind, f"{kind}?{query.partition('&')[0]}") + "&limit=500"
    listed = sample_server.client.get(f"/api/{question}").json()["rows"]
    assert [row[-1] for row in rows[1:]] == [
        line.get("id") or line["thing"]["id"] for line in listed
    ]


@pytest.mark.parametrize("path", ["", "/search?q=said&kind=quote&adverts=on"])
def test_quotes_of_lists_carry_their_citation_as_text(hostile_server, path):
    [episode] = hostile_server.client.get("/api/episodes?limit=1").json()["rows"]
    html = hostile_server.get(path or f"/{episode['id']}", accept=BROWSER).text
    links = re.findall(r'<a href="/(quote/\w+)" data-citation="([^"]*)">', html)
    assert links
    for id_, citation in links:
        cited = hostile_server.client.get("/api/quote", params={"name": id_}).json()
        citations = [replace_controls(each["citation"]) for each in cited["occurrences"]]
        assert unescape(citation) in citations
    assert any(EVIL in unescape(citation) for _, citation in links)


def test_the_recording_is_linked_where_that_is_safe(hostile_server):
    pages = [
        {*Page(hostile_server.get(f"/{row['id']}", accept=BROWSER)).links}
        for row in hostile_server.client.get("/api/episodes").json()["rows"]
    ]
    outside = [link for links in pages for link in links if link.startswith("https://www.youtube")]
    assert len(outside) == len(pages) - 1


def test_an_entity_has_its_ids_in_other_registers(sample_server):
    facts = sample_server.client.get("/api/entity?name=company/oracle").json()
    ids = {each["id"]: each["iri"] for each in facts["ids"]}
    assert ids["cik:0001341439"].startswith("https://www.sec.gov/")
    page = unescape(sample_server.get("/company/oracle", accept=BROWSER).text)
    for id_, iri in ids.items():
        assert id_ in page
        assert f'href="{iri}"' in page or not iri


def test_a_page_that_is_held_already_is_not_sent_again(sample_server):
    for path in ("/", "/company/nvidia", "/episodes?limit=3"):
        first = sample_server.get(path, accept=BROWSER)
        again = sample_server.get(path, accept=BROWSER, if_none_match=first.headers["etag"])
        assert (again.status_code, again.content) == (304, b"")


def test_a_thing_and_its_page_share_a_path(sample_server):
    page = sample_server.get("/company/nvidia", accept=BROWSER)
    assert '<link rel="alternate" type="text/turtle" href="/company/nvidia?format=turtle">' in (
        page.text
    )
    assert (
        sample_server.get("/company/nvidia", accept="text/turtle")
        .headers["content-type"]
        .startswith("text/turtle")
    )
    assert sample_server.get("/company/nvidia.html").text == page.text


@pytest.mark.parametrize(
    ("path", "accept", "status", "words"),
    [
        ("/companies?limit=0", BROWSER, 400, "limit=0: expected a number &gt;= 1"),
        ("/entities?type=robot", BROWSER, 400, "no such value: choose one of any, company, crypto"),
        ("/episodes?mentions=openai&mentions=nvidia", BROWSER, 400, "mentions: given more than"),
        ("/entities?typ=person", BROWSER, 400, "typ: no such parameter"),
        ("/episodes?mentions=Nvdia", BROWSER, 404, "did you mean Nvidia"),
        ("/episodes?month=september", BROWSER, 400, "month=september: wrong format"),
        ("/company/nvidia?unlikely=often", BROWSER, 400, "unlikely=often: expected true or false"),
        ("/why?episode=none&name=x", BROWSER, 404, "none: no such episode"),
        ("/companies", "text/turtle", 406, "/api has the same data"),
        ("/theme/none", BROWSER, 404, "nothing in the graph has the IRI"),
    ],
)
def test_what_is_wrong_is_said(sample_server, path, accept, status, words):
    answer = sample_server.get(path, accept=accept)
    assert (answer.status_code, words in answer.text) == (status, True), answer.text


@pytest.mark.parametrize(
    ("path", "names"),
    [
        *((path, "there are none") for path in ("/", "/questions", "/downloads", "/atlas")),
        *((path, "there are none") for path in ("/api", "/themes")),
        ("/company/nvidia", "there is: unlikely, format"),
        ("/ns", "there is: format"),
        ("/editor", "there is: query"),
        ("/audit", "there is: what, text"),
        ("/why", "there is: episode, name"),
        ("/how", "there is: name, limit"),
        ("/compare", "there is: x, unlikely, format"),
        ("/briefing", "there is: since, until, limit, format"),
    ],
)
def test_an_unknown_parameter_is_refused_with_those_that_a_page_has(sample_server, path, names):
    answer = sample_server.get(f"{path}?colour=red", accept=BROWSER)
    assert answer.status_code == 400
    assert f"colour: no such parameter; {names}" in answer.text


@pytest.mark.parametrize(
    "path", ["/", "/company/nvidia", "/entities", "/compare?x=NVIDIA", "/search?q=chips", "/ns"]
)
def test_what_a_mail_program_adds_to_a_link_is_left_out(sample_server, path):
    added = "utm_source=letter&utm_medium=email&utm_source=again&fbclid=1&mc_cid=2&mc_eid=3"
    plain = sample_server.get(path, accept=BROWSER)
    tracked = sample_server.get(f"{path}{'&' if '?' in path else '?'}{added}", accept=BROWSER)
    assert (tracked.status_code, tracked.text) == (200, plain.text)
    assert "utm" not in plain.text


def test_every_page_refuses_an_unknown_parameter(sample_server):
    paths = {endpoint.path for endpoint in ENDPOINTS if "{" not in endpoint.path}
    ignoring = set()
    for path in sorted(paths):
        plain = sample_server.get(path, accept=BROWSER)
        is_page = plain.headers.get("content-type", "").startswith("text/html")
        if is_page and sample_server.get(f"{path}?colour=red", accept=BROWSER).status_code != 400:
            ignoring.add(path)
    assert not ignoring


def test_the_parts_of_a_list_are_walked_by_links(sample_server):
    path, seen = "/episodes?limit=10", []
    while path:
        html = sample_server.get(path, accept=BROWSER).text
        seen += re.findall(r'<li><a href="(/episode/[^"]+)"', html)
        after = re.search(r'rel="next" href="([^"]+)"', html)
        path = after[1].replace("&amp;", "&") if after else ""
    total = sample_server.client.get("/api/episodes").json()["total"]
    assert len(set(seen)) == len(seen) == total


@pytest.mark.parametrize("path", ["/companies", "/episodes", "/shows"])
def test_a_list_says_where_it_ends(sample_server, path):
    answer = sample_server.get(f"{path}?offset=99999", accept=BROWSER)
    assert answer.status_code == 200
    assert "The list has only " in answer.text
    last = re.search(r'rel="prev" href="([^"]+)"', answer.text)
    page = sample_server.get(last[1].replace("&amp;", "&"), accept=BROWSER).text
    assert "The list has only" not in page
    assert 'rel="next"' not in page


def test_what_no_date_is_known_of_is_said_beside_the_months(sample_server):
    get = sample_server.client.get
    themes = get("/api/themes").json()["rows"]
    companies = get("/api/entities").json()["rows"]
    found = []
    for row in (*themes, *companies):
        id_, type_ = row["thing"]["id"], row["thing"]["type"]
        question = "theme" if type_ == "theme" else "entity"
        facts = get(f"/api/{question}", params={"name": id_}).json()
        page = sample_server.get(f"/{id_}", accept=BROWSER).text
        undated = pluralize(facts["undated"], "episode")
        some = f"In no month, since no date of publication is known: {undated} of "
        all_ = f"{undated} without a known date of publication."
        dated = facts["episodes"] - facts["undated"]
        assert (some in page) == bool(facts["undated"] and dated)
        assert (all_ in page) == bool(facts["undated"] and not dated)
        found.append((bool(facts["undated"]), bool(dated)))
    assert {(True, True), (False, True)} <= set(found)


def test_without_a_graph_a_page_says_so_and_moves_to_the_first_one(tmp_path):
    server = Server(tmp_path / "store")
    try:
        answer = server.get("/", accept=BROWSER)
        assert (answer.status_code, "no graph here yet" in answer.text) == (503, True)
        assert str(tmp_path) not in answer.text
        (tmp_path / "a.md").write_text(episode_text("First talk"))
        build_store(tmp_path, tmp_path / "store")
        assert "What 1 episode talks about" in server.get("/", accept=BROWSER).text
        other = "https://www.youtube.com/watch?v=bbbbbbbbbbb"
        (tmp_path / "b.md").write_text(episode_text("Second talk", other))
        build_store(tmp_path, tmp_path / "store")
        until(lambda: "Second talk" in server.get("/episodes", accept=BROWSER).text)
        (tmp_path / "store" / "builds").rename(tmp_path / "elsewhere")
        (tmp_path / "store" / "current").write_text("0099")
        gone = server.get("/episodes", accept=BROWSER)
        assert (gone.status_code, "no graph here yet" in gone.text) == (503, True)
    finally:
        server.stop()


def test_another_layout_is_said(tmp_path):
    (tmp_path / "a.md").write_text(episode_text("First talk"))
    build_store(tmp_path, tmp_path / "store")
    (meta,) = (tmp_path / "store" / "builds").glob("*/meta.json")
    meta.write_text(re.sub(r'"layout":\d+', '"layout":1', meta.read_text()))
    server = Server(tmp_path / "store")
    answer = server.get("/", accept=BROWSER)
    assert (answer.status_code, "another version of kgraph" in answer.text) == (503, True)
    server.stop()


FIRMS = (
    *("OpenAI", "Anthropic", "Microsoft", "Coinbase", "Circle", "Tether", "Stripe", "Visa"),
    *("Mastercard", "PayPal", "Oracle", "Intel", "Tesla", "Netflix"),
)


def write_episodes(folder):
    """Write four episodes of two shows on stablecoins that mention many firms, and eight others."""
    for n in range(12):
        url = f"https://www.youtube.com/watch?v={'abcdefghijkl'[n] * 11}"
        names, quote = FIRMS, f"A stablecoin pays at {n}."
        show = "Alpha Hour" if n < 3 else "Gamma Hour"
        if n > 3:
            names, quote, show = ("NVIDIA",), f"A chip is sold at {n}.", "Beta Hour"
        text = episode_text(f"Talk {n}", url, names, (quote,), more=f"source: {show}")
        (folder / f"{n}.md").write_text(text)


def test_lists_of_a_theme_and_a_show_that_are_cut_lead_to_all(tmp_path):
    write_episodes(tmp_path)
    build_store(tmp_path, tmp_path / "store")
    served = Server(tmp_path / "store")
    try:
        for id_ in ("show/alphahour", "theme/stablecoins"):
            page = Page(served.get(f"/{id_}?unlikely=true", accept=BROWSER))
            query = urlencode({"of": id_, "count": 500, "unlikely": "true", "type": "company"})
            assert f"/questions/group-names?{query}" in page.links, id_
            own = {id_.partition("/")[0]: id_, "unlikely": "true", "mentions": "company/openai"}
            assert f"/episodes?{urlencode(own)}" in page.links, id_
            answer = served.get(f"/questions/group-names?{query}", accept="text/csv").text
            assert len(answer.splitlines()) - 1 == len(FIRMS)
            assert f"All {len(FIRMS)} companies" in page.html
    finally:
        served.stop()


def test_the_newest_episodes_of_a_theme_and_a_show_lead_to_all(sample_server):
    """Whatever has more episodes than a page lists."""
    linked = 0
    for kind in ("theme", "show"):
        for row in sample_server.client.get(f"/api/{kind}s").json()["rows"]:
            id_, total = row["thing"]["id"], row["episodes"]
            page = Page(sample_server.get(f"/{id_}", accept=BROWSER))
            assert (f"All {total} episodes" in page.html) is (total > 12)
            if total > 12:
                linked += 1
                address = f"/episodes?{urlencode({kind: id_})}"
                assert page.links.count(address) >= 2  # from the figure, and from the list
    assert linked


def test_a_topic_and_a_tag_lead_to_their_episodes(sample_server):
    listed = {}
    for row in sample_server.client.get("/api/episodes?limit=500").json()["rows"]:
        episode = sample_server.client.get("/api/episode", params={"name": row["id"]}).json()
        for term in (*episode["topics"], *episode["tags"]):
            listed.setdefault((term["type"], term["id"]), set()).add(row["id"])
    for kind in ("topic", "tag"):
        (_, id_), ids = max(
            ((key, ids) for key, ids in listed.items() if key[0] == kind),
            key=lambda item: len(item[1]),
        )
        facts = sample_server.client.get("/api/theme", params={"name": id_}).json()
        assert (facts["thing"]["id"], facts["episodes"]) == (id_, len(ids))
        address = f"/episodes?{urlencode({'theme': id_})}"
        episodes = sample_server.client.get(f"/api{address}&limit=500").json()["rows"]
        assert {row["id"] for row in episodes} == ids
        page = Page(sample_server.get(f"/{id_}", accept=BROWSER))
        assert f"Episodes whose files list it under {kind}s." in page.html
        assert address in page.links
        assert {f"/{line['id']}" for line in facts["latest"]} <= set(page.links)
        heading = f"<h1>Episodes that list {facts['thing']['label']} under {kind}s</h1>"
        assert heading in sample_server.get(address, accept=BROWSER).text


def test_the_front_page_and_stats_tell_shows_with_episodes_from_others(tmp_path):
    """Three shows have episodes; 80,000 Hours Podcast is only mentioned."""
    write_episodes(tmp_path)
    text = (tmp_path / "5.md").read_text()
    (tmp_path / "5.md").write_text(text.replace("NVIDIA", "The 80000 Hours Podcast"))
    build_store(tmp_path, tmp_path / "store")
    served = Server(tmp_path / "store")
    try:
        front = served.client.get("/api/front").json()
        own, named = front["shows"], front["types"]["show"]
        assert (own, named) == (3, 4)
        page = served.get("/", accept=BROWSER).text
        assert '<dt>Shows with episodes here</dt><dd><a href="/shows">3</a>' in page
        assert '<a href="/entities?type=show">of 4 named</a>' in page
        assert "<caption>3 shows that" in served.get("/shows", accept=BROWSER).text
        assert "<caption>4 in all" in served.get("/entities?type=show", accept=BROWSER).text
    finally:
        served.stop()
    told = run("stats", "--store", tmp_path / "store").stdout
    assert "3 of the shows have episodes here, only mentioned or advertised: 1" in told


def test_themes_of_no_episode_are_left_out(sample_server):
    rows = sample_server.client.get("/api/themes").json()["rows"]
    page = Page(sample_server.get("/themes", accept=BROWSER))
    links = {f"/{row['thing']['id']}" for row in rows if row["episodes"]}
    empty = {f"/{row['thing']['id']}" for row in rows} - links
    assert empty and empty.isdisjoint(page.links)
    assert links <= set(page.links)
    assert pluralize(len(links), "theme") in page.html
