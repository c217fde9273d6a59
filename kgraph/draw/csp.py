"""Protection of single-file pages: a Content-Security-Policy, and escaped data blocks.

Shared by ``kgraph view`` and ``kgraph atlas``. Invariants:
    * the page cannot load or send anything: its policy allows only its own scripts and
      style, each by its SHA-256 (CSP 3);
    * data is JSON in a block that no browser runs; characters that could end the block
      in HTML, or a line in JavaScript, are escaped.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import msgspec

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
