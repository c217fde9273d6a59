"""Surfaces that name several things at once: "Visa and Mastercard", "ETH/BTC".

Takes a profile, gives a decision for each of its parts where every part is a name that the
lexicon knows well and the whole is not; nothing otherwise.
"""

from __future__ import annotations

import re

from kgraph.base import text
from kgraph.base.lexicon import Lexicon, LexiconEntry
from kgraph.base.model import Decision, Reason
from kgraph.resolve.mentions.name_profile import NameProfile

_JOINTS = re.compile(r"\s+and\s+|\s*[/&,+]\s*", re.IGNORECASE)

JOINED_CONFIDENCE = 0.85
"""Confidence in each part: a judgement, since too few labelled rows join names to measure."""


def decide_joined(profile: NameProfile, lexicon: Lexicon) -> tuple[Decision, ...]:
    """A decision for each part; () where the surface names one thing."""
    if profile.matches or " " not in profile.surface.replace("/", " "):
        return ()
    core = profile.core
    parts = _JOINTS.split(core)
    if len(parts) == 1:
        parts = core.split()
        if len(parts) != 2:
            return ()
        entries = [_find_crypto_entry(part, lexicon) for part in parts]
    else:
        entries = [_find_part_entry(part, lexicon) for part in parts]
    if len(entries) < 2 or None in entries:
        return ()
    found = {entry.name: entry for entry in entries if entry is not None}
    return tuple(_accept_part(entry, core) for entry in found.values()) if len(found) > 1 else ()


def _find_part_entry(part: str, lexicon: Lexicon) -> LexiconEntry | None:
    for hit in lexicon.find_matches(part):
        entry = lexicon.get_entry(hit)
        if not entry.word:
            return entry
    return None


def _find_crypto_entry(part: str, lexicon: Lexicon) -> LexiconEntry | None:
    entry = _find_part_entry(part, lexicon)
    return entry if entry is not None and entry.trained_type == "crypto" else None


def _accept_part(entry: LexiconEntry, core: str) -> Decision:
    why = (Reason("joined", f"{core} names several things"),)
    return Decision(
        entry.type, text.name_key(entry.name), entry.name, JOINED_CONFIDENCE, "joined", why
    )
