"""Parse YAML by the faster of two parsers where they agree.

yaml-rs reads YAML 1.2 five to ten times faster than PyYAML. It is young: it is optional, and it
gets only text on which it is known to agree with :mod:`kgraph.ingest.yaml_exact`
(``tests/ingest/test_yaml_fast.py`` and ``benchmarks/mutants.py`` compare the two). Whatever it
refuses, the exact parser decides.

Invariant: :func:`parse_yaml` returns the same document whether yaml-rs is installed or not.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from kgraph.base.patterns import compile_when_used
from kgraph.ingest import limits, yaml_exact
from kgraph.ingest.yaml_exact import Document


def _load_with_yaml_rs(text: str, *, parse_datetime: bool) -> object:
    # Imported late: it reserves a gigabyte, more than a server's workers may have.
    from yaml_rs import loads

    return loads(text, parse_datetime=parse_datetime)


def _is_import_safe() -> bool:
    """Return whether yaml-rs is imported already, or may be by this thread.

    Once the thread that imported it has ended, it crashes in all others (yaml-rs 0.1).
    """
    return "yaml_rs" in sys.modules or threading.current_thread() is threading.main_thread()


def import_parser() -> None:
    """Import yaml-rs, so that other threads may use it, too; nothing if it is not safe here."""
    if _loads is not None and _is_import_safe():
        import yaml_rs  # noqa: F401


_loads: Callable[..., object] | None = _load_with_yaml_rs
if find_spec("yaml_rs") is None:  # an optional dependency
    _loads = None

# Digits become zeros and all other bytes blanks, so that a string search finds a long number.
_ZEROS = bytes(48 if 48 <= code <= 57 else 32 for code in range(256))
_SAMPLE_STEP = 16
_LONG_NUMBER = b"0" * (limits.MAX_DIGITS // _SAMPLE_STEP)

_TEXT, _CONTAINERS = frozenset({str}), frozenset({dict, list})

#: Values that the exact parser surely builds: each is at most two events and a key.
_MAX_FAST_NODES = min(limits.MAX_NODES, limits.MAX_EVENTS // 3 - 2)

# In flow style, yaml-rs accepts much that PyYAML refuses. It gets only empty lists and mappings,
# and lists on one line of quoted texts and of texts that begin with a letter or digit.
_FLOW_ENTRY = rb"""(?:"[^"\\\n]*+"|'[^'\n]*+'|[0-9A-Za-z\x80-\xff][^][{}"'#:,\n]*+)\ *+"""
_PLAIN_LIST = rb"\[ *(?:%b(?:, *%b)*,?)? *\] *\n" % (_FLOW_ENTRY, _FLOW_ENTRY)
# Flow style begins where a value may begin, after a bounded number of blanks and comments. Most
# values begin at once, with another sign.
_BLANKS = rb"(?:\s{0,999}+#[^\n]{0,999}+\n){0,19}+\s{0,999}+"
_FLOW = rb"\s(?=[#\s\[{])%b(?:[#\s]|(?!%b|\{ *\} *\n)[\[{])" % (_BLANKS, _PLAIN_LIST)
_STARTS_WITH_FLOW = compile_when_used(rb"(?:\s++|#[^\n]*+\n)*+[\[{]")

# Where the two may differ: a sign that a string search finds, and a pattern that decides whether
# the sign matters here. Each pattern begins with its sign, because `re` then searches ten times
# faster than with a set of characters in front. "(?<![^x]s)" means: x or nothing before the sign.
_DIVERGENCES = tuple(
    (sign, compile_when_used(pattern))
    for sign, pattern in (
        (b"\t", rb"\t"),  # indentation by tabs
        (b"<", rb"<<"),  # merge keys
        (b"&", rb"&(?<![^\s\[{,]&)\S"),  # anchors
        (b"!", rb"!(?<![^\s\[{,]!)"),  # tags
        # block scalars: empty ones differ
        (b"|", rb"\|(?<=[:?\-\s]\s\|)[-+0-9]* *[#\n]"),
        (b">", rb">(?<=[:?\-\s]\s>)[-+0-9]* *[#\n]"),
        (b"%", rb"%(?<![^\n]%)"),  # directives
        (b".", rb"\.\.\.(?<![^\n]\.\.\.)"),  # a document end before the start
        # empty keys, and keys that are no scalars
        (b":", rb":(?:(?<![^\s\[{,]:)\s|%b)" % _FLOW),
        (b"?", rb"\?(?<![^\s\[{,]\?)\s"),
        (b"]", rb"\]:"),
        (b"}", rb"\}:"),
        # 1_000, 0b1 and +0x1f are text in YAML 1.2
        (b"_", rb"_(?<![^-+.0-9eE\s\[{,_]_)[-+.0-9eE_]{0,100}(?:(?<=[-+.0-9eE_]{100})|[\s,\]}:])"),
        (b"0", rb"0(?<![^\s\[{,+\-_]0)[bxoBXO]"),
        # "- - - -" on one line overflows its stack, equal indentation that of PyYAML.
        (b"-", rb"-(?:(?: +-){%d}|%b)" % (limits.MAX_DEPTH // 2, _FLOW)),
        (b" " * (limits.MAX_DEPTH // 2), rb"\n {%d}" % (limits.MAX_DEPTH // 2)),
    )
)


def parse_yaml(text: str) -> Document:
    """Parse the only YAML document in a text.

    Args:
        text: YAML with line feeds as line breaks, also after the last line.

    Raises:
        FrontMatterError: the text is not YAML, has two documents, or exceeds a limit.

    >>> parse_yaml("title: On no account\\nduration: 12\\n").value
    {'title': 'On no account', 'duration': 12}
    """
    value = parse_fast(text)
    return yaml_exact.parse_exact(text) if value is None else Document(value)


def parse_fast(text: str) -> dict[str, object] | None:
    """Parse a mapping with yaml-rs; None if it may differ from the exact parser, or fails."""
    if _loads is None or len(text) > limits.MAX_PARSE_CHARS or _parsers_may_differ(text):
        return None
    if not _is_import_safe():
        return None
    try:
        value = _loads(text, parse_datetime=False)
    except (ValueError, TypeError, RecursionError):  # YAMLDecodeError, keys that no dict holds
        return None
    except BaseException as error:  # a panic in Rust has no type that could be imported
        if type(error).__name__ != "PanicException":
            raise
        return None
    return value if isinstance(value, dict) and is_within_limits(value) else None


def _parsers_may_differ(text: str) -> bool:
    raw = text.encode()
    if _LONG_NUMBER in raw[::_SAMPLE_STEP].translate(_ZEROS):
        return True
    if _STARTS_WITH_FLOW.match(raw):
        return True
    return any(sign in raw and pattern.search(raw) for sign, pattern in _DIVERGENCES)


def is_within_limits(value: dict[object, object]) -> bool:
    """Check level by level that a value is within the limits and all its keys are text.

    yaml-rs has no such limits, and reads the key ``1.50`` as a number.
    """
    level: list[Any] = [value]
    nodes = 1
    for _ in range(limits.MAX_DEPTH):
        deeper: list[Any] = []
        for node in level:
            nodes += len(node)
            members = node
            if type(node) is dict:
                if not _TEXT.issuperset(map(type, node)):
                    return False
                members = node.values()
            elif len(node) > limits.MAX_ENTRIES:
                return False
            if not _CONTAINERS.isdisjoint(map(type, members)):
                deeper += [member for member in members if type(member) in _CONTAINERS]
        if nodes > _MAX_FAST_NODES:
            return False
        if not deeper:
            return True
        level = deeper
    return not any(level)
