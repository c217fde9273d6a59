"""YAML text to values, by the faster of two parsers that agree on it.

Takes the text of a front matter, gives a :class:`exact.Document`. yaml-rs reads YAML 1.2
five to ten times faster than PyYAML, but it is young: it is optional, and it only sees
text on which it is known to agree with :mod:`exact` (``tests/reading/test_parsing.py``
holds the two against each other). Whatever it refuses, :mod:`exact` decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from kgraph.reading import exact, limits
from kgraph.reading.exact import Document, YamlFault

_loads: Callable[..., object] | None
try:
    from yaml_rs import loads as _loads
except ImportError:  # an optional dependency; all works without it
    _loads = None

__all__ = ["Document", "YamlFault", "fast", "parse"]


def _block(sign: bytes) -> bytes:
    """A block scalar: empty ones differ, and in flow style they are refused."""
    in_flow = rb"(?<=[\[{,]%b)|(?<=[\[{,]\s%b)" % (sign, sign)
    header = rb"(?<=[:?\-\s]\s%b)[-+0-9]* *[#\n]" % sign
    return rb"%b(?:%b|%b)" % (sign, in_flow, header)


# Where the two could differ: a sign that is quick to look for, and a pattern that tells
# whether it means anything here. Each pattern begins with its sign: `re` then skips at the
# speed of a string search, which a set of characters in front would cost ten times over.
# "(?<![^x]s)" reads: before the sign stands an x, or nothing.
_ODD = tuple(
    (sign, re.compile(pattern))
    for sign, pattern in (
        (b"\t", rb"\t"),  # may it indent? opinions differ
        (b"<", rb"<<"),  # merge keys
        (b"&", rb"&(?<![^\s\[{,]&)\S"),  # anchors
        (b"!", rb"!(?<![^\s\[{,]!)"),  # tags
        (b"|", _block(rb"\|")),
        (b">", _block(rb">")),
        (b"%", rb"%(?<![^\n]%)"),  # directives
        (b"...", rb"\.\.\.(?<![^\n]\.\.\.)"),  # an end before the start
        # keys that are empty, or no scalars
        (b":", rb":(?<![^\s\[{,]:)\s"),
        (b"?", rb"\?(?<![^\s\[{,]\?)(?:\s|(?<=[\[{,]\?)|(?<=[\[{,]\s\?))"),
        (b"]", rb"\]:"),
        (b"}", rb"\}:"),
        # 1_000, 0b1 and +0x1f are text in YAML 1.2
        (b"_", rb"_(?<![^-+.0-9eE\s\[{,_]_)[-+.0-9eE_]{0,100}[\s,\]}:]"),
        (b"0", rb"0(?<![^\s\[{,+\-_]0)[bxoBXO]"),
        # "- - - -" on one line overflows its stack, and what is indented as far ours.
        (b"-", rb"-(?: +-){%d}" % (limits.DEPTH // 2)),
        (b" " * (limits.DEPTH // 2), rb"\n {%d}" % (limits.DEPTH // 2)),
    )
)


def parse(text: str) -> Document:
    """The one YAML document in a text.

    Args:
        text: YAML, with line feeds as line breaks, the last line ended by one.

    Raises:
        YamlFault: the text is not YAML, holds two documents, or passes a limit.

    >>> parse("title: On no account\\nduration: 12\\n").value
    {'title': 'On no account', 'duration': 12}
    """
    value = fast(text)
    return exact.parse(text) if value is None else Document(value)


def fast(text: str) -> dict[str, object] | None:
    """What yaml-rs makes of a mapping; None when it is not to be asked or has no answer."""
    if _loads is None or len(text) > limits.FAST_CHARS or _odd(text):
        return None
    try:
        value = _loads(text, parse_datetime=False)
    except (ValueError, TypeError, RecursionError):  # YAMLDecodeError, keys that no dict holds
        return None
    except BaseException as error:  # a panic in Rust has no type that could be imported
        if type(error).__name__ != "PanicException":
            raise
        return None
    if isinstance(value, dict) and all(type(key) is str for key in value):
        return value
    return None


def _odd(text: str) -> bool:
    raw = text.encode()
    return any(sign in raw and pattern.search(raw) for sign, pattern in _ODD)
