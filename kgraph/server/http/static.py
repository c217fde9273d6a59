"""Files that pages need: style sheets, scripts, pictures; read once, when the server starts.

Takes a name below ``/assets/``, gives the bytes, which a browser keeps as long as the server
says at each asking that they are still the same.
"""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from kgraph.base.errors import RequestError
from kgraph.base.text import digest
from kgraph.server.http import marks, responses

TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
"""Suffix -> media type; what has another suffix is not sent."""

ROOT = Path(__file__).parents[1] / "pages" / "assets"

FOLDERS = {"": ROOT, "atlas/": Path(__file__).parents[2] / "atlas" / "assets"}
"""What names begin with -> the folder that holds them; one that is not there holds nothing."""


def files(start: str, root: Path) -> dict[str, tuple[bytes, str]]:
    """Name of each file below a folder -> its bytes and media type."""
    return {
        start + path.relative_to(root).as_posix(): (path.read_bytes(), TYPES[path.suffix])
        for path in sorted(root.rglob("*"))
        if path.suffix in TYPES
    }


FILES = {
    "marks.css": (marks.style().encode(), TYPES[".css"]),
    **{name: file for start, root in FOLDERS.items() for name, file in files(start, root).items()},
}

TAGS = {name: f'"{digest(data.hex(), 24)}"' for name, (data, _) in FILES.items()}


async def asset(request: Request) -> Response:
    """A file that pages need."""
    name = request.path_params["name"]
    if name not in FILES:
        raise RequestError(404, f"{name}: no such file")
    data, type_ = FILES[name]
    headers = {"ETag": TAGS[name], "Cache-Control": "no-cache"}
    if responses.unchanged(request, TAGS[name]):
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=type_, headers=headers)
