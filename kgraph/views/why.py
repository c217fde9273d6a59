"""The evidence of an edge or of a rejection: file, row, extractor, context, rule, reasons.

The edge from an episode to its show is explained as well: it has reasons, but no rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Annotated

import msgspec
from msgspec.structs import replace

from kgraph.base.errors import StoreError, UnknownNameError, blame_parameter
from kgraph.base.media import link_minute
from kgraph.base.model import Reason
from kgraph.base.text import local_id, name_key, shorten
from kgraph.graph import EpisodeGraph, RowDecision
from kgraph.graph.absence import format_names_command
from kgraph.graph.episode_lookup import choose_episode
from kgraph.graph.episode_recording import read_recording
from kgraph.graph.lookup import Lookup
from kgraph.graph.network import collect_tags, collect_topics
from kgraph.graph.term_lookup import list_topic_and_tag_ids
from kgraph.resolve.quotes.fingerprints import quote_key
from kgraph.resolve.shows.evidence import find_stated_show
from kgraph.store import Store
from kgraph.views.episode_problems import describe_lost_names, find_read_episodes
from kgraph.views.open_graph import OpenGraph
from kgraph.views.replay import Replay, find_lexicon_entity
from kgraph.views.text_hits import find_in_text
from kgraph.views.values import EntityRef, EpisodeLine, Fraction, NameText, round_value

SHOW_EDGE_RULE = "belongs"  #: rule of the edge from an episode to its show

MAX_LISTED_LABELS = 8  #: labels that an error lists


class Witness(msgspec.Struct, frozen=True):
    """A row that supports an edge.

    Attributes:
        file: name of the file, and ``pointer`` into its front matter (RFC 6901).
        surface: the name as written; ``context``: the words around it.
        category: as written; ``stated``: the confidence as written.
        extractor: ``regex``, ``llm`` or ``hand``.
        rule: the rule that decided, with ``confidence`` in [0, 1] and its ``reasons``.
        steps: of the confidence, if they were asked for: log-odds that add up to those of the
            confidence; () where a rule or a judgement decided alone, or the row cannot be decided
            again.
        recording: address of the episode's recording, from ``minute`` on if that is known; ""
            if there is none.
        minute: about when the name is said, counted from 0; None if its position does not tell.
    """

    file: str
    pointer: str
    surface: str
    context: str
    category: str
    stated: str
    extractor: str
    rule: str
    confidence: float
    reasons: tuple[Reason, ...]
    steps: tuple[Reason, ...] = ()
    recording: str = ""
    minute: int | None = None

    @property
    def own_reasons(self) -> tuple[Reason, ...]:
        """The reasons without what is the same in every row, if a person listed the name."""
        if self.extractor != "hand":
            return self.reasons
        return tuple(reason for reason in self.reasons if reason.part != "always")


class Explanation(msgspec.Struct, frozen=True):
    """An edge of an episode, and the rows that support it.

    Attributes:
        episode: its title; ``label``, ``type``, ``target``: of the entity; the type is "noise"
            if it was rejected.
        confidence: probability that the edge is right; ``rule``: that decided,
            :data:`SHOW_EDGE_RULE` for the edge to the show.
        advert: why only adverts name the entity; empty if other text does.
        reasons: why the episode belongs to the show.
        is_unlikely: whether the mention is more likely wrong than right.
    """

    episode: str
    label: str
    type: str
    target: str
    confidence: float
    rule: str
    rows: list[Witness]
    advert: tuple[Reason, ...] = ()
    reasons: tuple[Reason, ...] = ()
    is_unlikely: bool = False


def explain_by_name(
    store: Store, episode: str, name: str, *, steps: bool = False
) -> list[Explanation]:
    """Explain every edge of an episode that has a name.

    Args:
        episode: id, slug, file name or title.
        name: of an entity, of the episode's show or of something rejected: label, id (also of
            another register), as written, or as the lexicon has it.
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
            words = f"{shorten(episode)!r} is {meant[0].id}, and no episode: `{command}` says why "
            raise UnknownNameError(
                f"{words}the two are not one thing", error.suggestions
            ) from error
        raise
    return store.episode(
        choose_episode(
            store.shared.summaries,
            episode,
            slugs,
            lambda slug: has_edge(store.episode(slug), name, entity_ids),
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
    if edges := list(_find_edges(episode, name, entity_ids)):
        return edges
    quotes = {occurrence.quote for occurrence in episode.occurrences}
    if not quotes.isdisjoint((local_id(name).removeprefix("quote/"), quote_key(name))):
        raise UnknownNameError(
            f"{name[:80]!r}: this is a quote; why explains mentions only. `kgraph audit quotes` "
            "lists what makes a quote seem an advert"
        )
    fault = f"nothing called {shorten(name)!r} in {title!r}"
    term = find_listed_term(episode, name)
    if term:
        kind = term.partition("/")[0]
        fault = f"{shorten(name)!r} is a {kind} of {title!r} (`kgraph show {term}` describes it), "
        fault += "and why explains mentions only"
    labels = [mention.label for mention in episode.mentions if mention.is_accepted]
    words = f"it mentions {', '.join(labels[:MAX_LISTED_LABELS]) or 'nothing'}"
    if judgement_words := describe_judged_show(episode):
        words += f"; {judgement_words}"
    if lost := describe_lost_names(store, episode):
        words += f"; {lost}"
    is_known = entity_ids or Lookup.cached_for(store.shared).find_all(name)
    if is_known or (not term and find_in_text(episode, (name,))):
        words += f"; `{format_names_command('why-not', name, episode.main_file.file)}` says why not"
    raise UnknownNameError(f"{fault}: {words}", labels)


def find_listed_term(episode: EpisodeGraph, name: str) -> str:
    """Return the id of the topic or tag of a name, id or IRI that an episode lists; "" for none."""
    listed = {*(id_ for id_, _, _ in collect_topics(episode)), *collect_tags(episode)}
    return next(filter(listed.__contains__, list_topic_and_tag_ids(name)), "")


def has_edge(episode: EpisodeGraph, name: str, entity_ids: Collection[str]) -> bool:
    """Return whether :func:`explain_edges` has something to explain."""
    return any(_find_edges(episode, name, entity_ids))


def _find_edges(
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
            [make_witness(episode, row) for row in mention.rows],
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


def describe_judged_show(episode: EpisodeGraph) -> str:
    """Return what judgements made of an episode's show; "" if there are none."""
    if not episode.judged_show or not episode.judged_show.reasons:
        return ""
    show = episode.show.label if episode.show else "unknown"
    judgements = "; ".join(reason.words for reason in episode.judged_show.reasons)
    return f"its show is {show}, by the judgement {judgements}"


def make_witness(episode: EpisodeGraph, decision: RowDecision) -> Witness:
    """Return a row of an episode as evidence."""
    row = episode.find_row("companies", decision.file, decision.index)
    recording = read_recording(episode)
    minute = recording.convert_position(row.values.get("position"))
    return Witness(
        episode.files[decision.file].file,
        row.pointer,
        decision.surface,
        row.text("context"),
        row.text("category"),
        row.text("confidence"),
        row.extractor,
        decision.rule,
        decision.confidence,
        decision.reasons,
        recording=link_minute(recording.address, minute),
        minute=minute,
    )


class WhyRequest(msgspec.Struct, frozen=True):
    """Parameters of an explanation.

    Attributes:
        episode: file name, title or id.
        name: of an entity that it mentions, of something rejected, or of its show.
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
    """Explain why an episode mentions something, why a name in it was rejected, or why it \
belongs to its show: file, row, context, rule, reasons."""
    ids = _list_meant_ids(graph.store, request.name)
    with blame_parameter("episode"):
        episode = find_explained(graph.store, request.episode, request.name, ids)
    with blame_parameter("name"):
        explanations = explain_edges(episode, request.name, ids, graph.store)
    shows = [
        Belonging(graph.make_ref(edge.target), round_value(edge.confidence), edge.reasons)
        for edge in explanations
        if edge.rule == SHOW_EDGE_RULE
    ]
    edges = [edge for edge in explanations if edge.rule != SHOW_EDGE_RULE]
    note = ""
    if request.steps:
        try:
            edges = add_steps(edges, episode, Replay.cached_for(graph.store))
        except StoreError as error:
            note = str(error)
    return WhyFacts(graph.make_episode_line(episode.slug), edges, shows[0] if shows else None, note)
