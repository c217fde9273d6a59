"""One HTML file that needs nothing else: the blocks, the page, and its script in readable modules.

Takes blocks (:mod:`kgraph.atlas.blocks`), gives bytes. The script is joined from the modules
in ``assets/``, which node's test runner reads as they are: ``import`` lines and the word
``export`` are taken off, and each module stands after those that it imports; lines that are
comments, and the space before a line, stay behind (a third of the script). The worker's script is
joined likewise, and started by the page from a Blob.

Invariants:
    * the page cannot reach out: :func:`kgraph.view.harden.policy` allows what was put into
      it, and workers from Blobs;
    * blocks are base64 in script elements of a type that no browser runs;
    * the script stands right behind the block that the first picture needs.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping
from importlib import resources
from string import Template

from kgraph.atlas.columns import packed
from kgraph.errors import ExportError
from kgraph.view.harden import policy
from kgraph.view.legend import switched_variables

PAGE, WORKER = "main.js", "worker.js"
"""Modules that the page and its worker start with."""

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w-]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function|const|let|class)", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*(?://.*|/\*(?s:.*?)\*/[ \t]*)\n", re.MULTILINE)
_SPACE = re.compile(r"^\s+", re.MULTILINE)


def render(title: str, blocks: Mapping[str, bytes]) -> bytes:
    """The page, UTF-8.

    Args:
        title: what it shows, as plain text.
        blocks: by name, that of the first picture first.
    """
    first, *others = (_element(name, data) for name, data in blocks.items())
    script = wrapped(joined(PAGE))
    worker = wrapped(joined(WORKER)) if _part(WORKER) else ""
    style = lean(switched_variables() + _part("page.css"))
    page = Template(_part("page.html")).substitute(
        policy=policy((script,), style, "worker-src blob:; img-src blob: data:"),
        title=html.escape(title),
        style=style,
        graph=first,
        worker=_element("worker", packed(worker.encode())),
        script=script,
        blocks="\n".join(others),
    )
    return page.encode()


def _element(name: str, data: bytes) -> str:
    text = base64.b64encode(data).decode()
    return f'<script type="application/octet-stream" id="{name}">{text}</script>'


def joined(start: str) -> str:
    """A module and all that it imports, as one script.

    Raises:
        ExportError: the installation lacks a module.
    """
    return "".join(lean(_IMPORT.sub("", _EXPORT.sub("", _part(name)))) for name in modules(start))


def lean(text: str) -> str:
    """JavaScript or CSS without lines that are comments, and without the space before a line.

    No text of several lines may stand in it (a test sees to that).

    >>> lean("// says why\\n/**\\n * More.\\n */\\nif (a) {\\n  b();\\n}\\n")
    'if (a) {\\nb();\\n}\\n'
    """
    return _SPACE.sub("", _COMMENT.sub("", text))


def wrapped(script: str) -> str:
    """The script in a function of its own, in strict mode as modules are."""
    return f'(() => {{\n"use strict";\n{script}\n}})();'


def modules(start: str) -> list[str]:
    """Names of a module and all that it imports, each after those that it imports."""
    found: dict[str, None] = {}

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            raise ExportError(f"{' imports '.join((*above, name))}: a circle of modules")
        if name not in found:
            for needed in _IMPORT.findall(_part(name)):
                visit(needed, (*above, name))
            found[name] = None

    visit(start, ())
    return list(found)


def _part(name: str) -> str:
    try:
        return resources.files("kgraph.atlas").joinpath("assets", name).read_text("utf-8")
    except OSError as error:
        raise ExportError(
            f"kgraph/atlas/assets/{name}: {error.strerror}: install kgraph again"
        ) from error
