"""How two things are connected: the shortest paths of evidence, hop by hop.

Takes outlines for the search, and the recordings on the way for their evidence. A hop leads
from one entity to another through an episode that mentions both. Its cost is one, and more
the less sure its two mentions are, so that a path of few and sure hops is the shortest.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kgraph.analysis.result import Finding, Findings, QueryArguments, int_arg, text_arg
from kgraph.base.errors import InputError
from kgraph.graph import EpisodeGraph, Quote, SharedData
from kgraph.store import Store

if TYPE_CHECKING:
    import networkx

PATH_COLUMNS = ("path", "from", "to", "through", "title", "confidence", "evidence")
MIN_PATH_CONFIDENCE = 1e-6
"""A confidence below this costs as much as this one, so that a cost stays finite."""


def find_paths(store: Store, arguments: QueryArguments) -> Findings:
    """The shortest paths of evidence between two entities; score: the hop's confidence.

    Raises:
        InputError: the two are one, or no path leads from one to the other.
    """
    import networkx

    one, other = text_arg(arguments, "one"), text_arg(arguments, "other")
    labels = [store.shared.entities[id_].label for id_ in (one, other)]
    if one == other:
        raise InputError(f"{labels[0]} and {labels[1]} are one thing: name two")
    graph = _build_graph(store.shared)
    try:
        ways = [
            _split_hops(way)
            for way in _shortest_paths(graph, one, other, int_arg(arguments, "paths"))
        ]
    except (networkx.NetworkXNoPath, networkx.NodeNotFound) as error:
        raise InputError(f"no episodes lead from {labels[0]} to {labels[1]}") from error
    rows = [_hop_finding(store, n, *hop) for n, way in enumerate(ways, 1) for hop in way]
    return Findings(PATH_COLUMNS, rows)


def _build_graph(shared: SharedData) -> networkx.Graph[str]:
    """Entities and episodes; two edges make a hop."""
    import networkx

    graph: networkx.Graph[str] = networkx.Graph()
    for slug, outline in shared.summaries.items():
        for id_, sure in outline.mentions.items():
            graph.add_edge(
                id_, f"episode/{slug}", cost=0.5 - math.log(max(sure, MIN_PATH_CONFIDENCE))
            )
    return graph


def _shortest_paths(
    graph: networkx.Graph[str], one: str, other: str, most: int
) -> Iterator[list[str]]:
    """The shortest path, then the shortest through other episodes, and so on."""
    import networkx

    for n in range(most):
        try:
            way: list[str] = networkx.shortest_path(graph, one, other, weight="cost")
        except networkx.NetworkXNoPath:
            if n == 0:
                raise
            return
        yield way
        graph.remove_nodes_from([node for node in way if node.startswith("episode/")])


def _split_hops(way: list[str]) -> list[tuple[str, str, str]]:
    """(entity, episode, entity) of each hop."""
    return [(way[n], way[n + 1], way[n + 2]) for n in range(0, len(way) - 2, 2)]


def _hop_finding(store: Store, number_: int, one: str, episode_id: str, other: str) -> Finding:
    entities = store.shared.entities
    slug = episode_id.removeprefix("episode/")
    episode, mentions = store.episode(slug), store.shared.summaries[slug].mentions
    quote = _find_shared_quote(episode, one, other)
    evidence = (
        quote.text
        if quote
        else f"{_describe_best_row(episode, one)}; {_describe_best_row(episode, other)}"
    )
    sure = mentions[one] * mentions[other]
    cells = (
        number_,
        entities[one].label,
        entities[other].label,
        "quote" if quote else "episode",
        episode.main_file.title,
        sure,
        evidence,
    )
    return Finding(cells, (one, other, quote.id if quote else episode.id), sure)


def _find_shared_quote(episode: EpisodeGraph, one: str, other: str) -> Quote | None:
    """The quote of the episode that names both, most surely; no advert."""
    named = [(dict(quote.entities), quote) for quote in episode.quotes if not quote.is_advert]
    both = [
        (-found[one] * found[other], quote.key, quote)
        for found, quote in named
        if one in found and other in found
    ]
    return min(both)[2] if both else None


def _describe_best_row(episode: EpisodeGraph, id_: str) -> str:
    """The row that counts most for a mention: its file, place and context."""
    mention = next(m for m in episode.mentions if m.is_accepted and m.target == id_)
    row = max(mention.rows, key=lambda row: row.confidence)
    written = episode.find_row("companies", row.file, row.index)
    place = f"{episode.files[row.file].file}#{written.pointer}"
    return f"{place} {row.surface!r}: {written.text('context')}"
