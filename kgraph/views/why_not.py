"""Why two names are not one thing, or why an episode does not mention one.

Which of the two is asked depends on the names: one of them is an episode if it is an id, a slug or
a file name of one, or if no entity has it and an episode has it for its title.
"""

from __future__ import annotations

from kgraph.base.errors import InputError, UnknownNameError, blame_parameter
from kgraph.base.lexicon import EntryLookup
from kgraph.base.text import MAX_SUGGESTIONS, local_id, name_key, shorten
from kgraph.graph import Entity
from kgraph.graph.absence import unknown_name_error
from kgraph.graph.episode_lookup import choose_episode, find_episodes
from kgraph.graph.term_lookup import find_theme
from kgraph.ingest.files import has_episode_suffix
from kgraph.views.episode_problems import find_read_episodes
from kgraph.views.name_rows import explain_rejected, list_names
from kgraph.views.open_graph import OpenGraph
from kgraph.views.replay import find_lexicon_entity, judge_meaning, load_build_knowledge
from kgraph.views.text_hits import find_in_text
from kgraph.views.why import has_edge
from kgraph.views.why_not_episode import AskedAbsence, explain_absence
from kgraph.views.why_not_facts import WhyNotFacts, WhyNotRequest
from kgraph.views.why_not_names import explain_difference
from kgraph.views.why_not_theme import explain_theme_absence


def explain_why_not(
    graph: OpenGraph, request: WhyNotRequest, *, show_folders: bool = False
) -> WhyNotFacts:
    """Tell why two names are not one thing, or why an episode does not mention a name or is not \
about a theme: lexicon, types, judgements, the candidate that came nearest, rejected rows, what \
the text has."""
    name, other = request.name, request.other
    meant = (_find_episodes_meant(graph, name), _find_episodes_meant(graph, other))
    if all(meant):
        raise InputError(
            f"{shorten(name)} and {shorten(other)} are both episodes: give at least one name of "
            "something that episodes mention"
        )
    if meant[0]:
        name, other = other, name
    if not any(meant):
        asked, things = {"name": name, "other": other}, {}
        # Files go first: one that was left out is the answer, whatever the other name is.
        for parameter in sorted(asked, key=lambda key: not has_episode_suffix(asked[key])):
            with blame_parameter(parameter):
                things[parameter] = _find_thing(graph, asked[parameter])
        known = load_build_knowledge(graph.store)
        names, entities = (name, other), (things["name"], things["other"])
        return explain_difference(graph, known, names, entities, show_folders=show_folders)
    absence: UnknownNameError | None = None
    entity = None
    try:
        with blame_parameter("other" if meant[0] else "name"):
            entity = _find_thing(graph, name)
    except UnknownNameError as error:
        absence = error
    with blame_parameter("name" if meant[0] else "other"):
        slug = _choose_episode(graph, other, meant[1] or meant[0], name, entity)
    if absence and (theme := find_theme(graph.shared, name)):
        return explain_theme_absence(graph, theme, slug, request)
    known = load_build_knowledge(graph.store)
    asked_absence = AskedAbsence(name, entity, slug, other)
    facts = explain_absence(graph, known, asked_absence, show_folders=show_folders)
    if absence and facts.reasons[0].kind == "absent":
        raise absence
    return facts


def _find_episodes_meant(graph: OpenGraph, name: str) -> list[str]:
    """Return the slugs of the episodes that a name may mean."""
    try:
        slugs = find_episodes(graph.summaries, name, graph.shared.former)
    except UnknownNameError:
        return []
    slug = local_id(name).removeprefix("episode/")
    if slugs == [slug] or f"episode/{slug}" in graph.shared.former:
        return slugs
    if name_key(name) != name_key(graph.summaries[slugs[0]].title):
        return slugs  # of a file
    return [] if graph.lookup.find_all(name) else slugs


def _choose_episode(
    graph: OpenGraph, episode: str, slugs: list[str], name: str, entity: Entity | None
) -> str:
    """Return which of several episodes has a name: in its rows, or else in its text."""
    read_episode, ids = graph.store.episode, [entity.id] if entity else []
    names = (name, *(list_names(entity) if entity else ()))
    return choose_episode(
        graph.summaries,
        episode,
        slugs,
        lambda slug: has_edge(read_episode(slug), name, ids, graph.shared),
        lambda slug: bool(find_in_text(read_episode(slug), names)),
    )


def _find_thing(graph: OpenGraph, name: str) -> Entity:
    """Return the entity that a name means, or that an entry of the lexicon would be.

    Raises:
        UnknownNameError: there is neither; its suggestions are similar names of entities and
            titles of episodes, and of a file name titles alone.
        AmbiguousNameError: it is a ticker of entities of several types.
    """
    try:
        return graph.lookup.find(name)
    except UnknownNameError as error:
        unknown = error
    if meant := find_lexicon_entity(graph.store, name):
        return meant
    meaning = judge_meaning(graph.store, name).meaning
    if meaning and not graph.lookup.find_by_id(meaning.entity_id):
        lexicon = load_build_knowledge(graph.store).knowledge.lexicon
        matches = map(lexicon.get_entry, lexicon.find_matches(name))
        entry = EntryLookup(lexicon).find_entry(name) or next(matches)
        names = {entry.short_name, *entry.aliases} - {entry.name}
        key = name_key(entry.name)
        return Entity(
            entry.type, key, entry.name, {}, kind=entry.kind, aliases=tuple(sorted(names))
        )
    similar = list(unknown.suggestions)
    try:
        find_read_episodes(graph.store, name)
    except UnknownNameError as error:
        if has_episode_suffix(name):
            raise
        similar = [*similar, *error.suggestions][:MAX_SUGGESTIONS]
    raise unknown_name_error(explain_rejected(graph, name), similar) from unknown
