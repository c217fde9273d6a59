"""Static files of pages below ``/assets/``: style sheets, scripts and pictures.

They are read once, when the server starts. A browser caches them, and revalidates each time.
``marks.css`` is generated from :mod:`kgraph.draw.legend`.
"""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from kgraph.base.errors import RequestError
from kgraph.base.text import hex_digest
from kgraph.draw.legend import TYPE_STYLES, css_clip_path, css_switched_variables
from kgraph.server.http import responses

#: Suffix -> media type; files with other suffixes are not sent.
ASSET_MEDIA_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}

ASSETS_FOLDER = Path(__file__).parents[1] / "pages" / "assets"

#: Start of a name -> folder; a missing folder is ignored.
ASSET_FOLDERS = {"": ASSETS_FOLDER, "atlas/": Path(__file__).parents[2] / "atlas" / "assets"}


def type_styles() -> str:
    """Return the style sheet of entity types: colours as custom properties, and marks.

    Marks accompany words and never replace them, so a contrast of 3:1 is enough (WCAG 2.2,
    1.4.11).
    """
    rules = (
        f".type.{type_}::before {{ background: var(--{type_}); "
        f"clip-path: {css_clip_path(style.shape)}; }}\n"
        f".picture .{type_} :is(circle, polygon) {{ fill: var(--{type_}); }}\n"
        for type_, style in TYPE_STYLES.items()
    )
    return css_switched_variables() + "".join(rules)


def _load_assets() -> dict[str, tuple[bytes, str]]:
    files = {"marks.css": (type_styles().encode(), ASSET_MEDIA_TYPES[".css"])}
    for start, root in ASSET_FOLDERS.items():
        for path in sorted(root.rglob("*")):
            if path.suffix in ASSET_MEDIA_TYPES:
                name = start + path.relative_to(root).as_posix()
                files[name] = (path.read_bytes(), ASSET_MEDIA_TYPES[path.suffix])
    return files


ASSETS = _load_assets()  #: name -> bytes and media type

ASSET_ETAGS = {name: f'"{hex_digest(data.hex(), 24)}"' for name, (data, _) in ASSETS.items()}


async def serve_asset(request: Request) -> Response:
    """Answer with a static file."""
    name = request.path_params["name"]
    if name not in ASSETS:
        raise RequestError(404, f"{name}: no such file")
    data, media_type = ASSETS[name]
    headers = {"ETag": ASSET_ETAGS[name], "Cache-Control": "no-cache"}
    if responses.is_not_modified(request, ASSET_ETAGS[name]):
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=media_type, headers=headers)
