"""Addresses: http and https URLs and paths on the site, as an IRI may be spelled.

Takes text, gives an IRI reference of RFC 3987, or None when the text is no address. Where
an address may lead is decided here once, so that no ``javascript:`` reaches a page: what
is neither http nor https nor a path on the site is none.
"""

from __future__ import annotations

import re

# RFC 3987, section 2.2: iunreserved and sub-delims. The marks of direction that section
# 4.1 forbids are left out below.
_WIDE = "\u00a1-\u200d\u2010-\u2027\u202f-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U000e1000-\U000efffd"
_WIDE += "".join(f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 14))
_IRI_CHARACTERS = rf"-A-Za-z0-9._~!$&'()*+,;={_WIDE}"

_WEB_URL = re.compile(
    rf"(?P<host>(?i:https?)://(?:(?:[{_IRI_CHARACTERS}:]|%[0-9A-Fa-f]{{2}})*@)?"
    rf"[{_IRI_CHARACTERS}]+(?::[0-9]*)?)(?=[/?\#]|$)"
)
_PATH = re.compile(r"(?=/(?!/))")
_BLANK_OR_CONTROL = re.compile(r"[\s\x00-\x1f\x7f-\x9f]")
_ILLEGAL = re.compile(rf"[^{_IRI_CHARACTERS}:@/?%]|%(?![0-9A-Fa-f]{{2}})")


def normalize_url(text: str) -> str | None:
    """The address with what no IRI may hold percent-encoded; None when it is none.

    >>> normalize_url("https://example.org/a|b"), normalize_url("/transcripts/1.html")
    ('https://example.org/a%7Cb', '/transcripts/1.html')
    >>> normalize_url("javascript:alert(1)"), normalize_url("https://example.org/a b"), normalize_url("//a.b/")
    (None, None, None)
    """
    text = text.strip()
    start = _PATH.match(text) or _WEB_URL.match(text)
    if start is None or _BLANK_OR_CONTROL.search(text):
        return None
    path, hash_, fragment = text[start.end() :].partition("#")
    return start[0] + _percent_encode(path) + hash_ + _percent_encode(fragment)


def _percent_encode(text: str) -> str:
    return _ILLEGAL.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), text)
