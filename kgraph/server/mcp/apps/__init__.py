"""Views that hosts of MCP Apps show beside a tool's result: timeline, neighbourhood, evidence.

Each is one HTML document at a ``ui://`` address, without any request of its own, which draws the
tool's structured result. Names and texts become text nodes. The text of the result has the same
values, so a host without views loses nothing. The extension ``io.modelcontextprotocol/ui`` is that
of https://github.com/modelcontextprotocol/ext-apps (specification of 2026-01-26).
"""

from __future__ import annotations

from pathlib import Path

from mcp.server.apps import Apps, ResourceCsp

ASSETS = Path(__file__).parent / "assets"

#: View -> title, and description for hosts.
VIEWS = {
    "timeline": ("Shares by month", "shares by month with intervals, as lines and a table"),
    "neighbourhood": ("What stands beside a name", "names around a name, as a picture and a table"),
    "evidence": ("Evidence", "rows or quotes behind an answer, as a table with recordings"),
}

#: Tool -> view that shows its result.
VIEW_BY_TOOL = {
    "compare": "timeline",
    "pair": "timeline",
    "look_up": "neighbourhood",
    "explain": "evidence",
    "search": "evidence",
}


def view_uri(view: str) -> str:
    """Return the address of a view."""
    return f"ui://kgraph/{view}"


def make_tool_meta(tool: str) -> dict[str, dict[str, str]] | None:
    """Return the metadata that binds a tool to its view; None if it has none."""
    view = VIEW_BY_TOOL.get(tool)
    return {"ui": {"resourceUri": view_uri(view)}} if view else None


def render_view(view: str) -> str:
    """Return a view as an HTML document with its style and scripts inside."""
    scripts = [(ASSETS / name).read_text("utf-8") for name in ("bridge.js", f"{view}.js")]
    parts = {
        "title": VIEWS[view][0],
        "style": (ASSETS / "app.css").read_text("utf-8"),
        "script": "\n".join(scripts),
    }
    page = (ASSETS / "app.html").read_text("utf-8")
    for name, text in parts.items():
        page = page.replace(f"{{{{ {name} }}}}", text)
    return page


def make_apps() -> Apps:
    """Return the extension with its views, which may reach no other address."""
    apps = Apps()
    for view, (title, description) in VIEWS.items():
        apps.add_html_resource(
            view_uri(view),
            render_view(view),
            name=view,
            title=title,
            description=description,
            csp=ResourceCsp(connect_domains=[], resource_domains=[], frame_domains=[]),
            prefers_border=True,
        )
    return apps
