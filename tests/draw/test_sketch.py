"""A sketch is SVG that notebooks show, without a script, whatever it names."""

import re
import xml.etree.ElementTree as ET

import pytest
from draw.factories import HARM, graph

from kgraph import KnowledgeGraph
from kgraph.base.errors import InputError
from kgraph.draw.legend import TYPE_STYLES
from kgraph.draw.sketch import draw_sketch
from kgraph.graph import Selection

SVG = "{http://www.w3.org/2000/svg}"


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
