"""Names that the episodes of a theme or a show mention more often than others do.

Ties are those of :mod:`kgraph.graph.cooccurrence`. The episodes of a show are all of one show, so
that one show is enough for its ties.
"""

from __future__ import annotations

from kgraph.analysis.comparing import list_episodes_of
from kgraph.base.entity_types import ENTITY_TYPES
from kgraph.base.errors import InputError
from kgraph.graph import SharedData
from kgraph.graph.cooccurrence import MIN_TIE_SHOWS, expected_counts, rank_ties
from kgraph.graph.lookup import Lookup, find_theme_by_label
from kgraph.query.parameters import QueryArguments, text_arg
from kgraph.query.table import Finding, Findings
from kgraph.store import Store

GROUP_NAME_COLUMNS = ("name", "type", "episodes", "lift", "association")


def rank_group_names(store: Store, arguments: QueryArguments) -> Findings:
    """Rank what the episodes of a theme or a show mention; the score is the association.

    Raises:
        InputError: neither a theme nor a show has the name.
    """
    entities, summaries = store.shared.entities, store.shared.summaries
    id_, class_ = (
        choose_group(store.shared, text_arg(arguments, "of")),
        text_arg(arguments, "type"),
    )
    types = [type_ for type_, spec in ENTITY_TYPES.items() if spec.class_ == f"kg:{class_}"]
    is_show = id_ in entities
    own = (
        [slug for slug, summary in summaries.items() if summary.show == id_]
        if is_show
        else list_episodes_of(store, id_)
    )
    ties = rank_ties(
        summaries,
        entities,
        dict.fromkeys(own, 1.0),
        expected_counts(summaries.values()),
        types,
        excluded=id_,
        min_shows=1 if is_show else MIN_TIE_SHOWS,
    )
    findings = []
    for tie in ties:
        entity = entities[tie.id]
        cells = (entity.label, entity.type, tie.episodes, tie.lift, tie.association)
        findings.append(Finding(cells, (tie.id,), tie.association))
    return Findings(GROUP_NAME_COLUMNS, findings)


def choose_group(shared: SharedData, id_: str) -> str:
    """Return the id of the theme or show that has an id, or the name of the entity of that id.

    Raises:
        InputError: there is neither.
    """
    if id_ in shared.themes or id_.startswith("show/"):
        return id_
    label = shared.entities[id_].label
    shows = (e.id for e in Lookup.cached_for(shared).find_by_label(label) if e.type == "show")
    if group := find_theme_by_label(shared, label) or next(shows, ""):
        return group
    raise InputError(
        f"of={label}: {id_} is neither a theme nor a show: `kgraph query associated` tells what is "
        "mentioned together with it",
        parameter="of",
    )
