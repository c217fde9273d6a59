"""The trip as one sentence: :func:`write_view`."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec

from kgraph.base.errors import InputError, ViewTooLargeError
from kgraph.base.files import open_output_file
from kgraph.draw import select
from kgraph.draw.captions import PictureContent, make_caption, make_page_data, make_title
from kgraph.draw.evidence import gather_evidence
from kgraph.draw.network import build_vis_network
from kgraph.draw.page import render_view_page
from kgraph.graph import Entity, Graph, Selection
from kgraph.graph.cooccurrence import count_co_mentions
from kgraph.query import Lookup

MAX_VIEW_NODES = 120
"""Most names in one picture. vis-network would draw thousands; but on a screen of 1440 by
900 pixels the labels of 60 names are 15 pixels high, those of 120 are 10, and below that
they are a smudge."""


class View(msgspec.Struct, frozen=True):
    """What was drawn: how many things, and how many links between them."""

    nodes: int
    edges: int


def write_view(
    graph: Graph,
    output: str | Path | BinaryIO,
    *,
    focus: str | None = None,
    depth: int = 1,
    types: frozenset[str] = frozenset({"company"}),
    min_confidence: float = 0.5,
    since: str = "",
    until: str = "",
    episodes: frozenset[str] = frozenset(),
    limit: int = 60,
) -> View:
    """Draw what is mentioned together as one HTML file that needs nothing else.

    Without a focus, the things that stand together most, by association strength
    (:mod:`kgraph.analysis`); with one, what stands around it.

    Args:
        graph: what to draw.
        output: a path, written whole or not at all; ``-`` for standard output; or an
            open binary file.
        focus: label, alias or id of the thing to put in the middle.
        depth: how many steps around the focus.
        types: types of entities to draw, such as ``company``; empty for all. The focus
            may be of any type.
        min_confidence: lowest confidence of a mention, in [0, 1].
        since: first day, ISO 8601; "" for no bound.
        until: last day, ISO 8601, included; "" for no bound.
        episodes: only these, by id, slug, file name or title; empty for all.
        limit: how many things at the most.

    Raises:
        UnknownNameError: nothing goes by the name of the focus.
        InputError: nothing is left to draw.
        ViewTooLargeError: more things than can be read.
        ExportError: the output cannot be written.
    """
    chosen, drawing = choose_content(
        graph,
        focus=focus,
        depth=depth,
        types=types,
        min_confidence=min_confidence,
        since=since,
        until=until,
        episodes=episodes,
        limit=limit,
    )
    evidence = gather_evidence(chosen, drawing.ids, drawing.pairs, min_confidence)
    network = build_vis_network(drawing.entities, drawing.pairs, drawing.focus)
    page = render_view_page(
        make_title(drawing), make_caption(drawing), make_page_data(drawing, network, evidence)
    )
    with open_output_file(output) as out:
        out.write(page)
    return View(len(drawing.entities), len(drawing.pairs))


def choose_content(
    graph: Graph,
    *,
    focus: str | None,
    depth: int,
    types: frozenset[str],
    min_confidence: float,
    since: str,
    until: str,
    episodes: frozenset[str],
    limit: int,
) -> tuple[Graph, PictureContent]:
    """The part of a graph that was asked for, and what of it is drawn; as :func:`write_view` has it."""
    middle = _find_focus(graph, focus, types) if focus else None
    kinds = types | {middle.type} if middle and types else types
    chosen = graph.select(Selection(min_confidence, kinds, since, until, episodes))
    return chosen, _choose_content(chosen, middle, types, depth, limit)


def _find_focus(graph: Graph, name: str, types: frozenset[str]) -> Entity:
    """The focus: of the wanted types if any goes by the name, else of any."""
    lookup = Lookup(graph.shared.entities)
    found = [entity for entity in lookup.find_all(name) if entity.type in types]
    return found[0] if found else lookup.find(name)


def _choose_content(
    graph: Graph, middle: Entity | None, types: frozenset[str], depth: int, limit: int
) -> PictureContent:
    known, outlines = graph.shared.entities, graph.shared.summaries.values()
    focus = middle.id if middle else None
    wanted = {id_ for id_, e in known.items() if not types or e.type in types or id_ == focus}
    found = list(count_co_mentions(outlines, (), 1, entity_ids=wanted))
    ids = (
        select.select_around(found, focus, depth, limit)
        if focus
        else select.select_strongest(found, limit)
    )
    _refuse_empty(ids, graph, middle)
    _refuse_too_many(ids, known, middle, depth)
    pairs = select.select_backbone(found, ids, focus)
    return PictureContent([known[id_] for id_ in ids], pairs, types, len(outlines), focus)


def _refuse_empty(ids: Sequence[str], graph: Graph, middle: Entity | None) -> None:
    """Raises InputError when there is nothing to draw."""
    if not ids:
        raise InputError(
            f"nothing to draw: in {len(graph.shared.summaries)} episodes no two things stand "
            "together: lower --min-confidence, widen --since and --until, or add a --type"
        )
    here = graph.shared.entities.get(middle.id) if middle else None
    if middle and not (here and here.episodes):
        but = f"; {here.advertised} only advertise it" if here and here.advertised else ""
        raise InputError(
            f"{middle.label}: no episode speaks of it within these bounds{but}: "
            "lower --min-confidence, or widen --since and --until"
        )


def _refuse_too_many(
    ids: Sequence[str], known: Mapping[str, Entity], middle: Entity | None, depth: int
) -> None:
    """Raises ViewTooLargeError when nobody could read the picture."""
    if len(ids) > MAX_VIEW_NODES:
        name = shlex.quote((middle or known[ids[0]]).label)
        steps = f" --depth {depth - 1}" if middle and depth > 1 else ""
        raise ViewTooLargeError(
            f"{len(ids)} names, and no more than {MAX_VIEW_NODES} can be read in one picture: try "
            f"`kgraph view --focus {name}{steps} --limit 60`, or bound it by --since and "
            f"--until with --limit {MAX_VIEW_NODES}"
        )
