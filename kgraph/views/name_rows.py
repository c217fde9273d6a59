"""Rows that have a name, and rows that are alike as one claim: what ``how`` and ``why-not`` count.

A row has a name if its surface is the name, or is it without the words around it ("So Acme").
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec

from kgraph.base.counts import rank_counts
from kgraph.base.errors import UnknownNameError
from kgraph.base.model import Reason
from kgraph.base.text import name_key, pluralize
from kgraph.graph import Entity, MentionEdge, RowDecision
from kgraph.graph.absence import (
    Absence,
    explain_former_name,
    explain_other_kind,
    unknown_name_error,
)
from kgraph.graph.decoded_fields import EpisodeNames, MentionNames
from kgraph.resolve.mentions.explain import describe_feature
from kgraph.resolve.name_counts import core_name
from kgraph.views.open_graph import OpenGraph
from kgraph.views.reasons import Claim, JudgementCitations, make_claim
from kgraph.views.replay import find_lexicon_entity, judge_meaning
from kgraph.views.values import round_value


class NamedRow(msgspec.Struct, frozen=True):
    """A row of an episode with the mention that it is part of."""

    slug: str
    mention: MentionEdge
    row: RowDecision


def list_names(entity: Entity) -> tuple[str, ...]:
    """Return the names of an entity: label, label without its bracket, other names."""
    names = (entity.label, entity.label.partition(" (")[0], *entity.aliases)
    return tuple(dict.fromkeys(name for name in names if name_key(name)))


#: Characters of brackets and markup: without them, what is left of a text when the words around
#: its name are dropped is words of it in a row.
_MARKS = frozenset("([<*_")


def has_name(surface: str, keys: Collection[str]) -> bool:
    """Return whether a surface has a name of one of some keys.

    >>> has_name("So Acme", {"acme"}), has_name("So Acme", {"ac"})
    (True, False)
    """
    whole = name_key(surface)
    if whole in keys:
        return True
    if surface.isascii() and whole.isalnum() and _MARKS.isdisjoint(surface):
        # A quick test, since to drop the words takes ten times as long; no key of letters is within
        # that of a text without any.
        keys = [key for key in keys if key in whole or not key.isalnum()]
    return bool(keys) and name_key(core_name(surface)) in keys


def find_named_rows(
    graph: OpenGraph, keys: Collection[str], target: str = ""
) -> Iterator[NamedRow]:
    """Yield the rows of all episodes that have a name of one of some keys.

    Args:
        target: id of an entity whose rows are yielded whatever their names; "" for none.
    """
    named: dict[str, bool] = {}  # by surface, since most are in several episodes

    def is_wanted(mention: MentionEdge | MentionNames, surface: str) -> bool:
        if surface not in named:
            named[surface] = has_name(surface, keys)
        return named[surface] or f"{mention.type}/{mention.key}" == target

    # Few episodes have a name, and to decode the rows of all takes twice as long.
    slugs = {
        episode.slug
        for episode in graph.store.read_fields(EpisodeNames)
        if any(is_wanted(m, row.surface) for m in episode.mentions for row in m.rows)
    }
    for decoded in graph.store.read_mentions(filter(slugs.__contains__, graph.summaries)):
        for mention in decoded.mentions:
            for decision in mention.rows:
                if is_wanted(mention, decision.surface):
                    yield NamedRow(decoded.slug, mention, decision)


def find_meant_ids(graph: OpenGraph, name: str) -> list[str]:
    """Return the ids of the entities that a name means, though no row has it: it is an id in
    another register, or the lexicon has it."""
    lookup = graph.lookup
    if lookup.find_all(name):
        entities = lookup.find_by_external_id(name)
    else:
        meant = find_lexicon_entity(graph.store, name)
        entities = lookup.find_by_alias(name) or ([meant] if meant else [])
    return [entity.id for entity in entities]


def find_entity(graph: OpenGraph, name: str) -> Entity:
    """Find the entity that a name means most often; if none, the one that the lexicon has by it,
    unless a judgement rejects the name.

    Raises:
        UnknownNameError: there is none; similar names are suggested, and rejected rows counted.
        AmbiguousNameError: it is a ticker of entities of several types.
    """
    try:
        return graph.lookup.find(name)
    except UnknownNameError as error:
        if meant := find_lexicon_entity(graph.store, name):
            return meant
        raise unknown_name_error(explain_rejected(graph, name), error.suggestions) from error


def explain_rejected(graph: OpenGraph, name: str) -> Absence:
    """Tell that nothing has a name: how many rows of it were rejected by which rules, what had it
    in earlier builds, what else has it, or that a judgement rejects it."""
    absence = graph.lookup.explain_absence(name)
    rules = Counter(named.row.rule for named in find_named_rows(graph, {name_key(name)} - {""}))
    if rules:
        listed = ", ".join(rule for rule, _ in rank_counts(rules))
        rows = pluralize(rules.total(), "row")
        is_judged = absence.is_rejected or "judgement" in rules
        advice = "" if is_judged else "`kgraph audit mentions` lists them"
        words = f"{absence.words}; {rows} with the name rejected, by {listed}"
        return Absence(words, is_judged, advice)
    if explain_former_name(graph.shared.former, name):
        return absence
    if other := explain_other_kind(graph.shared, name):
        return other
    meaning, is_rejected = judge_meaning(graph.store, name)
    if is_rejected:
        return Absence(f"{absence.words}, and a judgement rejects the name", is_rejected=True)
    if meaning:
        return Absence(f"{absence.words}, and no row was taken for {meaning} of the lexicon")
    return absence


def explain_rows(
    graph: OpenGraph,
    kind: str,
    rows: Iterable[NamedRow],
    citations: JudgementCitations,
    limit: int,
) -> Claim | None:
    """Return rows as one claim, because of groups of one name, rule and thing, most rows first;
    None if there are no rows."""
    groups: dict[tuple[str, str, str], list[NamedRow]] = {}
    listed = list(rows)
    for named in listed:
        target = named.mention.target if named.mention.is_accepted else ""
        groups.setdefault((named.row.surface, named.row.rule, target), []).append(named)
    if not listed:
        return None
    ranked = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return _count_rows(
        kind,
        listed,
        because=tuple(_explain_group(graph, group, citations) for _, group in ranked[:limit]),
        more=max(0, len(groups) - limit),
    )


def _explain_group(
    graph: OpenGraph, group: Sequence[NamedRow], citations: JudgementCitations
) -> Claim:
    surest = max(group, key=lambda named: named.row.confidence)
    row, mention = surest.row, surest.mention
    reason = find_rule_reason(row.rule, row.reasons)
    return _count_rows(
        "group",
        group,
        name=row.surface,
        confidence=round_value(math.fsum(each.row.confidence for each in group) / len(group)),
        rule=row.rule,
        thing=graph.make_ref(mention.target) if mention.is_accepted else None,
        episode=graph.make_episode_line(surest.slug),
        because=citations.cite_reasons([reason] if reason else ()),
    )


def _count_rows(kind: str, rows: Sequence[NamedRow], name: str = "", **fields: object) -> Claim:
    episodes = len({named.slug for named in rows})
    counts = {"rows": pluralize(len(rows), "row"), "episodes": pluralize(episodes, "episode")}
    values = {"name": name, **counts}
    return make_claim(kind, values, rows=len(rows), episodes=episodes, **fields)


def find_rule_reason(rule: str, reasons: Sequence[Reason]) -> Reason | None:
    """Return the reason that a rule gave, or else the heaviest one for it; None if there is none.

    A rule that rejects names is a feature among others, whose weight speaks for the decision.
    """
    feature = f"{describe_feature(f'rule:{rule}')}: "
    own = [r for r in reasons if r.part == rule] or [r for r in reasons if feature in r.words]
    return next(iter(own), max(reasons, key=lambda reason: reason.weight, default=None))
