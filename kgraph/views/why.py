"""The evidence of an edge or of a rejection: file, row, extractor, context, rule, reasons.

The edge from an episode to its show is explained as well: it has reasons, but no rows. Those to
themes, topics and tags are explained by :mod:`kgraph.views.why_terms`.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable, Iterator
from typing import Annotated

import msgspec
from msgspec.structs import replace

from kgraph.base.errors import StoreError, UnknownNameError, blame_parameter
from kgraph.base.model import Reason
from kgraph.base.text import local_id, name_key, shorten, suggest_names
from kgraph.graph import EpisodeGraph, MentionEdge, RowDecision, SharedData
from kgraph.graph.absence import format_names_command
from kgraph.graph.episode_lookup import choose_episode
from kgraph.graph.lookup import Lookup
from kgraph.graph.term_lookup import find_theme
from kgraph.resolve.mentions.explain import explain_prevailing_entry
from kgraph.resolve.quotes.fingerprints import quote_key
from kgraph.resolve.shows.evidence import find_stated_show
from kgraph.store import Store
from kgraph.views.episode_problems import describe_lost_names, find_read_episodes
from kgraph.views.explanation import (
    SHOW_EDGE_RULE,
    TERM_EDGE_RULES,
    Explanation,
    Witness,
    make_witness,
)
from kgraph.views.open_graph import OpenGraph
from kgraph.views.replay import Replay, find_lexicon_entity
from kgraph.views.text_hits import find_in_text
from kgraph.views.values import EntityRef, EpisodeLine, Fraction, NameText, round_value
from kgraph.views.why_terms import explain_terms, list_theme_labels

MAX_LISTED_LABELS = 8  #: labels that an error lists


def explain_by_name(
    store: Store, episode: str, name: str, *, steps: bool = False
) -> list[Explanation]:
    """Explain every edge of an episode that has a name.

    Args:
        episode: id, slug, file name or title.
        name: of an entity, of the episode's show or of something rejected: label, id (also of
            another register), as written, or as the lexicon has it. Or label or id of a theme,
            topic or tag.
        steps: break the confidence of each row down; takes a second at first.

    Raises:
        StoreError: the steps were asked for, and the build kept nothing to decide again with.
        UnknownNameError: the episode or the name is unknown; its suggestions are similar names.
        AmbiguousNameError: as :func:`find_explained`.
    """
    ids = _list_meant_ids(store, name)
    graph = find_explained(store, episode, name, ids)
    edges = explain_edges(graph, name, ids, store)
    return add_steps(edges, graph, Replay.cached_for(store)) if steps else edges


def _list_meant_ids(store: Store, name: str) -> list[str]:
    """Return the ids of the entities that a name means, though no row has it: it is an id in
    another register, or the lexicon has it.
    """
    lookup = Lookup.cached_for(store.shared)
    if lookup.find_all(name):
        entities = lookup.find_by_external_id(name)
    else:
        meant = find_lexicon_entity(store, name)
        entities = lookup.find_by_alias(name) or ([meant] if meant else [])
    return [entity.id for entity in entities]


def find_explained(
    store: Store, episode: str, name: str, entity_ids: Collection[str]
) -> EpisodeGraph:
    """Return the episode of an id, slug, file name or title; of several, the one with a name.

    Args:
        entity_ids: entities that the name means, though no row has it.

    Raises:
        UnknownNameError: the episode is unknown.
        AmbiguousNameError: several episodes have the title, and not one alone has the name.
    """
    try:
        slugs = find_read_episodes(store, episode)
    except UnknownNameError as error:
        lookup = Lookup.cached_for(store.shared)
        if (meant := lookup.find_all(episode)) and (entity_ids or lookup.find_all(name)):
            command = format_names_command("why-not", episode, name)
            raise UnknownNameError(
                f"{shorten(episode)!r} is {meant[0].id}, and no episode: `{command}` says why the "
                "two are one thing, or why they are not",
                error.suggestions,
            ) from error
        raise
    return store.episode(
        choose_episode(
            store.shared.summaries,
            episode,
            slugs,
            lambda slug: has_edge(store.episode(slug), name, entity_ids, store.shared),
        )
    )


def add_steps(
    edges: Iterable[Explanation], episode: EpisodeGraph, replay: Replay
) -> list[Explanation]:
    """Return explanations with the steps of the confidence of their rows."""
    files = [replay.replay_file(episode, number) for number in range(len(episode.files))]
    steps: dict[tuple[str, str, str], tuple[Reason, ...]] = {}
    for mention in episode.mentions:
        for row in mention.rows:
            if again := files[row.file].find_row(mention, row):
                pointer = episode.find_row("companies", row.file, row.index).pointer
                steps[episode.files[row.file].file, pointer, mention.target] = again.steps
    return [
        replace(
            edge,
            rows=[
                replace(row, steps=steps.get((row.file, row.pointer, edge.target), ()))
                for row in edge.rows
            ],
        )
        for edge in edges
    ]


def explain_edges(
    episode: EpisodeGraph,
    name: str,
    entity_ids: Collection[str],
    store: Store,
) -> list[Explanation]:
    """Explain every edge of an episode that has a name, as :func:`explain_by_name`.

    Args:
        entity_ids: entities that the name means, though no row has it.
        store: where the episode is from, to tell what could not be read if none has the name.
    """
    title = episode.main_file.title
    if edges := list(_find_edges(episode, name, entity_ids, store.shared)):
        return _add_lost_names(edges, name, episode, store)
    quotes = {occurrence.quote for occurrence in episode.occurrences}
    if not quotes.isdisjoint((local_id(name).removeprefix("quote/"), quote_key(name))):
        raise UnknownNameError(
            f"{name[:80]!r}: this is a quote, which why does not explain. `kgraph audit quotes` "
            "lists what makes a quote seem an advert"
        )
    fault, about = f"nothing called {shorten(name)!r} in {title!r}", ""
    if theme := find_theme(store.shared, name):
        themes = store.shared.themes
        fault = f"{title!r} is not about the theme {themes[theme].label} ({theme})"
        listed = list_theme_labels(episode, themes)[:MAX_LISTED_LABELS]
        about = f"it is about {', '.join(listed) or 'no theme'} "
        about += f"(`{shlex.join(['kgraph', 'why-not', theme, episode.files[0].file])}`); "
    labels = [mention.label for mention in episode.mentions if mention.is_accepted]
    similar = [] if theme else _suggest_names(episode, name, store.shared)
    hint = f"did you mean {' / '.join(similar)}? " if similar else ""
    words = f"{hint}{about}it mentions {', '.join(labels[:MAX_LISTED_LABELS]) or 'nothing'}"
    if judgement_words := describe_judged_show(episode):
        words += f"; {judgement_words}"
    if lost := describe_lost_names(store, episode):
        words += f"; {lost}"
    is_known = entity_ids or Lookup.cached_for(store.shared).find_all(name)
    if is_known or find_in_text(episode, (name,)):
        words += f"; `{format_names_command('why-not', name, episode.main_file.file)}` says why not"
    raise UnknownNameError(f"{fault}: {words}", list(dict.fromkeys([*similar, *labels])))


def _suggest_names(episode: EpisodeGraph, name: str, shared: SharedData) -> list[str]:
    """Return names like one that nothing of an episode has: its own, or else those of the graph."""
    lookup = Lookup.cached_for(shared)
    if lookup.find_all(name):
        return []
    labels = [each.label for each in (*episode.mentions, episode.show) if each and each.label]
    surfaces = (row.surface for mention in episode.mentions for row in mention.rows)
    names = {name_key(text): text for text in (*surfaces, *labels)}
    return suggest_names(name, names.values()) or lookup.suggest(name)


def _add_lost_names(
    edges: list[Explanation], name: str, episode: EpisodeGraph, store: Store
) -> list[Explanation]:
    """Add what could not be read to edges of a name that may have been that of an entity, too."""
    if any(e.rule not in TERM_EDGE_RULES or e.target == local_id(name) for e in edges):
        return edges
    lost = describe_lost_names(store, episode)
    reasons = (Reason("unread", lost),) if lost else ()
    return [replace(edge, reasons=edge.reasons + reasons) for edge in edges]


def has_edge(
    episode: EpisodeGraph, name: str, entity_ids: Collection[str], shared: SharedData
) -> bool:
    """Return whether :func:`explain_edges` has something to explain."""
    return any(_find_edges(episode, name, entity_ids, shared))


def _find_edges(
    episode: EpisodeGraph, name: str, entity_ids: Collection[str], shared: SharedData
) -> Iterator[Explanation]:
    yield from _find_named_edges(episode, name, entity_ids)
    yield from explain_terms(episode, name, shared)


def _find_named_edges(
    episode: EpisodeGraph, name: str, entity_ids: Collection[str]
) -> Iterator[Explanation]:
    id_ = local_id(name)
    ids = {id_, *entity_ids}
    keys = {name_key(name), name_key(id_)}  # an address may be the name of a show
    title = episode.main_file.title
    for mention in episode.mentions:
        names = (mention.label, *(row.surface for row in mention.rows))
        if mention.target not in ids and keys.isdisjoint(map(name_key, names)):
            continue
        yield Explanation(
            title,
            mention.label,
            mention.type,
            mention.target,
            mention.confidence,
            mention.rule,
            [_make_witness(episode, row, mention) for row in mention.rows],
            mention.advert_reasons if not mention.is_unlikely else (),
            is_unlikely=mention.is_unlikely,
        )
    show = episode.show
    if show is None:
        return
    show_names = (show.label, find_stated_show(episode.files[show.file]))
    if show.target in ids or not keys.isdisjoint(map(name_key, filter(None, show_names))):
        yield Explanation(
            title,
            show.label,
            "show",
            show.target,
            show.confidence,
            SHOW_EDGE_RULE,
            [],
            reasons=show.reasons,
        )


def _make_witness(episode: EpisodeGraph, row: RowDecision, mention: MentionEdge) -> Witness:
    """Return a row of a mention as evidence, also for a type that the lexicon decided."""
    witness = make_witness(episode, row)
    if mention.is_accepted and (reason := explain_prevailing_entry(mention.type, row.reasons)):
        return replace(witness, reasons=(*witness.reasons, reason))
    return witness


def describe_judged_show(episode: EpisodeGraph) -> str:
    """Return what judgements made of an episode's show; "" if there are none."""
    if not episode.judged_show or not episode.judged_show.reasons:
        return ""
    show = episode.show.label if episode.show else "unknown"
    judgements = "; ".join(reason.words for reason in episode.judged_show.reasons)
    return f"its show is {show}, by the judgement {judgements}"


class WhyRequest(msgspec.Struct, frozen=True):
    """Parameters of an explanation.

    Attributes:
        episode: file name, title or id.
        name: of an entity that it mentions, of something rejected, of its show, or of a theme,
            topic or tag that it has.
        steps: whether the confidence of each row is broken down into steps.
    """

    episode: NameText
    name: NameText
    steps: Annotated[
        bool, msgspec.Meta(description="break the confidence of each row down into log-odds")
    ] = False


class Belonging(msgspec.Struct, frozen=True):
    """The edge from an episode to its show, its confidence and reasons."""

    show: EntityRef
    confidence: Fraction
    reasons: tuple[Reason, ...]


class WhyFacts(msgspec.Struct, frozen=True):
    """The evidence of the edges of an episode that have a name.

    Attributes:
        episode: with the edges.
        edges: of the name, with the rows that support them.
        show: the edge to the show, if it has the name.
        note: why there are no steps, if they were asked for; "" if there are.
    """

    episode: EpisodeLine
    edges: list[Explanation]
    show: Belonging | None
    note: str = ""


def view_evidence(graph: OpenGraph, request: WhyRequest) -> WhyFacts:
    """Explain why an episode mentions something, why a name in it was rejected, why it belongs \
to its show, or why it has a theme, topic or tag: file, row, context, rule, reasons."""
    ids = _list_meant_ids(graph.store, request.name)
    with blame_parameter("episode"):
        episode = find_explained(graph.store, request.episode, request.name, ids)
    with blame_parameter("name"):
        explanations = explain_edges(episode, request.name, ids, graph.store)
    shows = [
        Belonging(graph.make_ref(edge.target), round_value(edge.confidence), edge.reasons)
        for edge in explanations
        if edge.rule == SHOW_EDGE_RULE and edge.confidence is not None
    ]
    edges = [edge for edge in explanations if edge.rule != SHOW_EDGE_RULE]
    note = ""
    if request.steps:
        try:
            edges = add_steps(edges, episode, Replay.cached_for(graph.store))
        except StoreError as error:
            note = str(error)
    return WhyFacts(graph.make_episode_line(episode.slug), edges, shows[0] if shows else None, note)
