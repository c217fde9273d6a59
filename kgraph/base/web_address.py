"""Web addresses from hostile input, which become links."""

from __future__ import annotations

from urllib.parse import urlsplit


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
