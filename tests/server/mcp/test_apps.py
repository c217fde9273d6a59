"""Views of MCP Apps: how they are offered, and what they draw in a host that follows the
specification, of hostile names as well."""

import json

import pytest
from agents import talk, told
from browser import CHROMIUM, opened
from mcp.server.apps import APP_MIME_TYPE, EXTENSION_ID
from server.hostile import EVIL

from kgraph.server.mcp import AgentLimits, AgentService
from kgraph.server.mcp.apps import VIEW_BY_TOOL, VIEWS, render_view, view_uri
from kgraph.server.mcp.server import make_server

HOST = """<!doctype html><meta charset="utf-8"><body><iframe id="view" width="700" height="700"
sandbox="allow-scripts allow-same-origin"></iframe><script>
const [html, result] = %s, view = document.getElementById("view"), heard = [];
window.addEventListener("message", ({data}) => {
    heard.push(data);
    const answer = (value) => view.contentWindow.postMessage(
        {jsonrpc: "2.0", id: data.id, result: value}, "*");
    if (data.method === "ui/initialize") answer({protocolVersion: "2026-01-26", hostInfo: {},
        hostCapabilities: {}, hostContext: {theme: "dark",
        styles: {variables: {"--color-text-primary": "rgb(1, 2, 3)"}}}});
    if (data.method === "ui/open-link") answer({});
    if (data.method === "tools/call") answer(result);
    if (data.method === "ui/notifications/initialized") {
        for (const [method, params] of [["ui/notifications/tool-input", {arguments: {}}],
            ["ui/notifications/tool-result", result]]) {
            view.contentWindow.postMessage({jsonrpc: "2.0", method, params}, "*");
        }
        view.contentWindow.postMessage({jsonrpc: "2.0", id: "p", method: "ping"}, "*");
    }
});
view.srcdoc = html.replace("<head>", `<head><meta http-equiv="Content-Security-Policy"
content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'">`);
</script>"""


@pytest.fixture(scope="module")
def served(sample):
    return make_server(AgentService(sample.path, AgentLimits()))


def test_tools_lead_to_views_that_reach_nothing(served):
    async def read(client):
        tools = (await client.list_tools()).tools
        views = {tool.name: tool.meta["ui"]["resourceUri"] for tool in tools if tool.meta}
        pages = [(await client.read_resource(uri)).contents[0] for uri in set(views.values())]
        listed = {str(each.uri): each for each in (await client.list_resources()).resources}
        return views, pages, listed, client.server_capabilities

    views, pages, listed, capabilities = talk(served, read)
    assert views == {tool: view_uri(view) for tool, view in VIEW_BY_TOOL.items()}
    assert EXTENSION_ID in capabilities.extensions
    for page in pages:
        assert page.mime_type == APP_MIME_TYPE == "text/html;profile=mcp-app"
        assert page.text.startswith("<!doctype html>")
        assert not [word for word in ("src=", "href=", "@import", "fetch(") if word in page.text]
        csp = listed[str(page.uri)].meta["ui"]["csp"]
        assert csp == {"connectDomains": [], "resourceDomains": [], "frameDomains": []}


needs_browser = pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium here")


def show(tmp_path, view, result, check):
    """What a host's user sees of a result; the page of the host, once the view has drawn it."""
    document = json.dumps([render_view(view), result]).replace("</", "<\\/")
    path = tmp_path / "host.html"
    path.write_text(HOST % document, "utf-8")
    with opened(path) as page:
        page.until("view.contentDocument?.querySelector('h1, #main > p:not(.quiet)')")
        page.until("heard.some(({method}) => method === 'ui/notifications/size-changed')")
        page.until("heard.some(({id, result}) => id === 'p' && result)")
        text = page.run("view.contentDocument.getElementById('main').innerText")
        check(page)
        assert page.run("window.harmed || view.contentWindow.harmed") is None
        assert page.run("view.contentDocument.documentElement.dataset.theme") == "dark"
        assert page.requests == [path.as_uri()]
        assert [line for line in page.console if "escape its sandboxing" not in line] == []
        return text


@needs_browser
@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("compare", {"names": ["NVIDIA", "OpenAI"]}, ["Nvidia, OpenAI: share", "2025-09"]),
        ("pair", {"one": "NVIDIA", "other": "OpenAI"}, ["Nvidia, OpenAI, both: share"]),
        ("look_up", {"name": "NVIDIA"}, ["Nvidia", "company", "OpenAI"]),
        ("search", {"text": "stablecoin", "limit": 3}, ["3 hits", "Relevance"]),
        ("search", {"text": "stablecoin", "limit": 1}, ["1 hit\n"]),
        (
            "explain",
            {"episode": "TLL 137: Polymarket Comes Home", "name": "Polymarket"},
            ["mentions Polymarket", "Extractor"],
        ),
    ],
)
def test_a_view_draws_a_real_result(served, tmp_path, tool, arguments, words):
    result = talk(served, lambda client: told(client, tool, **arguments))

    def check(page):
        rows = page.run("view.contentDocument.querySelectorAll('tbody tr').length")
        assert rows > 0
        if VIEW_BY_TOOL[tool] != "evidence":
            assert page.run("view.contentDocument.querySelector('svg[aria-label]') !== null")

    values = {"structuredContent": result, "content": []}
    text = show(tmp_path, VIEW_BY_TOOL[tool], values, check)
    assert [word for word in words if word not in text] == []


HOSTILE = {
    "timeline": {
        "months": [{"month": EVIL, "all_episodes": 1, "shows": 1, EVIL: {"episodes": 1}}],
        "shares": EVIL,
    },
    "neighbourhood": {
        "name": EVIL,
        "type": EVIL,
        "beside": {
            EVIL: [{"name": EVIL, "id": EVIL, "episodes": 3, "association": 0.5, "said": EVIL}]
        },
    },
    "evidence": {
        "trees": [{"words": EVIL, "rule": EVIL, "because": [{"source": {"text": EVIL}}, EVIL]}],
        "hits": [{"text": EVIL, "episode": {"title": EVIL, "url": f"javascript:{EVIL}"}}],
    },
}


@needs_browser
@pytest.mark.parametrize("view", VIEWS)
def test_hostile_names_stay_text(tmp_path, view):
    def check(page):
        assert page.run("view.contentDocument.querySelectorAll('img, main script').length") == 0
        assert page.run("view.contentDocument.querySelectorAll('a').length") == 0

    result = {"content": [{"type": "text", "text": json.dumps(HOSTILE[view])}]}
    assert "onerror" in show(tmp_path, view, result, check)


@needs_browser
def test_an_episode_is_not_said_to_stand_alone(served, tmp_path):
    name = "TLL 137: Polymarket Comes Home"
    result = talk(served, lambda client: told(client, "look_up", name=name))
    text = show(tmp_path, "neighbourhood", {"structuredContent": result}, lambda page: None)
    assert name in text
    assert "its mentions and quotes are in the answer" in text


@needs_browser
def test_an_error_is_shown_in_words(tmp_path):
    result = {"isError": True, "content": [{"type": "text", "text": f"no such name {EVIL}"}]}
    assert "no such name" in show(tmp_path, "timeline", result, lambda page: None)
