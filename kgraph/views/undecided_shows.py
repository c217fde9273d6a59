"""Tell why an episode has no show.

The graph keeps the evidence of shows that were decided. That of others is computed again by the
code that decides, from the file and from the table of shows that the build kept.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

import msgspec

from kgraph.base.errors import StoreError
from kgraph.base.model import Reason
from kgraph.base.text import name_key
from kgraph.graph import EpisodeGraph
from kgraph.graph.absence import format_names_command
from kgraph.pipeline.kept import read_decision_tables
from kgraph.resolve.shows.decide import (
    MIN_SHOW_CONFIDENCE,
    ShowTable,
    decide_show_of_files,
    list_stated_shows,
)
from kgraph.resolve.shows.evidence import observe_show
from kgraph.store import Store, layout

MAX_SUGGESTED_SHOWS = 2  #: of which one is most likely right, or both are one
_UNKNOWN = "undecided, for a reason that another version of kgraph knows: build again"


class UndecidedShow(msgspec.Struct, frozen=True):
    """Why an episode has no show.

    Attributes:
        words: why, with the probability of the best candidate.
        reasons: for the best candidate, strongest first.
        stated_shows: those that the episode says it is of, the likeliest first.
        known_ids: ids of those of them that the graph has.
    """

    words: str
    reasons: tuple[Reason, ...] = ()
    stated_shows: tuple[str, ...] = ()
    known_ids: frozenset[str] = frozenset()

    @property
    def commands(self) -> tuple[str, ...]:
        """The judgements that decide the show: of the likeliest shows, or that two are one."""
        labels = self.stated_shows[:MAX_SUGGESTED_SHOWS]
        ids = list(map(_make_show_id, labels))
        accepted = tuple(f"kgraph judge accept {id_}" for id_ in ids)
        if len(ids) < 2:
            return accepted
        # `same` refuses an id that nothing in the graph has.
        kept = ids[0] if ids[0] in self.known_ids else labels[0]
        return (*accepted, format_names_command("judge same", kept, *ids[1:]))


def explain_undecided_show(store: Store, episode: EpisodeGraph) -> UndecidedShow:
    """Decide the show of an episode that has none again, and tell what was missing."""
    try:
        status = os.stat(store.build / layout.KEPT_FILE)
        table = _load_show_table(store.build, (status.st_ino, status.st_mtime_ns))
    except (OSError, StoreError):  # the audit must not fail for this
        return UndecidedShow(_UNKNOWN)
    evidence = [observe_show(file, table.names.registry) for file in episode.files]
    number, decision = decide_show_of_files(evidence, table)
    if decision.key:
        return UndecidedShow(_UNKNOWN)
    if not decision.confidence:
        why = (
            "a judgement rejects each show that is named"
            if decision.evidence
            else ("nothing names a show")
        )
        return UndecidedShow(f"undecided: {why}", decision.evidence)
    words = (
        f"undecided: the best candidate has a probability of {decision.confidence:.3g}, "
        f"below {MIN_SHOW_CONFIDENCE:g}"
    )
    stated = list_stated_shows(evidence[number], table)
    if len(stated) > 1:
        words += f", since the file names {' and '.join(stated[:MAX_SUGGESTED_SHOWS])}"
    known_ids = store.shared.entities.keys() & set(map(_make_show_id, stated))
    return UndecidedShow(words, decision.evidence, tuple(stated), frozenset(known_ids))


def _make_show_id(label: str) -> str:
    return f"show/{name_key(label)}"


@lru_cache(maxsize=2)  # of the current build, and of the one before
def _load_show_table(build: Path, version: tuple[int, int]) -> ShowTable:
    return read_decision_tables(build).corpus.tables.shows
