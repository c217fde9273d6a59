"""kgraph.atlas.write: one file, a strict policy that fits it, modules joined into a script."""

import base64
import hashlib
import html
import re

import pytest
from atlas.factories import HARM, graph

from kgraph import KnowledgeGraph
from kgraph.atlas import draw_atlas


@pytest.fixture(scope="module")
def text():
    return draw_atlas(graph(), title=f"T {HARM}").page.decode()


def element(text, name):
    return re.search(rf"<{name}>(.*?)</{name}>", text, re.DOTALL)[1]


def sha(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_policy_allows_this_script_and_style_and_nothing_else(text):
    policy = re.search('http-equiv="Content-Security-Policy" content="([^"]*)"', text)[1]
    assert dict(part.split(" ", 1) for part in policy.split("; ")) == {
        "default-src": "'none'",
        "script-src": sha(element(text, "script")),
        "style-src": sha(element(text, "style")),
        "worker-src": "blob:",
        "img-src": "blob: data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_texts_of_the_input_are_no_markup(text):
    assert HARM not in text
    assert f"<title>{html.escape(f'T {HARM}')}</title>" in text
    outside = re.sub(r"<(script|style)[^>]*>.*?</\1>", "", text, flags=re.DOTALL)
    assert "window.harmed" not in outside.replace(html.escape(HARM), "")


def test_nothing_is_asked_from_elsewhere(text):
    outside = re.sub(r"<(script|style)[^>]*>.*?</\1>", "", text, flags=re.DOTALL)
    assert re.findall(r'\s(?:src|href|action|data)="([^"]*)"', outside) == ["data:,"]
    assert not re.search(r"@import|url\(", element(text, "style"))


def test_the_script_follows_the_block_of_the_first_picture(text):
    order = re.findall(r'<script(?: type="[\w/-]+" id="([\w-]+)")?>', text)
    held = ["edges", "names", "facts", "quotes-0", "contexts-0"]
    assert order == ["graph", "worker", "", *held]


def test_the_scripts_hold_no_trace_of_modules_and_each_module_once(text):
    script = element(text, "script")
    assert not re.search(r"^\s*(import|export)\b", script, re.MULTILINE)
    for name in ("openGraph", "createApp"):
        assert text.count(f"function {name}(") == script.count(f"function {name}(") == 1


def test_the_same_graph_gives_the_same_bytes(tmp_path):
    for name in ("one", "other"):
        draw_atlas(graph(), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_a_notebook_shows_the_page_in_a_frame_of_its_own():
    drawn = draw_atlas(graph(), quotes=False)
    shown = drawn._repr_html_()
    frame = re.fullmatch('<iframe ([^<>]*) srcdoc="([^"]*)"></iframe>', shown)
    assert html.unescape(frame[2]).encode() == drawn.page
    assert "allow-same-origin" not in frame[1]


def test_a_store_is_drawn_as_a_file_or_for_a_notebook(store, tmp_path):
    opened = KnowledgeGraph.open(store.path)
    drawn = opened.atlas(tmp_path / "a.html", title="T")
    assert (tmp_path / "a.html").read_bytes() == drawn.page == opened.atlas(title="T").page
    size = f"{len(drawn.page) / 1e6:.1f} MB"
    assert repr(drawn) == f"AtlasPage({drawn.nodes} nodes, {drawn.edges} edges, {size})"
