"""Remarks on what the values of a query's parameters were taken for, and on what they leave out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kgraph.base.text import local_id, name_key, pluralize, shorten
from kgraph.graph import SharedData
from kgraph.graph.lookup import Lookup, explain_naming, list_theme_namesakes
from kgraph.graph.term_lookup import find_theme_by_label, list_topics_and_tags
from kgraph.query.parameters import (
    FIRST_DAY,
    NAME_SEPARATOR,
    PARAMETER_TYPES,
    Parameter,
    resolve_value,
)


def describe_substitutions(
    shared: SharedData, parameters: Iterable[Parameter], arguments: Mapping[str, str]
) -> list[str]:
    """Report texts that were resolved to something of another name, and the episodes without
    a date that a first day leaves out."""
    remarks = []
    for parameter in parameters:
        if text := arguments.get(parameter.name, ""):
            for single, name in _split_things(parameter, text):
                remarks += _describe_choice(shared, single, name)
            remarks += _describe_left_out(shared, parameter, text)
    return remarks


def _split_things(parameter: Parameter, text: str) -> Iterator[tuple[Parameter, str]]:
    """Yield each name of a text, with the parameter that takes it alone."""
    if parameter.type != "things":
        yield parameter, text
        return
    single = Parameter(parameter.name, "thing", "", parameter.words)
    yield from ((single, name.strip()) for name in text.split(NAME_SEPARATOR) if name.strip())


def _describe_choice(shared: SharedData, parameter: Parameter, text: str) -> list[str]:
    """Report that a name was taken for something of another name, and what has the name, too."""
    if not PARAMETER_TYPES[parameter.type].is_iri:
        return []
    id_ = str(resolve_value(shared, parameter, text))
    if naming := explain_naming(shared, text, id_):
        return [f"{parameter.name}={naming}"]
    find_label = PARAMETER_TYPES[parameter.type].find_label
    if not find_label or id_ == local_id(text):
        return []
    given, label = f"{parameter.name}={shorten(text)}", find_label(shared, id_)
    rivals = _list_rivals(shared, parameter, text, id_)
    also = f"; also of that name: {', '.join(rivals)}" if rivals else ""
    remarks = []
    if also or name_key(label) != name_key(text):
        remarks.append(f"{given}: taken for {label} ({id_}){also}")
    theme = find_theme_by_label(shared, text)
    if theme and theme != id_ and parameter.type in ("entity", "thing"):
        way = f"--param {parameter.name}={theme}"
        way = way if parameter.type == "thing" else f"kgraph show {theme}"
        remarks.append(f"{given} is a theme, too: {way}")
    return remarks


def _list_rivals(shared: SharedData, parameter: Parameter, text: str, id_: str) -> list[str]:
    """Return the ids of other things that a name may mean; none of what is rarely called so."""
    if parameter.type in ("thing", "group") and id_ in shared.themes:
        return list_theme_namesakes(shared, text, id_)
    if parameter.type == "thing" and id_ in shared.topics:
        return [term for term in list_topics_and_tags(shared, text) if term != id_]
    if parameter.type not in ("entity", "thing") or id_ not in shared.entities:
        return []
    meant = Lookup.cached_for(shared).find_meant(text)
    return [entity.id for entity in meant if entity.id != id_]


def _describe_left_out(shared: SharedData, parameter: Parameter, text: str) -> list[str]:
    """Report how many episodes of the graph a first day leaves out, since they have no date."""
    if parameter.default != FIRST_DAY or resolve_value(shared, parameter, text) == FIRST_DAY:
        return []
    undated = sum(not summary.date for summary in shared.summaries.values())
    verb = "has" if undated == 1 else "have"
    left_out = f"{pluralize(undated, 'episode')} of the graph {verb} no date and"
    counts = "does not count" if undated == 1 else "do not count"
    return [f"{parameter.name}={shorten(text)}: {left_out} {counts}"] if undated else []
