"""Connections between two entities: the shortest paths, with the evidence of each hop.

A hop leads from one entity to another through an episode that mentions both. It costs 1 - log(pq),
where p and q are the confidences of the two mentions, so that the shortest path has few and
certain hops.
"""

from __future__ import annotations

import math

from kgraph.base.errors import InputError
from kgraph.graph import EpisodeGraph
from kgraph.query.parameters import QueryArguments, int_arg, text_arg
from kgraph.query.table import Finding, Findings
from kgraph.store import Store

PATH_COLUMNS = ("path", "from", "to", "through", "title", "confidence", "evidence")

#: A lower confidence has the cost of this one, so that a cost is finite.
MIN_PATH_CONFIDENCE = 1e-6


def find_paths(store: Store, arguments: QueryArguments) -> Findings:
    """Find the shortest paths between two entities, one row a hop; the score is its confidence.

    Each further path avoids the episodes of those before it.

    Raises:
        InputError: the two are the same, or no path connects them.
    """
    import networkx

    start, end = text_arg(arguments, "one"), text_arg(arguments, "other")
    labels = [store.shared.entities[id_].label for id_ in (start, end)]
    if start == end:
        raise InputError(f"{labels[0]} and {labels[1]} are the same thing: name two")
    graph: networkx.Graph[str] = networkx.Graph()  # two edges make a hop
    for slug, summary in store.shared.summaries.items():
        for id_, confidence in summary.mentions.items():
            cost = 0.5 - math.log(max(confidence, MIN_PATH_CONFIDENCE))
            graph.add_edge(id_, f"episode/{slug}", cost=cost)
    rows: list[Finding] = []
    for number in range(1, int_arg(arguments, "paths") + 1):
        try:
            path: list[str] = networkx.shortest_path(graph, start, end, weight="cost")
        except (networkx.NetworkXNoPath, networkx.NodeNotFound) as error:
            if number == 1:
                message = f"no episodes connect {labels[0]} with {labels[1]}"
                raise InputError(message) from error
            break
        rows += [_hop_finding(store, number, *path[n : n + 3]) for n in range(0, len(path) - 2, 2)]
        graph.remove_nodes_from([node for node in path if node.startswith("episode/")])
    return Findings(PATH_COLUMNS, rows)


def _hop_finding(store: Store, path: int, start: str, episode_id: str, end: str) -> Finding:
    entities = store.shared.entities
    slug = episode_id.removeprefix("episode/")
    episode, mentions = store.episode(slug), store.shared.summaries[slug].mentions
    # The quote that names both with the highest confidence, or else a row of each.
    quotes = []
    for candidate in episode.quotes:
        named = dict(candidate.entities)
        if not candidate.is_advert and start in named and end in named:
            quotes.append((-named[start] * named[end], candidate.key, candidate))
    quote = min(quotes)[2] if quotes else None
    if quote:
        evidence = quote.text
    else:
        evidence = "; ".join(_describe_best_row(episode, id_) for id_ in (start, end))
    confidence = mentions[start] * mentions[end]
    cells = (
        path,
        entities[start].label,
        entities[end].label,
        "quote" if quote else "episode",
        episode.main_file.title,
        confidence,
        evidence,
    )
    return Finding(cells, (start, end, quote.id if quote else episode.id), confidence)


def _describe_best_row(episode: EpisodeGraph, id_: str) -> str:
    """Return file, pointer and context of the row with most confidence in a mention."""
    mention = next(m for m in episode.mentions if m.is_accepted and m.target == id_)
    decision = max(mention.rows, key=lambda row: row.confidence)
    row = episode.find_row("companies", decision.file, decision.index)
    position = f"{episode.files[decision.file].file}#{row.pointer}"
    return f"{position} {decision.surface!r}: {row.text('context')}"
