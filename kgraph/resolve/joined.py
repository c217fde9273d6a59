"""Rows that name several things at once: "Visa and Mastercard", "ETH/BTC".

Takes a row, gives a decision for each of its parts where every part is a name that the
lexicon knows well and the whole is not; nothing otherwise.
"""

from __future__ import annotations

import re

from kgraph import names
from kgraph.lexicon import Entry
from kgraph.model import Decision, Reason
from kgraph.resolve.candidate import Row

_JOINTS = re.compile(r"\s+and\s+|\s*[/&,+]\s*", re.IGNORECASE)

SURE = 0.85
"""Confidence in each part: a judgement, since too few labelled rows join names to measure."""


def decisions(row: Row) -> tuple[Decision, ...]:
    """A decision for each part; () where the row names one thing."""
    if row.profile.known or " " not in row.mention.surface.replace("/", " "):
        return ()
    parts = _JOINTS.split(row.profile.core)
    if len(parts) == 1:
        parts = row.profile.core.split()
        if len(parts) != 2:
            return ()
        entries = [_coin(part, row) for part in parts]
    else:
        entries = [_entry(part, row) for part in parts]
    if len(entries) < 2 or None in entries:
        return ()
    found = {entry.name: entry for entry in entries if entry is not None}
    return tuple(_decision(entry, row) for entry in found.values()) if len(found) > 1 else ()


def _entry(part: str, row: Row) -> Entry | None:
    lexicon = row.knowledge.lexicon
    for hit in lexicon.find(part):
        entry = lexicon.entry(hit)
        if not entry.word:
            return entry
    return None


def _coin(part: str, row: Row) -> Entry | None:
    entry = _entry(part, row)
    return entry if entry is not None and entry.type == "crypto" else None


def _decision(entry: Entry, row: Row) -> Decision:
    why = (Reason("joined", f"{row.profile.core} names several things"),)
    return Decision(entry.type, names.key(entry.name), entry.name, SURE, "joined", why)
