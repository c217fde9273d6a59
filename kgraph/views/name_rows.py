"""Rows that have a name, and rows that are alike as one line: what ``how`` and ``why-not`` count.

A row has a name if its surface is the name, or is it without the words around it ("So Acme").
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec
from msgspec.structs import replace

from kgraph.base.counts import rank_counts
from kgraph.base.errors import UnknownNameError
from kgraph.base.model import Reason
from kgraph.base.text import name_key, pluralize
from kgraph.graph import Entity, MentionEdge, RowDecision
from kgraph.graph.absence import (
    Absence,
    explain_former_name,
    explain_other_kind,
    find_other_kind,
    format_names_command,
    unknown_name_error,
)
from kgraph.graph.decoded_fields import EpisodeNames, MentionNames
from kgraph.resolve.mentions.explain import describe_feature
from kgraph.resolve.name_counts import core_name
from kgraph.views.open_graph import OpenGraph
from kgraph.views.replay import find_lexicon_entity, judge_meaning
from kgraph.views.values import EntityRef, EpisodeLine, Fraction, round_value


class RowGroup(msgspec.Struct, frozen=True):
    """Rows of one surface that one rule resolved to one thing.

    Attributes:
        surface: the name as written.
        rule: that decided; ``words`` is its evidence in the surest row.
        rows: their number; ``episodes`` is the number of episodes that have them.
        low: least confidence of a row; ``mean`` is the mean and ``high`` the greatest.
        example: the episode of the surest row.
        thing: what they were resolved to; None if they were rejected.
    """

    surface: str
    rule: str
    words: str
    rows: int
    episodes: int
    low: Fraction
    mean: Fraction
    high: Fraction
    example: EpisodeLine
    thing: EntityRef | None


class RowGroups(msgspec.Struct, frozen=True):
    """The largest groups of some rows.

    Attributes:
        groups: most rows first.
        total: number of groups, of which ``groups`` has the first.
        rows: number of all rows; ``episodes`` is that of their episodes.
    """

    groups: list[RowGroup]
    total: int
    rows: int
    episodes: int


class RuleUse(msgspec.Struct, frozen=True):
    """The rows that one rule decided: their number and confidence, as of :class:`RowGroup`."""

    rule: str
    rows: int
    episodes: int
    low: Fraction
    mean: Fraction
    high: Fraction


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


def explain_unmentioned(graph: OpenGraph, name: str) -> Absence:
    """Tell that nothing has a name: what had it in earlier builds, what else has it, or that a
    judgement rejects it.
    """
    absence = graph.lookup.explain_absence(name)
    if explain_former_name(graph.shared.former, name):
        return absence
    if other := explain_other_kind(graph.shared, name):
        term = find_other_kind(graph.shared, name)
        if term in graph.shared.terms:
            advice = f"{other.advice}, `kgraph why EPISODE {term}` tells why an episode has it"
            other = replace(other, advice=advice)
        return other
    meaning, is_rejected = judge_meaning(graph.store, name)
    if is_rejected:
        return Absence(f"{absence.words}, and a judgement rejects the name", is_rejected=True)
    if meaning:
        words = f"{absence.words}, and no row was taken for {meaning} of the lexicon"
        return Absence(words)
    return absence


def explain_rejected(graph: OpenGraph, name: str) -> Absence:
    """Tell that nothing has a name, with the number of its rejected rows and their rules."""
    named_rows = list(find_named_rows(graph, {name_key(name)} - {""}))
    if not named_rows:
        return explain_unmentioned(graph, name)
    rules = Counter(named.row.rule for named in named_rows)
    absence = graph.lookup.explain_absence(name)
    rows = pluralize(rules.total(), "row")
    listed = ", ".join(rule for rule, _ in rank_counts(rules))
    is_judged = absence.is_rejected or "judgement" in rules
    lists = "" if is_judged else " (`kgraph audit mentions` lists them)"
    words = f"{absence.words}; {rows} with the name rejected, by {listed}{lists}"
    why = format_names_command("why", graph.summaries[named_rows[0].slug].files[0], name)
    return Absence(words, is_judged, advice="" if is_judged else f"`{why}` explains one")


def group_rows(graph: OpenGraph, rows: Iterable[NamedRow], limit: int) -> RowGroups:
    """Group rows by surface, rule and thing, and return the largest groups."""
    groups: dict[tuple[str, str, str], list[NamedRow]] = {}
    slugs = set()
    for named in rows:
        target = named.mention.target if named.mention.is_accepted else ""
        groups.setdefault((named.row.surface, named.row.rule, target), []).append(named)
        slugs.add(named.slug)
    ranked = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return RowGroups(
        [_make_group(graph, group) for _, group in ranked[:limit]],
        len(groups),
        sum(map(len, groups.values())),
        len(slugs),
    )


def _make_group(graph: OpenGraph, group: Sequence[NamedRow]) -> RowGroup:
    surest = max(group, key=lambda named: named.row.confidence)
    row, mention = surest.row, surest.mention
    return RowGroup(
        row.surface,
        row.rule,
        find_rule_words(row.rule, row.reasons),
        len(group),
        len({named.slug for named in group}),
        *_measure_confidences(group),
        graph.make_episode_line(surest.slug),
        graph.make_ref(mention.target) if mention.is_accepted else None,
    )


def find_rule_words(rule: str, reasons: Sequence[Reason]) -> str:
    """Return the words of the reason that a rule gave, or else of the heaviest reason for it.

    A rule that rejects names is a feature among others, whose weight speaks for the decision.
    """
    own = next((reason.words for reason in reasons if reason.part == rule), "")
    feature = describe_feature(f"rule:{rule}")
    own = own or next((r.words for r in reasons if r.words.startswith(f"{feature}: ")), "")
    heaviest = max(reasons, key=lambda reason: reason.weight, default=None)
    return own or (heaviest.words if heaviest else "")


def count_rules(rows: Iterable[NamedRow]) -> list[RuleUse]:
    """Count rows by the rule that decided them, most rows first."""
    by_rule: dict[str, list[NamedRow]] = {}
    for named in rows:
        by_rule.setdefault(named.row.rule, []).append(named)
    ranked = sorted(by_rule.items(), key=lambda item: (-len(item[1]), item[0]))
    return [
        RuleUse(
            rule, len(group), len({named.slug for named in group}), *_measure_confidences(group)
        )
        for rule, group in ranked
    ]


def _measure_confidences(group: Sequence[NamedRow]) -> tuple[float, float, float]:
    """Return the least, mean and greatest confidence of some rows."""
    values = [named.row.confidence for named in group]
    mean = math.fsum(values) / len(values)
    low, high = round_value(min(values)), round_value(max(values))
    return low, min(max(round_value(mean), low), high), high
