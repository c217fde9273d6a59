"""A small graph in a page, drawn by the atlas's renderer in a browser, under a strict policy."""

import base64
import hashlib
import json

import pytest
from atlas.factories import HARM
from browser import CHROMIUM, opened

from kgraph.atlas.write import read_asset
from kgraph.draw.bundle import bundle_modules, wrap_in_function

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine")

GRAPH = {
    "nodes": [
        {"id": "a", "label": f"Acme {HARM}", "type": "company", "weight": 9, "href": "#there"},
        {"id": "b", "label": "Beta", "type": "person", "weight": 4, "href": "javascript:harmed=1"},
        {"id": "c", "label": "Gamma", "weight": 1},
    ],
    "edges": [
        {"source": "a", "target": "b", "strength": 0.9, "label": f"together in 3 {HARM}"},
        {"source": "a", "target": "c", "strength": 0.2},
    ],
}
COLOURS = """made.png({scale: 1}).then(createImageBitmap).then((bitmap) => {
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    context.drawImage(bitmap, 0, 0);
    const {data} = context.getImageData(0, 0, bitmap.width, bitmap.height);
    return [bitmap.width, bitmap.height, new Set(new Uint32Array(data.buffer)).size];
})"""


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    data = json.dumps(GRAPH).replace("<", "\\u003c")
    start = f'window.made = embedGraph(document.querySelector("div"), {data}, {{label: "Test"}});'
    script = wrap_in_function(f"{bundle_modules('embed.js', read_asset)}\n{start}")
    allowed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; script-src 'sha256-{allowed}'; style-src 'sha256-{STYLE_SHA}'"
    made = tmp_path_factory.mktemp("embedded") / "page.html"
    made.write_text(
        f'<!doctype html><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<style>{STYLE}</style><div></div><script>{script}</script>",
        "utf-8",
    )
    return made


STYLE = "body { margin: 0 } div { width: 600px; height: 400px }"
STYLE_SHA = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()


@pytest.fixture
def page(path):
    with opened(path) as page:
        page.until("made.stats().isSharp")
        yield page
        assert page.run("window.harmed") is None, "a text of the graph was executed"
        assert {one.partition("#")[0] for one in page.requests} == {path.as_uri()}
        assert page.console == []


def place(page, node):
    """Where a node stands in the window, by its number: the most important is 0."""
    x, y = page.run(f"made.camera.toScreen(made.atlas.x[{node}], made.atlas.y[{node}])")
    return float(x), float(y)


def test_the_graph_is_drawn_without_a_worker(page):
    width, height, colours = page.run(COLOURS)
    assert (width, height) == (600, 400)
    assert colours > 20


def test_a_click_follows_an_address_that_leads_to_a_page_and_no_other(page):
    page.click(*place(page, 1))
    assert page.run("location.hash") == ""
    page.click(*place(page, 0))
    page.until("location.hash === '#there'")


def test_the_pointer_lights_what_it_is_on_and_names_an_edge_by_its_label(page):
    (ax, ay), (bx, by) = place(page, 0), place(page, 1)
    page.move((ax + bx) / 2, (ay + by) / 2)
    page.until("document.querySelector('div').title !== ''")
    assert page.run("document.querySelector('div').title") == f"together in 3 {HARM}"
    page.move(ax, ay)
    page.until("document.querySelector('canvas').style.opacity !== '1'")
    assert page.run("document.querySelector('div').title") == ""


def test_keys_move_and_zoom_it(page):
    page.run("document.querySelector('div').focus()")
    before = page.run("[made.camera.x, made.camera.scale]")
    page.press("ArrowDown")
    page.press("+")
    page.until("made.stats().isSharp")
    x, scale = page.run("[made.camera.x, made.camera.scale]")
    assert (x, scale) == (before[0], pytest.approx(1.5 * before[1]))
    assert page.run("made.camera.y") > 0
    page.press("0")
    page.until(f"Math.abs(made.camera.scale - {before[1]}) < 1e-6")


def test_it_says_what_it_is_to_those_who_do_not_see_it(page):
    label = page.run("document.querySelector('div').getAttribute('aria-label')")
    assert label.startswith("Test: 3 nodes, 2 edges.")
    assert page.run("document.querySelectorAll('canvas[aria-hidden=true]').length") == 2


def test_destroyed_it_leaves_nothing(page):
    page.run("made.destroy()")
    page.settle()
    assert page.run("document.querySelector('div').childElementCount") == 0
