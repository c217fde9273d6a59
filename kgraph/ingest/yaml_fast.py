"""YAML text to values, by the faster of two parsers that agree on it.

Takes the text of a front matter, gives a :class:`exact.Document`. yaml-rs reads YAML 1.2
five to ten times faster than PyYAML, but it is young: it is optional, and it only sees
text on which it is known to agree with :mod:`exact` (``tests/reading/test_parsing.py`` and
``benchmarks/mutants.py`` hold the two against each other). Whatever it refuses,
:mod:`exact` decides.

Invariant: :func:`parse_yaml` gives the same document whether yaml-rs is installed or not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from kgraph.ingest import limits, yaml_exact
from kgraph.ingest.yaml_exact import Document, YamlParseError

_loads: Callable[..., object] | None
try:
    from yaml_rs import loads as _loads
except ImportError:  # an optional dependency; all works without it
    _loads = None

_fast_parser_disabled: ContextVar[bool] = ContextVar("without_fast", default=False)

__all__ = [
    "Document",
    "YamlParseError",
    "force_exact_parser",
    "has_fast_parser",
    "parse_fast",
    "parse_yaml",
]

# Digits as zeros, all else as blanks: a long number is then found by a string search.
_ZEROS = bytes(48 if 48 <= code <= 57 else 32 for code in range(256))
_SAMPLE_STEP = 16
_LONG_NUMBER = b"0" * (limits.MAX_DIGITS // _SAMPLE_STEP)

_MAX_FAST_NODES = min(limits.MAX_NODES, limits.MAX_EVENTS // 3 - 2)
"""Values that :mod:`exact` surely builds: each is two events and a key at the most."""


# In flow style, yaml-rs takes much for text that PyYAML refuses. Left to it are empty lists and
# mappings, and lists on one line of quoted texts and of texts that begin with a letter or digit.
_FLOW_ENTRY = rb"""(?:"[^"\\\n]*+"|'[^'\n]*+'|[0-9A-Za-z\x80-\xff][^][{}"'#:,\n]*+)\ *+"""
_PLAIN_LIST = rb"\[ *(?:%b(?:, *%b)*,?)? *\] *\n" % (_FLOW_ENTRY, _FLOW_ENTRY)
# It begins where a value may begin; before it stand blanks and comments, but no endless ones.
_BLANKS = rb"\s(?:\s{0,999}+#[^\n]{0,999}+\n){0,19}+\s{0,999}+"
_FLOW = rb"%b(?:[#\s]|(?!%b|\{ *\} *\n)[\[{])" % (_BLANKS, _PLAIN_LIST)
_FLOWS = tuple(re.compile(sign + _FLOW) for sign in (b":", b"-"))
_STARTS_WITH_FLOW = re.compile(rb"(?:\s++|#[^\n]*+\n)*+[\[{]")

# Where the two could differ: a sign that is quick to look for, and a pattern that tells
# whether it means anything here. Each pattern begins with its sign: `re` then skips at the
# speed of a string search, which a set of characters in front would cost ten times over.
# "(?<![^x]s)" reads: before the sign stands an x, or nothing.
_DIVERGENCES = tuple(
    (sign, re.compile(pattern))
    for sign, pattern in (
        (b"\t", rb"\t"),  # may it indent? opinions differ
        (b"<", rb"<<"),  # merge keys
        (b"&", rb"&(?<![^\s\[{,]&)\S"),  # anchors
        (b"!", rb"!(?<![^\s\[{,]!)"),  # tags
        # block scalars: empty ones differ
        (b"|", rb"\|(?<=[:?\-\s]\s\|)[-+0-9]* *[#\n]"),
        (b">", rb">(?<=[:?\-\s]\s>)[-+0-9]* *[#\n]"),
        (b"%", rb"%(?<![^\n]%)"),  # directives
        (b"...", rb"\.\.\.(?<![^\n]\.\.\.)"),  # an end before the start
        # keys that are empty, or no scalars
        (b":", rb":(?<![^\s\[{,]:)\s"),
        (b"?", rb"\?(?<![^\s\[{,]\?)\s"),
        (b":", rb":" + _FLOW),
        (b"-", rb"-" + _FLOW),
        (b"]", rb"\]:"),
        (b"}", rb"\}:"),
        # 1_000, 0b1 and +0x1f are text in YAML 1.2
        (b"_", rb"_(?<![^-+.0-9eE\s\[{,_]_)[-+.0-9eE_]{0,100}(?:(?<=[-+.0-9eE_]{100})|[\s,\]}:])"),
        (b"0", rb"0(?<![^\s\[{,+\-_]0)[bxoBXO]"),
        # "- - - -" on one line overflows its stack, and what is indented as far ours.
        (b"-", rb"-(?: +-){%d}" % (limits.MAX_DEPTH // 2)),
        (b" " * (limits.MAX_DEPTH // 2), rb"\n {%d}" % (limits.MAX_DEPTH // 2)),
    )
)


def parse_yaml(text: str) -> Document:
    """The one YAML document in a text.

    Args:
        text: YAML, with line feeds as line breaks, the last line ended by one.

    Raises:
        YamlFault: the text is not YAML, holds two documents, or passes a limit.

    >>> parse_yaml("title: On no account\\nduration: 12\\n").value
    {'title': 'On no account', 'duration': 12}
    """
    value = parse_fast(text)
    return yaml_exact.parse_exact(text) if value is None else Document(value)


def has_fast_parser() -> bool:
    """Whether the fast parser is installed and in use."""
    return _loads is not None and not _fast_parser_disabled.get()


@contextmanager
def force_exact_parser() -> Iterator[None]:
    """Read without the fast parser, as where it is not installed."""
    token = _fast_parser_disabled.set(True)
    try:
        yield
    finally:
        _fast_parser_disabled.reset(token)


def parse_fast(text: str) -> dict[str, object] | None:
    """What yaml-rs makes of a mapping; None when it is not to be asked or has no answer."""
    if (
        _loads is None
        or _fast_parser_disabled.get()
        or len(text) > limits.MAX_PARSE_CHARS
        or _parsers_may_differ(text)
    ):
        return None
    try:
        value = _loads(text, parse_datetime=False)
    except (ValueError, TypeError, RecursionError):  # YAMLDecodeError, keys that no dict holds
        return None
    except BaseException as error:  # a panic in Rust has no type that could be imported
        if type(error).__name__ != "PanicException":
            raise
        return None
    return value if isinstance(value, dict) and _within_limits(value) else None


def _parsers_may_differ(text: str) -> bool:
    raw = text.encode()
    if _LONG_NUMBER in raw[::_SAMPLE_STEP].translate(_ZEROS):
        return True
    if (b"[" in raw or b"{" in raw) and _has_flow(raw):
        return True
    return any(sign in raw and pattern.search(raw) for sign, pattern in _DIVERGENCES)


def _has_flow(raw: bytes) -> bool:
    """Whether there may be a list or a mapping in flow style that is not left to yaml-rs."""
    return bool(_STARTS_WITH_FLOW.match(raw)) or any(flow.search(raw) for flow in _FLOWS)


def _within_limits(value: dict[object, object]) -> bool:
    """Whether a value passes no limit and all its keys are text, level by level.

    yaml-rs has no such limits, and reads the key ``1.50`` as a number.
    """
    level: list[object] = [value]
    nodes = 1
    for _ in range(limits.MAX_DEPTH):
        deeper: list[object] = []
        for each in level:
            nodes += len(each)  # type: ignore[arg-type]
            if type(each) is dict:
                if not {str}.issuperset(map(type, each)):
                    return False
                deeper += [v for v in each.values() if type(v) is dict or type(v) is list]
            elif type(each) is list:
                if len(each) > limits.MAX_ENTRIES:
                    return False
                deeper += [v for v in each if type(v) is dict or type(v) is list]
        if nodes > _MAX_FAST_NODES:
            return False
        if not deeper:
            return True
        level = deeper
    return not any(level)
