"""The judgements that decide rows before another judgement which is about them, too.

A judgement of a whole name as written goes before one of the name in it, and a judgement of an id
follows those of names (:mod:`kgraph.resolve.judgement_table`), so a judgement may change nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from kgraph.base.text import pluralize
from kgraph.graph.lookup import Lookup
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
    """Yield a sentence on each judgement that decides the rows of judgements without effect, or
    decides the same.

    Args:
        judgements: those without effect.
        later: all judgements, with theirs.
        changes: decisions that ``later`` changes in the build of the store, by slug.
        slugs: of episodes that the judgements without effect may be about.
        file: name of the file of judgements.
    """
    names = [name for each in judgements for name in required_names(each)]
    lookup = Lookup.cached_for(store.shared)
    meant = {entity.id for name in names for entity in lookup.find_all(name)}
    keys = {*map(judgement_key, names)}
    keys.update(entity.id for name in names for entity in lookup.find_by_id(name))
    meanings = {judgement.meaning for judgement in judgements}
    ineffective = {judgement.words for judgement in judgements}
    rows_by_words: Counter[str] = Counter()
    for episode in store.read_mentions(sorted({*slugs, *store.shared.list_episodes_of(meant)})):
        changed = changes[episode.slug].changes if episode.slug in changes else {}
        for place, row in list_rows(episode):
            decisions = changed[place].decisions_after if place in changed else row.decisions
            ends = {f"{each.type}/{each.key}" for each in (*row.decisions, *decisions)}
            for decision in decisions:
                ends.update(list_surface_keys(row.surface, decision.label))
            if not keys.isdisjoint(ends):
                rows_by_words.update(
                    {
                        reason.words
                        for decision in decisions
                        for reason in decision.reasons[:1]
                        if reason.part == "judgement" and reason.words not in ineffective
                    }
                )
    for judgement in (Counter(later) - Counter(judgements)).elements():
        if judgement.meaning in meanings:
            yield f"line {judgement.line} of {file} has it already ({judgement})"
        if rows := rows_by_words.pop(judgement.words, 0):
            verb = "is" if rows == 1 else "are"
            outcome = f"called {judgement.label}" if judgement.label else "decided"
            advice = f"judge {judgement.label}, or " if judgement.label else ""
            yield (
                f"{pluralize(rows, 'row')} of it {verb} {outcome} by line {judgement.line} of "
                f"{file} ({judgement}): {advice}to undo that, "
                f"{format_undo_command(judgement.line, file)}"
            )
