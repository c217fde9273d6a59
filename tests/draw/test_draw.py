"""kgraph.draw.draw: from a graph to a page, and to SVG that notebooks show."""

import io
import json
import re
import xml.etree.ElementTree as ET

import pytest
from draw.factories import HARM, NAMES, episode, graph

from kgraph import KnowledgeGraph
from kgraph.base.errors import InputError, UnknownNameError, ViewTooLargeError
from kgraph.draw import MAX_VIEW_NODES, View, write_view
from kgraph.draw.draw import draw_sketch
from kgraph.draw.legend import TYPE_STYLES
from kgraph.graph import Selection

SVG = "{http://www.w3.org/2000/svg}"


def drawn(**wanted):
    out = io.BytesIO()
    summary = write_view(graph(), out, **wanted)
    page = out.getvalue().decode()
    return summary, page, json.loads(re.search(r'id="data">(.*?)</script>', page)[1])


COMPANIES = frozenset({"company"})


def test_companies_that_stand_together():
    summary, page, data = drawn(types=COMPANIES)
    assert summary == View(3, 3)
    assert sorted(data["things"]) == ["company/acme", "company/beta", "company/evil"]
    assert "<h1>Companies mentioned together</h1>" in page


def test_by_default_people_and_products_stand_beside_companies():
    _, page, data = drawn()
    assert "person/ann" in data["things"]
    assert "<h1>Names mentioned together</h1>" in page


def test_the_focus_may_be_of_another_type_and_go_by_another_name():
    summary, page, data = drawn(focus="ann example", types=COMPANIES)
    assert summary == View(3, 3)
    assert data["focus"] == "person/ann"
    assert "<h1>Ann Example and the companies around it</h1>" in page


def test_depth_goes_further():
    assert "company/evil" not in drawn(focus="Ann Example", types=COMPANIES)[2]["things"]
    assert "company/evil" in drawn(focus="Ann Example", depth=2, types=COMPANIES)[2]["things"]


def test_bounds_are_kept():
    _, _, data = drawn(focus="Acme", since="2025-07-15", types=COMPANIES)
    assert sorted(data["things"]) == ["company/acme", "company/evil"]
    _, _, data = drawn(focus="Acme", min_confidence=0.8, types=frozenset())
    assert sorted(data["things"]) == ["company/acme", "company/beta", "company/evil"]


def test_a_link_tells_its_count_association_confidence_and_evidence():
    link = next(
        link
        for link in drawn(types=COMPANIES)[2]["links"].values()
        if link["target"] == "company/beta"
    )
    assert link == {
        "source": "company/acme",
        "target": "company/beta",
        "association": -0.537,
        "confidence": 0.81,
        "count": 2,
        "episodes": link["episodes"],
        "quotes": link["quotes"],
    }
    assert len(link["episodes"]) == 2
    assert len(link["quotes"]) == 1


def test_same_graph_same_bytes_written_whole(tmp_path):
    for name in ("one.html", "two.html"):
        write_view(graph(), tmp_path / name)
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.html", "two.html"]


def test_an_unknown_name_is_said():
    with pytest.raises(UnknownNameError, match="nothing in the graph is called 'Acne'"):
        drawn(focus="Acne")


def test_nothing_to_draw_is_said():
    with pytest.raises(InputError) as error:
        drawn(types=frozenset({"place"}))
    assert str(error.value) == (
        "nothing to draw: in 6 episodes no two names are mentioned together: "
        "add a --type or add --unlikely"
    )
    bounded = {"min_confidence": 0.5, "since": "2026-01-01", "unlikely": True}
    with pytest.raises(
        InputError, match=r"0 episodes .*: lower --min-conf.*, widen --s.* or add a"
    ):
        drawn(**bounded)
    empty = graph().select(Selection(since="2030-01-01"))
    with pytest.raises(InputError, match=r"in 0 episodes .* together: add episodes$"):
        write_view(empty, io.BytesIO(), types=frozenset(), unlikely=True)
    with pytest.raises(InputError, match="Alone: no episode mentions it within these bounds"):
        drawn(focus="Alone", since="2026-01-01")


def test_too_large_a_picture_is_refused_with_a_command(monkeypatch):
    many = {f"company/c{n}": f"C {n}; rm -r" for n in range(MAX_VIEW_NODES + 1)}
    monkeypatch.setattr("draw.factories.NAMES", NAMES | many)
    crowd = graph([episode(1, *many), episode(2, *many), episode(3)])
    with pytest.raises(ViewTooLargeError) as error:
        write_view(crowd, io.BytesIO(), limit=500)
    assert str(error.value) == (
        f"{MAX_VIEW_NODES + 1} names: a picture can show at most {MAX_VIEW_NODES}: try "
        "`kgraph view --focus 'C 0; rm -r' --limit 60`, or bound it by --since and "
        f"--until with --limit {MAX_VIEW_NODES}"
    )


def test_a_sketch_is_drawn_around_a_focus(sample):
    found = KnowledgeGraph.open(sample.path).sketch("NVIDIA", limit=8)
    picture = ET.fromstring(found._repr_html_())
    labels = [text.text for text in picture.iter(f"{SVG}text")]
    assert (found.nodes, labels[0]) == (8, "Nvidia")
    assert len(labels) == 8
    assert len(list(picture.iter(f"{SVG}line"))) == found.edges
    assert picture.find(f"{SVG}title").text == picture.get("aria-label")


def test_hostile_names_stay_text_and_nothing_is_fetched():
    shown = draw_sketch(graph(), Selection()).svg
    picture = ET.fromstring(shown)
    names = [title.text for title in picture.iter(f"{SVG}title")]
    assert any(HARM in name for name in names)
    plain = {"svg", "title", "desc", "g", "line", "circle", "polygon", "text"}
    assert {element.tag.removeprefix(SVG) for element in picture.iter()} <= plain
    attributes = {name for element in picture.iter() for name in element.attrib}
    assert not any(name.startswith("on") or "href" in name for name in attributes)
    assert not re.search(r"url\(|@import", shown)


def test_the_same_graph_gives_the_same_sketch(sample):
    once = KnowledgeGraph.open(sample.path).sketch(limit=12)
    assert once == KnowledgeGraph.open(sample.path).sketch(limit=12)


def test_what_cannot_be_drawn_is_told(sample):
    with pytest.raises(InputError, match="no episode mentions it within these bounds"):
        KnowledgeGraph.open(sample.path).sketch("NVIDIA", since="2030-01-01")


def test_colours_are_those_of_every_picture(sample):
    found = KnowledgeGraph.open(sample.path).sketch("NVIDIA", limit=8)
    filled = {mark.get("fill") for mark in ET.fromstring(found._repr_html_()).iter(f"{SVG}g")}
    assert TYPE_STYLES["company"].light in filled
    assert filled - {None} <= {look.light for look in TYPE_STYLES.values()}
