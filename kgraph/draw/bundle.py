"""Readable JavaScript modules as one inline script, without a bundler.

Takes modules by name, gives a script: ``import`` lines and the word ``export`` are taken off, and
each module stands after those that it imports. Node's test runner reads the same modules as
they are. Names at the top of a module must be unique over all that are joined, an import
stands on one line, and only names are exported (tests see to that).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from posixpath import basename

from kgraph.base.errors import ExportError

ReadModule = Callable[[str], str]
"""Gives the text of a module by its file name."""

_IMPORT = re.compile(r'^import \{([^}]*)\} from "([\w./-]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function|const|let|class)", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*(?://.*|/\*(?s:.*?)\*/[ \t]*)\n", re.MULTILINE)
_SPACE = re.compile(r"^\s+", re.MULTILINE)


def bundle_modules(start: str, read: ReadModule) -> str:
    """A module and all that it imports, as one script.

    Raises:
        ExportError: modules import each other in a circle.
    """
    return "".join(minify(strip_module_syntax(read(name))) for name in order_modules(start, read))


def split_early_late(first: str, whole: str, read: ReadModule, shared: str) -> tuple[str, str]:
    """A script that runs early, and one that is all else and runs after it.

    Args:
        first: the module that the early script starts with.
        whole: the module that the other starts with; it imports ``first``.
        shared: the property of the window through which the other gets what it imports of the
            early one's modules.
    """
    early = order_modules(first, read)
    late = [name for name in order_modules(whole, read) if name not in early]
    taken = sorted(
        {
            name
            for module in late
            for names, path in _IMPORT.findall(read(module))
            if basename(path) in early
            for name in re.findall(r"\w+", names)
        }
    )
    names = ", ".join(taken)
    one, other = (
        "".join(minify(strip_module_syntax(read(name))) for name in part) for part in (early, late)
    )
    return (
        wrap_in_function(f"{one}window.{shared} = {{{names}}};"),
        wrap_in_function(f"const {{{names}}} = window.{shared};\n{other}"),
    )


def order_modules(start: str, read: ReadModule) -> list[str]:
    """Names of a module and all that it imports, each after those that it imports."""
    found: dict[str, None] = {}

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            raise ExportError(f"{' imports '.join((*above, name))}: a circle of modules")
        if name not in found:
            for needed in list_imports(read(name)):
                visit(needed, (*above, name))
            found[name] = None

    visit(start, ())
    return list(found)


def list_imports(module: str) -> list[str]:
    """File names of what a module imports.

    >>> list_imports('import {a, b} from "./a.js";\\nimport {c} from "../../draw/assets/c.js";\\n')
    ['a.js', 'c.js']
    """
    return [basename(path) for _, path in _IMPORT.findall(module)]


def strip_module_syntax(module: str) -> str:
    """A module without what makes it one.

    >>> strip_module_syntax('import {a} from "./a.js";\\nexport const b = a;\\n')
    'const b = a;\\n'
    """
    return _IMPORT.sub("", _EXPORT.sub("", module))


def minify(text: str) -> str:
    """JavaScript or CSS without lines that are comments, and without the space before a line.

    No text of several lines may stand in it (a test sees to that).

    >>> minify("// says why\\n/**\\n * More.\\n */\\nif (a) {\\n  b();\\n}\\n")
    'if (a) {\\nb();\\n}\\n'
    """
    return _SPACE.sub("", _COMMENT.sub("", text))


def wrap_in_function(script: str) -> str:
    """The script in a function of its own, in strict mode as modules are."""
    return f'(() => {{\n"use strict";\n{script}\n}})();'
