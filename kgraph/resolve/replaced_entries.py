"""Remarks on shipped entries whose place own entries take, with the names that are lost by that.

Takes the shipped lexicon and own entries. An own entry has the names that its file gives, and none
of the entry that it replaces (:func:`kgraph.base.lexicon.overlay_entries`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kgraph.base.lexicon import Lexicon, LexiconEntry, strip_bracket
from kgraph.base.text import name_key, pluralize

MAX_REMARKS = 5  #: on replaced entries; further ones are counted
MAX_NAMES = 8  #: lost names that a remark lists


def describe_replaced_entries(shipped: Lexicon, own: Sequence[LexiconEntry]) -> list[str]:
    """Return a remark on each own entry that lacks names of the shipped one that it replaces."""
    remarks = [
        f"{entry.name} takes the place of the shipped entry, whose further names are lost: "
        f"{_join_names(names)}; repeat those that it needs as aliases or tickers"
        for entry in own
        if (names := list(_list_lost_names(shipped, entry)))
    ]
    further = len(remarks) - MAX_REMARKS
    if further > 0:
        counted = pluralize(further, "further entry", "further entries")
        remarks[MAX_REMARKS:] = [f"so {'does' if further == 1 else 'do'} {counted}"]
    return remarks


def _list_lost_names(shipped: Lexicon, entry: LexiconEntry) -> Iterator[str]:
    key = name_key(entry.name)
    kept = {*map(name_key, (entry.name, entry.short_name, *entry.aliases, *entry.misheard))}
    for match in shipped.index.get(key, ()):
        replaced = shipped.get_entry(match)
        brackets = [name for name in replaced.aliases if strip_bracket(name) == replaced.name]
        if (
            replaced.type == entry.type
            and not replaced.same_as
            and key in map(name_key, (replaced.name, *brackets))
        ):
            names = (replaced.name, *replaced.aliases)
            yield from (n for n in names if name_key(n) not in kept and n not in brackets)
            yield from (t for t in replaced.tickers if t not in entry.tickers)


def _join_names(names: Iterable[str]) -> str:
    listed = list(dict.fromkeys(names))
    left = len(listed) - MAX_NAMES
    return ", ".join(listed[:MAX_NAMES]) + (f" and {left} more" if left > 0 else "")
