"""Files that pages need: style sheets, scripts, pictures; read once, when the server starts.

Takes a name below ``/assets/``, gives the bytes, which a browser keeps as long as the server
says at each asking that they are still the same.
"""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from kgraph.base.errors import RequestError
from kgraph.base.text import hex_digest
from kgraph.server.http import marks, responses

ASSET_MEDIA_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
"""Suffix -> media type; what has another suffix is not sent."""

ASSETS_FOLDER = Path(__file__).parents[1] / "pages" / "assets"

ASSET_FOLDERS = {"": ASSETS_FOLDER, "atlas/": Path(__file__).parents[2] / "atlas" / "assets"}
"""What names begin with -> the folder that holds them; one that is not there holds nothing."""


def load_assets(start: str, root: Path) -> dict[str, tuple[bytes, str]]:
    """Name of each file below a folder -> its bytes and media type."""
    return {
        start + path.relative_to(root).as_posix(): (
            path.read_bytes(),
            ASSET_MEDIA_TYPES[path.suffix],
        )
        for path in sorted(root.rglob("*"))
        if path.suffix in ASSET_MEDIA_TYPES
    }


ASSETS = {
    "marks.css": (marks.type_styles().encode(), ASSET_MEDIA_TYPES[".css"]),
    **{
        name: file
        for start, root in ASSET_FOLDERS.items()
        for name, file in load_assets(start, root).items()
    },
}

ASSET_ETAGS = {name: f'"{hex_digest(data.hex(), 24)}"' for name, (data, _) in ASSETS.items()}


async def serve_asset(request: Request) -> Response:
    """A file that pages need."""
    name = request.path_params["name"]
    if name not in ASSETS:
        raise RequestError(404, f"{name}: no such file")
    data, type_ = ASSETS[name]
    headers = {"ETag": ASSET_ETAGS[name], "Cache-Control": "no-cache"}
    if responses.is_not_modified(request, ASSET_ETAGS[name]):
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=type_, headers=headers)
