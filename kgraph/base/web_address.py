"""Web addresses from hostile input, which become links."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from kgraph.base.patterns import compile_when_used

_PAGE = compile_when_used(r"https?://[^\s/]+/\S", re.IGNORECASE)


def starts_with_page(text: str) -> bool:
    """Return whether a text starts with the address of a page: a host and a path.

    >>> starts_with_page("https://example.org/7 of May"), starts_with_page("https://example.org/")
    (True, False)
    """
    return _PAGE.match(text) is not None


def safe_web_url(url: str) -> str:
    """Return the URL if its scheme is http or https, else "".

    >>> safe_web_url("https://example.org/a"), safe_web_url("javascript:alert(1)")
    ('https://example.org/a', '')
    """
    try:
        address = urlsplit(url)
    except ValueError:
        return ""
    return url if address.scheme in ("http", "https") and address.netloc else ""
