"""Parts of single-file pages: one inline script, escaped data blocks, and a policy that fits them.

Shared by ``kgraph view`` and ``kgraph atlas``. JavaScript modules are joined without a bundler:
``import`` lines and the word ``export`` are removed, and each module follows those that it imports.
Node's test runner reads the same files unchanged. Tests check that top-level names are unique over
all modules, that an import is one line, and that only names are exported.

Invariants:
    * the page cannot load or send anything: its policy allows only its own scripts and
      style, each by its SHA-256 (CSP 3);
    * data is JSON in a block that no browser runs; characters that could end the block
      in HTML, or a line in JavaScript, are escaped.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from posixpath import basename
from typing import Any

import msgspec

from kgraph.base.errors import ExportError

#: Returns the text of a module by its file name.
ReadModule = Callable[[str], str]

_IMPORT = re.compile(r'^import \{([^}]*)\} from "([\w./-]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function|const|let|class)", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*(?://.*|/\*(?s:.*?)\*/[ \t]*)\n", re.MULTILINE)
_SPACE = re.compile(r"^\s+", re.MULTILINE)


def bundle_modules(start: str, read: ReadModule) -> str:
    """Join a module and all its imports into one script.

    Raises:
        ExportError: modules import each other in a circle.
    """
    names = order_modules(start, read)
    return "".join(minify(strip_module_syntax(read(name))) for name in names)


def order_modules(start: str, read: ReadModule) -> list[str]:
    """List a module and all its imports, each after those that it imports itself."""
    ordered: dict[str, None] = {}

    def visit(name: str, importers: tuple[str, ...]) -> None:
        if name in importers:
            raise ExportError(f"{' imports '.join((*importers, name))}: a circle of modules")
        if name not in ordered:
            for imported in list_imports(read(name)):
                visit(imported, (*importers, name))
            ordered[name] = None

    visit(start, ())
    return list(ordered)


def list_imports(module: str) -> list[str]:
    """List the file names of a module's imports.

    >>> list_imports('import {a, b} from "./a.js";\\nimport {c} from "../../draw/assets/c.js";\\n')
    ['a.js', 'c.js']
    """
    return [basename(path) for _, path in _IMPORT.findall(module)]


def strip_module_syntax(module: str) -> str:
    """Remove ``import`` lines and ``export`` from a module.

    >>> strip_module_syntax('import {a} from "./a.js";\\nexport const b = a;\\n')
    'const b = a;\\n'
    """
    return _IMPORT.sub("", _EXPORT.sub("", module))


def minify(text: str) -> str:
    """Remove comment lines and indentation from JavaScript or CSS.

    It must not contain strings of several lines, which a test checks.

    >>> minify("// says why\\n/**\\n * More.\\n */\\nif (a) {\\n  b();\\n}\\n")
    'if (a) {\\nb();\\n}\\n'
    """
    return _SPACE.sub("", _COMMENT.sub("", text))


def wrap_in_function(script: str) -> str:
    """Put a script into a function of its own, in strict mode like a module."""
    return f'(() => {{\n"use strict";\n{script}\n}})();'


# -- data and policy --------------------------------------------------------------

_ESCAPES = {
    ord("<"): "\\u003c",
    ord(">"): "\\u003e",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def encode_json_block(data: Any) -> str:
    """Encode data as JSON for a script element.

    >>> encode_json_block(["</script>", "a & b"])
    '["\\\\u003c/script\\\\u003e","a \\\\u0026 b"]'
    """
    return msgspec.json.encode(data, order="deterministic").decode().translate(_ESCAPES)


def make_policy(scripts: tuple[str, ...], style: str, more: str = "img-src data:") -> str:
    """Write a Content-Security-Policy for the texts of inline scripts and style.

    ``more`` are directives beyond ``script-src`` and ``style-src``.
    """
    return (
        f"default-src 'none'; script-src {' '.join(map(_hash, scripts))}; "
        f"style-src {_hash(style)}; {more}; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
