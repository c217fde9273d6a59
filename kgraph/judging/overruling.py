"""The judgements that decide rows before another judgement which is about them, too.

A judgement of a whole name as written goes before one of the name in it, and a judgement of an id
follows those of names (:mod:`kgraph.resolve.judgement_table`), so a judgement may change nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from kgraph.base.text import pluralize
from kgraph.pipeline.rejudge import EpisodeChanges, list_rows
from kgraph.resolve.judgement import (
    Judgement,
    format_undo_command,
    judgement_key,
    required_names,
)
from kgraph.resolve.name_counts import list_surface_keys
from kgraph.store import Store


def describe_overruling(
    store: Store,
    judgements: Sequence[Judgement],
    later: Sequence[Judgement],
    changes: Mapping[str, EpisodeChanges],
    *,
    slugs: Sequence[str],
    file: str,
) -> Iterator[str]:
    """Yield a sentence on each judgement that decides the rows of judgements without effect.

    Args:
        judgements: those without effect.
        later: all judgements, with theirs.
        changes: decisions that ``later`` changes in the build of the store, by slug.
        slugs: of the episodes that the judgements without effect may be about.
        file: name of the file of judgements.
    """
    keys = {judgement_key(name) for each in judgements for name in required_names(each)}
    ineffective = {judgement.words for judgement in judgements}
    rows_by_words: Counter[str] = Counter()
    for episode in store.read_mentions(slugs):
        changed = changes[episode.slug].changes if episode.slug in changes else {}
        for place, row in list_rows(episode):
            decisions = changed[place].decisions_after if place in changed else row.decisions
            names = {f"{decision.type}/{decision.key}" for decision in decisions}
            for decision in decisions:
                names.update(list_surface_keys(row.surface, decision.label))
            if not keys.isdisjoint(names):
                rows_by_words.update(
                    {
                        reason.words
                        for decision in decisions
                        for reason in decision.reasons[:1]
                        if reason.part == "judgement" and reason.words not in ineffective
                    }
                )
    for judgement in later:
        if rows := rows_by_words.pop(judgement.words, 0):
            verb = "is" if rows == 1 else "are"
            yield (
                f"{pluralize(rows, 'row')} of it {verb} decided by line {judgement.line} of {file} "
                f"({judgement}): to undo that, {format_undo_command(judgement.line, file)}"
            )
