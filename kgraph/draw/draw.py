"""``kgraph view``: chooses names and links, and draws them as a page or as a small SVG picture.

The picture (:func:`draw_sketch`) has no script: it is for notebooks, GitHub and paper. The page has
vis-network from pyvis's package, without its style sheet, all of which is for buttons that the page
does not use.

Invariants:
    * the page loads nothing, and data cannot end its block (:mod:`kgraph.draw.bundle`);
    * input text enters the document by ``textContent`` only (``assets/dom.js``); labels are
      painted on a canvas. In a picture it becomes the escaped text of an element;
    * the same graph gives the same page and the same picture.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from kgraph.base.entity_types import DEFAULT_VIEW_TYPES, ENTITY_TYPES
from kgraph.base.errors import ExportError, InputError, ViewTooLargeError
from kgraph.base.files import open_output_file
from kgraph.base.text import escape_html, pluralize
from kgraph.draw import legend, select
from kgraph.draw.bundle import encode_json_block, make_policy, strip_module_syntax
from kgraph.draw.evidence import Evidence, gather_evidence
from kgraph.draw.expansion import choose_expansions
from kgraph.draw.groups import GROUP_COLOURS, NameGroup, find_groups, number_groups, tell_story
from kgraph.draw.network import CHANCE_DASHES, FONT_PX, build_vis_network, measure_bounds
from kgraph.graph import Entity, Graph, Selection
from kgraph.graph.cooccurrence import CoMention, count_co_mentions
from kgraph.graph.lookup import look_up_entity
from kgraph.query import Lookup

if TYPE_CHECKING:
    from pyvis.network import Network

#: Most names in one picture. On a screen of 1440 by 900 pixels the labels of 60 names are 15
#: pixels high and those of 120 are 10; smaller labels cannot be read.
MAX_VIEW_NODES = 120

#: Type of entity -> plural.
TYPE_PLURALS = {type_: spec.plural for type_, spec in ENTITY_TYPES.items()}

MAX_PANEL_SPELLINGS = 8  #: spellings listed of one entity, the most frequent first

#: Modules of the page's script, each after those that it uses.
SCRIPT_MODULES = (
    "evidence.js",
    "dom.js",
    "network.js",
    "panel.js",
    "groups.js",
    "titles.js",
    "search.js",
    "tables.js",
    "page.js",
)

#: Path of vis-network in pyvis's package.
VIS_NETWORK_PATH = "templates/lib/vis-9.1.2/vis-network.min.js"


class PictureContent(msgspec.Struct, frozen=True):
    entities: list[Entity]  #: most important first
    pairs: list[CoMention]  #: links among them, strongest first
    types: frozenset[str]  #: selected types; empty for all
    episode_count: int  #: episodes in the selection
    focus: str | None = None  #: id of the entity in the middle
    groups: list[NameGroup] = []  #: of all but the focus
    story: list[str] = []  #: sentences that say what the picture shows
    expansions: dict[str, Any] = {}  #: of :func:`kgraph.draw.expansion.choose_expansions`

    @property
    def ids(self) -> list[str]:
        return [entity.id for entity in self.entities]


class View(msgspec.Struct, frozen=True):
    nodes: int  #: how many were drawn
    edges: int


def write_view(
    graph: Graph,
    output: str | Path | BinaryIO,
    *,
    focus: str | None = None,
    depth: int = 1,
    types: frozenset[str] = frozenset(DEFAULT_VIEW_TYPES),
    min_confidence: float = 0.0,
    since: str = "",
    until: str = "",
    episodes: frozenset[str] = frozenset(),
    unlikely: bool = False,
    limit: int = 60,
) -> View:
    """Draw names that are mentioned together as one self-contained HTML file.

    Without a focus, the names with the strongest associations
    (:mod:`kgraph.graph.cooccurrence`) are drawn; with one, its neighbours.

    Args:
        output: a path, written whole or not at all; ``-`` for standard output; or an
            open binary file.
        focus: label, alias or id of the entity to put in the middle, of any type.
        depth: how many steps around the focus.
        types: types of entities to draw, such as ``company``; empty for all.
        min_confidence: lowest confidence of a mention, in [0, 1].
        since, until: first and last day, ISO 8601; "" for no bound.
        episodes: only these, by id, slug, file name or title; empty for all.
        unlikely: whether mentions that are more likely wrong than right count.
        limit: how many names at most.

    Raises:
        UnknownNameError: the focus is no known name.
        InputError: there is nothing to draw.
        ViewTooLargeError: more names than can be read.
        ExportError: the output cannot be written.
    """
    selection = Selection(min_confidence, types, since, until, episodes, unlikely)
    selected, content = choose_content(graph, selection, focus=focus, depth=depth, limit=limit)
    evidence = gather_evidence(selected, content.ids, content.pairs, min_confidence)
    network = build_vis_network(
        content.entities, content.pairs, content.focus, number_groups(content.groups)
    )
    data = make_page_data(content, network, evidence)
    page = render_view_page(make_title(content), make_caption(content), content.story, data)
    with open_output_file(output) as out:
        out.write(page)
    return View(len(content.entities), len(content.pairs))


def choose_content(
    graph: Graph, selection: Selection, *, focus: str | None, depth: int, limit: int
) -> tuple[Graph, PictureContent]:
    """Return the selected part of a graph, and the entities and pairs of it to draw.

    The errors are those of :func:`write_view`.
    """
    types, middle = selection.types, None
    if focus:
        lookup = Lookup(graph.shared.entities, graph.shared.former)
        matches = [entity for entity in lookup.find_all(focus) if entity.type in types]
        middle = matches[0] if matches else look_up_entity(graph.shared, focus)
        if types:
            selection = msgspec.structs.replace(selection, types=types | {middle.type})
    selected = graph.select(selection)
    entities, summaries = selected.shared.entities, selected.shared.summaries.values()
    focus_id = middle.id if middle else None
    candidates = {
        id_
        for id_, e in entities.items()
        if id_ == focus_id or ((not types or e.type in types) and not e.is_generic)
    }
    pairs = list(count_co_mentions(summaries, (), 1, entity_ids=candidates))
    ids = (
        select.select_around(pairs, focus_id, depth, limit)
        if focus_id
        else select.select_strongest(pairs, limit)
    )
    _check_content(ids, selected, middle, depth, selection)
    drawn = {id_: entities[id_] for id_ in ids}
    among = [pair for pair in pairs if pair.source in drawn and pair.target in drawn]
    groups = find_groups(list(drawn.values()), select.keep_ties(among), focus_id)
    return selected, PictureContent(
        entities=list(drawn.values()),
        pairs=select.select_backbone(pairs, ids, focus_id),
        types=types,
        episode_count=len(summaries),
        focus=focus_id,
        groups=groups,
        story=tell_story(drawn, select.keep_ties(among), groups, focus_id, len(summaries)),
        expansions=choose_expansions(entities, pairs, ids),
    )


def _advise_widening(selection: Selection) -> str:
    """Return the options that would let more of the graph in, of those that bound a selection."""
    steps = {
        "lower --min-confidence": selection.min_confidence > 0,
        "widen --since and --until": selection.since or selection.until,
        "add a --type": selection.types,
        "choose more episodes": selection.episodes,
        "add --unlikely": not selection.unlikely,
    }
    *firsts, last = [step for step, helps in steps.items() if helps] or ["add episodes"]
    return f"{', '.join(firsts)} or {last}" if firsts else last


def _check_content(
    ids: Sequence[str], selected: Graph, middle: Entity | None, depth: int, selection: Selection
) -> None:
    """Refuse a picture of nothing, or of too many names to read."""
    if not ids:
        raise InputError(
            f"nothing to draw: in {pluralize(len(selected.shared.summaries), 'episode')} no two "
            f"names are mentioned together: {_advise_widening(selection)}"
        )
    entity = selected.shared.entities.get(middle.id) if middle else None
    if middle and not (entity and entity.episodes):
        adverts = f"; {entity.advertised} only advertise it" if entity and entity.advertised else ""
        unlikely = f"; {entity.unlikely} unlikely" if entity and entity.unlikely else ""
        raise InputError(
            f"{middle.label}: no episode mentions it within these bounds{adverts}{unlikely}: "
            f"{_advise_widening(msgspec.structs.replace(selection, types=frozenset()))}"
        )
    if len(ids) > MAX_VIEW_NODES:
        name = shlex.quote((middle or selected.shared.entities[ids[0]]).label)
        steps = f" --depth {depth - 1}" if middle and depth > 1 else ""
        raise ViewTooLargeError(
            f"{len(ids)} names: a picture can show at most {MAX_VIEW_NODES}: try "
            f"`kgraph view --focus {name}{steps} --limit 60`, or bound it by --since and "
            f"--until with --limit {MAX_VIEW_NODES}"
        )


# -- the page's texts and data ------------------------------------------------------


def make_title(content: PictureContent) -> str:
    for entity in content.entities:
        if entity.id == content.focus:
            return f"{entity.label} and the {_join_plurals(content)} around it"
    return f"{_join_plurals(content).capitalize()} mentioned together"


def _join_plurals(content: PictureContent) -> str:
    plurals = [plural for type_, plural in TYPE_PLURALS.items() if type_ in content.types]
    return plurals[0] if len(plurals) == 1 else "names"


def make_caption(content: PictureContent) -> str:
    """Return what a picture holds, and what its lines are."""
    sure = sum(pair.association > 0 for pair in content.pairs)
    if sure:
        lines = "occur in the same episodes more often than chance would predict"
        lines += "; where it is dotted, that may be chance" if sure < len(content.pairs) else ""
    else:
        lines = "occur in the same episodes, which are too few to tell from chance"
    return (
        f"{pluralize(len(content.entities), 'name')} and {pluralize(len(content.pairs), 'link')} "
        f"from {pluralize(content.episode_count, 'episode')}. A line joins names that {lines}."
    )


def make_page_data(content: PictureContent, network: Network, evidence: Evidence) -> dict[str, Any]:
    """Return the data of the page's scripts (``assets/*.js``), ready for JSON."""
    nodes, edges, *_ = network.get_network_data()
    types = {e.type for e in content.entities}
    types |= {thing["type"] for thing in content.expansions.get("things", {}).values()}
    panels = {}
    for entity in content.entities:
        spellings = sorted(entity.surfaces, key=lambda s: (-entity.surfaces[s], s))
        panels[entity.id] = {
            "label": entity.label,
            "type": entity.type,
            "kind": entity.kind,
            "spellings": [s for s in spellings if s != entity.label][:MAX_PANEL_SPELLINGS],
            "confidence": round(entity.confidence, 3),
            **msgspec.structs.asdict(evidence.supports[(entity.id,)]),
        }
    return {
        "focus": content.focus,
        "nodes": nodes,
        "edges": edges,
        "options": network.options,
        "frame": measure_bounds(nodes),
        "groups": msgspec.to_builtins(content.groups),
        "more": content.expansions,
        "types": [
            {"type": type_, "plural": plural}
            for type_, plural in TYPE_PLURALS.items()
            if type_ in types
        ],
        "things": panels,
        "links": {
            edge["id"]: {
                "source": pair.source,
                "target": pair.target,
                "association": round(pair.association, 3),
                "confidence": round(pair.confidence, 3),
                **msgspec.structs.asdict(evidence.supports[(pair.source, pair.target)]),
            }
            for edge, pair in zip(edges, content.pairs, strict=True)
        },
        "episodes": evidence.episodes,
        "quotes": evidence.quotes,
    }


def render_view_page(title: str, caption: str, story: Sequence[str], data: Any) -> bytes:
    """Render the page as UTF-8, from plain texts and the data of the scripts, ready for JSON.

    Raises:
        ExportError: the installation of pyvis has no vis-network.
    """
    try:
        library = resources.files("pyvis").joinpath(VIS_NETWORK_PATH).read_text("utf-8")
    except OSError as error:
        raise ExportError(
            f"pyvis/{VIS_NETWORK_PATH}: {error.strerror}: install pyvis 0.3.2 again"
        ) from error
    # Without this a browser requests the source map, which is not in the page.
    library = library.partition("\n//# sourceMappingURL=")[0]
    script = "\n".join(strip_module_syntax(_read_asset(name)) for name in SCRIPT_MODULES)
    style = legend.css_system_variables(_group_colours()) + _read_asset("page.css")
    page = Template(_read_asset("page.html")).substitute(
        policy=make_policy((library, script), style),
        title=escape_html(title),
        caption=escape_html(caption),
        story=" ".join(f"<span>{escape_html(sentence)}</span>" for sentence in story),
        style=style,
        data=encode_json_block(data),
        library=library,
        script=script,
    )
    return page.encode()


def _group_colours() -> dict[str, tuple[str, str]]:
    return {f"group-{number}": pair for number, pair in enumerate(GROUP_COLOURS)}


def _read_asset(name: str) -> str:
    return resources.files("kgraph.draw").joinpath("assets", name).read_text("utf-8")


# -- the picture --------------------------------------------------------------------

BACKGROUND_COLOUR, TEXT_COLOUR, LINE_COLOUR = legend.BACKGROUNDS[0], "#1c1e21", "#9aa3ad"
MARGIN_PX = 12  #: around all marks


class Sketch(msgspec.Struct, frozen=True):
    """A picture, and how many nodes and edges it shows."""

    svg: str
    nodes: int
    edges: int

    def _repr_html_(self) -> str:
        return self.svg


def draw_sketch(
    graph: Graph, selection: Selection, *, focus: str | None = None, depth: int = 1, limit: int = 25
) -> Sketch:
    """Draw names that are mentioned together; see :func:`kgraph.draw.write_view`."""
    _, content = choose_content(graph, selection, focus=focus, depth=depth, limit=limit)
    network = build_vis_network(
        content.entities, content.pairs, content.focus, number_groups(content.groups)
    )
    left, top, right, bottom = measure_bounds(network.nodes)
    width, height = right - left + 2 * MARGIN_PX, bottom - top + 2 * MARGIN_PX
    box = f"{left - MARGIN_PX:.0f} {top - MARGIN_PX:.0f} {width:.0f} {height:.0f}"
    title, caption = escape_html(make_title(content)), escape_html(make_caption(content))
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img" '
        f'aria-label="{title}" width="{width:.0f}" height="{height:.0f}" '
        f'style="max-width:100%;height:auto;background:{BACKGROUND_COLOUR}" '
        f'font-family="sans-serif" font-size="{FONT_PX}" text-anchor="middle">',
        f"<title>{title}</title>",
        f"<desc>{caption}</desc>",
        f'<g stroke="{LINE_COLOUR}">',
    ]
    nodes = {node["id"]: node for node in network.nodes}
    for edge in network.edges:
        source, target = nodes[edge["from"]], nodes[edge["to"]]
        dots = " ".join(map(str, CHANCE_DASHES if edge["dashes"] == CHANCE_DASHES else (6, 4)))
        dashes = f' stroke-dasharray="{dots}"' if edge["dashes"] else ""
        lines.append(
            f'<line x1="{source["x"]}" y1="{source["y"]}" x2="{target["x"]}" y2="{target["y"]}" '
            f'stroke-width="{edge["width"]}"{dashes}/>'
        )
    lines.append("</g>")
    for node, entity in zip(network.nodes, content.entities, strict=True):
        tooltip = f"{entity.label}: {entity.type}, {pluralize(entity.episodes, 'episode')}"
        x, y, size = node["x"], node["y"], node["size"]
        colour = legend.TYPE_STYLES[node["group"]].light
        corners = legend.svg_points(node["shape"], x, y, size)
        disc = f'<circle cx="{x}" cy="{y}" r="{size}"/>'
        shape = f'<polygon points="{corners}"/>' if corners else disc
        rim = TEXT_COLOUR if node.get("borderWidth", 0) > 2 else BACKGROUND_COLOUR
        lines.append(
            f'<g><title>{escape_html(tooltip)}</title><g fill="{colour}" stroke="{rim}" '
            f'stroke-width="1.5">{shape}</g><text x="{x}" y="{y + size + FONT_PX}" '
            f'fill="{TEXT_COLOUR}" stroke="{BACKGROUND_COLOUR}" stroke-width="4" '
            f'paint-order="stroke">{escape_html(node["label"])}</text></g>'
        )
    svg = "\n".join([*lines, "</svg>"])
    return Sketch(svg, len(content.entities), len(content.pairs))
