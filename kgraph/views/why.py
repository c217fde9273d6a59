"""Why an episode is linked to a name: to an entity, its show, a theme, a topic or a tag; or why a
name in it was rejected. Each edge is a tree: its rows, and the reasons of each row."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Annotated

from msgspec import Meta

from kgraph.base.errors import StoreError, UnknownNameError, blame_parameter
from kgraph.base.text import local_id, name_key, shorten, suggest_names
from kgraph.graph import EpisodeGraph, MentionEdge, RowDecision
from kgraph.graph.absence import format_names_command
from kgraph.graph.episode_lookup import choose_episode
from kgraph.graph.term_lookup import find_theme
from kgraph.operations.request import EpisodeName, Request, describe_name
from kgraph.resolve.quotes.fingerprints import quote_key
from kgraph.resolve.shows.evidence import find_stated_show
from kgraph.views.audit import suggest_judge_commands, suggest_show_commands
from kgraph.views.episode_problems import describe_lost_names, find_read_episodes
from kgraph.views.name_rows import find_meant_ids
from kgraph.views.open_graph import OpenGraph
from kgraph.views.reasons import (
    Claim,
    Explanation,
    JudgementCitations,
    list_undo_commands,
    make_claim,
    make_explanation,
    make_row_claim,
)
from kgraph.views.replay import Replay
from kgraph.views.text_hits import find_in_text
from kgraph.views.why_terms import explain_terms

MAX_LISTED_LABELS = 8  #: labels that an error lists


class WhyRequest(Request, frozen=True):
    """Parameters of why."""

    episode: EpisodeName
    name: Annotated[str, describe_name("thing", "a name in it, as in the graph or as written")]
    steps: Annotated[
        bool, Meta(description="break the confidence of each row down into log-odds")
    ] = False


def explain_edges(graph: OpenGraph, request: WhyRequest) -> Explanation:
    """Explain why an episode is linked to a name, or why the name was rejected.

    Raises:
        UnknownNameError: the episode or the name is unknown; its suggestions are similar names.
        AmbiguousNameError: several episodes have the title, and not one alone has the name.
    """
    ids = find_meant_ids(graph, request.name)
    with blame_parameter("episode"):
        episode = _find_episode(graph, request, ids)
    citations, replay, note = JudgementCitations(graph.store), None, ""
    if request.steps:
        try:
            replay = Replay.cached_for(graph.store)
        except StoreError as error:
            note = str(error)
    edges = list(find_edges(graph, episode, request.name, ids, citations=citations, replay=replay))
    if not edges:
        raise _explain_nothing(graph, episode, request.name, ids)
    commands = dict.fromkeys(_suggest_commands(episode, edges))
    return make_explanation(
        edges,
        any(edge.kind != "rejected" for edge in edges),
        things=tuple(dict.fromkeys(edge.thing for edge in edges if edge.thing)),
        episode=graph.make_episode_line(episode.slug),
        commands=(*list_undo_commands(edges), *commands),
        note=note or _describe_lost_names(graph, episode, edges),
    )


def _find_episode(graph: OpenGraph, request: WhyRequest, ids: Collection[str]) -> EpisodeGraph:
    """Return the episode of a name; of several with one title, the one that has the name."""
    name, read = request.name, graph.store.episode
    try:
        slugs = find_read_episodes(graph.store, request.episode)
    except UnknownNameError as error:
        if graph.lookup.find_all(request.episode) and (ids or graph.lookup.find_all(name)):
            command = format_names_command("why-not", request.episode, name)
            words = f"{shorten(request.episode)!r} is no episode: `{command}` compares the two"
            raise UnknownNameError(words, error.suggestions) from error
        raise
    return read(
        choose_episode(
            graph.summaries,
            request.episode,
            slugs,
            lambda slug: any(find_edges(graph, read(slug), name, ids)),
        )
    )


def find_edges(
    graph: OpenGraph,
    episode: EpisodeGraph,
    name: str,
    ids: Collection[str],
    *,
    citations: JudgementCitations | None = None,
    replay: Replay | None = None,
) -> Iterator[Claim]:
    """Yield the edges of an episode to what has a name, each as a tree.

    Args:
        ids: entities that the name means, though no row has it.
        citations: of the judgements; by default those of the graph's build.
        replay: breaks the confidence of each row down into steps; None for the heaviest reasons.
    """
    citations = citations or JudgementCitations(graph.store)
    id_ = local_id(name)
    wanted, keys = {id_, *ids}, {name_key(name), name_key(id_)}  # an address may name a show
    for mention in episode.mentions:
        names = (mention.label, *(row.surface for row in mention.rows))
        if mention.target in wanted or not keys.isdisjoint(map(name_key, names)):
            yield explain_mention(graph, episode, mention, citations, replay)
    if show := episode.show:
        names = (show.label, find_stated_show(episode.files[show.file]) or "")
        if show.target in wanted or not keys.isdisjoint(map(name_key, filter(None, names))):
            yield explain_show(graph, episode, citations)
    yield from explain_terms(graph, episode, name, citations)


def explain_show(graph: OpenGraph, episode: EpisodeGraph, citations: JudgementCitations) -> Claim:
    """Return the edge of an episode to its show."""
    show = episode.show
    assert show is not None
    return make_claim(
        "belongs",
        {"label": show.label},
        confidence=show.confidence,
        rule="belongs",
        thing=graph.make_ref(show.target),
        because=citations.cite_reasons(show.reasons),
    )


def explain_mention(
    graph: OpenGraph,
    episode: EpisodeGraph,
    mention: MentionEdge,
    citations: JudgementCitations,
    replay: Replay | None = None,
) -> Claim:
    """Return an edge to an entity, or the rejection of a name, because of its rows."""
    thing = graph.make_ref(mention.target) if mention.is_accepted else None
    kind = "mentions" if thing else "rejected"
    if mention.is_unlikely:
        kind = "unlikely"
    elif thing and mention.is_advert:
        kind = "advertises"

    def explain_row(row: RowDecision) -> Claim:
        again = replay.replay_file(episode, row.file).find_row(mention, row) if replay else None
        steps = again.steps if again else ()
        return make_row_claim(episode, mention, row, citations, thing, steps=steps)

    adverts = citations.cite_reasons(mention.advert_reasons if kind == "advertises" else ())
    return make_claim(
        kind,
        {"label": mention.label},
        confidence=mention.confidence,
        rule=mention.rule,
        thing=thing,
        rows=len(mention.rows),
        because=(*adverts, *map(explain_row, mention.rows)),
    )


def _suggest_commands(episode: EpisodeGraph, edges: list[Claim]) -> Iterator[str]:
    """Yield the judgements that confirm or correct edges."""
    for edge in edges:
        if edge.kind == "belongs":
            yield from suggest_show_commands(episode.show)
        for row in edge.because:
            if row.kind.startswith("row") and row.source:
                type_, label = (row.thing.type, row.thing.label) if row.thing else ("noise", "")
                yield from suggest_judge_commands(row.source.text, label, type_, row.rule)


def _describe_lost_names(graph: OpenGraph, episode: EpisodeGraph, edges: list[Claim]) -> str:
    """Return what could not be read and may have named an entity, if only terms have the name."""
    if any(edge.kind not in ("about", "listed") for edge in edges):
        return ""
    return describe_lost_names(graph.store, episode)


def _explain_nothing(
    graph: OpenGraph, episode: EpisodeGraph, name: str, ids: Collection[str]
) -> UnknownNameError:
    """Return the error of a name that an episode does not have: similar names, the next move."""
    title = episode.main_file.title
    quotes = {occurrence.quote for occurrence in episode.occurrences}
    if not quotes.isdisjoint((local_id(name).removeprefix("quote/"), quote_key(name))):
        words = f"{shorten(name)!r} is a quote: `kgraph audit quotes` tells why it is an advert"
        return UnknownNameError(words, parameter="name")
    is_named = ids or graph.lookup.find_all(name) or find_theme(graph.shared, name)
    is_known = bool(is_named)
    labels = [mention.label for mention in episode.mentions if mention.is_accepted]
    surfaces = [row.surface for mention in episode.mentions for row in mention.rows]
    similar = [] if is_known else suggest_names(name, [*labels, *surfaces])
    similar = similar or ([] if is_known else graph.lookup.suggest(name))
    hints = [f"did you mean {' / '.join(similar)}?"] if similar else []
    if is_known or find_in_text(episode, (name,)):
        command = format_names_command("why-not", name, episode.main_file.file)
        hints.append(f"`{command}` says why not")
    if lost := describe_lost_names(graph.store, episode):
        hints.append(lost)
    hints.append(f"it mentions {', '.join(labels[:MAX_LISTED_LABELS]) or 'nothing'}")
    words = f"nothing called {shorten(name)!r} in {title!r}: {'; '.join(hints)}"
    return UnknownNameError(words, list(dict.fromkeys([*similar, *labels])), parameter="name")
