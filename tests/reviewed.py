"""A graph for the review, made by hand from rows of a few plain values."""

from itertools import groupby

from kgraph.base.model import EpisodeFile, Reason, Row
from kgraph.base.text import name_key
from kgraph.graph import EpisodeGraph, Graph, MentionEdge, RowDecision, SharedData

WHY = (Reason("name", "by itself, for a company", 0.4),)


def graph(*episodes):
    """A graph of recordings, each a list of (type, label, surface, confidence[, rule])."""
    return Graph(tuple(_recording(n, rows) for n, rows in enumerate(episodes)), SharedData())


def _recording(number, rows):
    values = [{"name": row[2], "context": f"we met {row[2]} there"} for row in rows]
    listed = tuple(Row("companies", index, value) for index, value in enumerate(values))
    main = {"title": f"Talk {number}", "date": f"2025-01-0{number + 1}"}
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
