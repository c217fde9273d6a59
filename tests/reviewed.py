"""A graph for the review, made by hand from rows of a few plain values."""

from itertools import groupby

from kgraph.base.model import EpisodeFile, Reason, Row
from kgraph.base.text import name_key
from kgraph.graph import EpisodeGraph, Graph, MentionEdge, RowDecision
from kgraph.graph.tally import Tally, build_shared_data, tally_episode

WHY = (Reason("name", "by itself, for a company", 0.4),)


def graph(*episodes):
    """A graph of recordings, each rows of (type, label, surface, confidence[, rule[, context]])."""
    recordings = tuple(_recording(n, rows) for n, rows in enumerate(episodes))
    total = Tally()
    for recording in recordings:
        total.add(tally_episode(recording))
    return Graph(recordings, build_shared_data(total, "", lambda entity: None))


def _recording(number, rows):
    values = [
        {"name": row[2], "context": row[5] if len(row) > 5 else f"we met {row[2]} there"}
        for row in rows
    ]
    listed = tuple(Row("companies", index, value) for index, value in enumerate(values))
    main = {"title": f"Talk {number}", "date": f"2025-{number // 28 + 1:02}-{number % 28 + 1:02}"}
    file = EpisodeFile(f"{number}.md", "", main, {"companies": listed}, {"companies": len(rows)})
    places = sorted(enumerate(rows), key=lambda item: item[1][:2])
    grouped = groupby(places, key=lambda item: item[1][:2])
    edges = tuple(_edge(type_, label, list(places)) for (type_, label), places in grouped)
    return EpisodeGraph(f"talk-{number}", (file,), mentions=edges)


def _edge(type_, label, places):
    rows = tuple(
        RowDecision(0, index, row[2], row[3], row[4] if len(row) > 4 else "known", WHY)
        for index, row in places
    )
    return MentionEdge(type_, name_key(label), label, rows[0].confidence, rows[0].rule, rows)
