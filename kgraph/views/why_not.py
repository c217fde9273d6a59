"""Why two names are not one thing, or why an episode does not mention one or is not about a theme.

Which of the two is asked depends on the names: one of them is an episode if it is an id, a slug or
a file name of one, or if no entity has it and an episode has it for its title.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import Annotated

from kgraph.base.errors import InputError, UnknownNameError, blame_parameter
from kgraph.base.lexicon import EntryLookup
from kgraph.base.text import MAX_SUGGESTIONS, local_id, name_key, shorten
from kgraph.graph import Entity, EpisodeGraph
from kgraph.graph.absence import unknown_name_error
from kgraph.graph.episode_lookup import choose_episode, find_episodes
from kgraph.graph.term_lookup import find_theme
from kgraph.ingest.files import has_episode_suffix
from kgraph.operations.request import Request, ThingName, describe_name
from kgraph.resolve.judgement import (
    make_judgement,
)
from kgraph.resolve.name_counts import find_judged_name
from kgraph.views.audit import suggest_judge_commands
from kgraph.views.episode_problems import find_read_episodes
from kgraph.views.name_rows import (
    explain_rejected,
    has_name,
    list_names,
)
from kgraph.views.open_graph import OpenGraph
from kgraph.views.reasons import (
    Claim,
    Explanation,
    JudgementCitations,
    cut_claims,
    list_undo_commands,
    make_claim,
    make_explanation,
    make_row_claim,
)
from kgraph.views.replay import (
    BuildKnowledge,
    find_lexicon_entity,
    judge_meaning,
    load_build_knowledge,
)
from kgraph.views.rivals import explain_candidacy, explain_difference, find_nearest
from kgraph.views.shows import explain_undecided_show
from kgraph.views.text_hits import explain_places, explain_unread, find_in_text
from kgraph.views.why import explain_mention, explain_show, find_edges
from kgraph.views.why_terms import explain_near_themes, explain_terms


class WhyNotRequest(Request, frozen=True):
    """Parameters of why not."""

    name: ThingName
    other: Annotated[
        str, describe_name("thing", "another one, or an episode: its file name, title or id")
    ]


def explain_why_not(graph: OpenGraph, request: WhyNotRequest) -> Explanation:
    """Tell why two names are not one thing, or why an episode does not mention a name or is not \
about a theme: lexicon, types, judgements, the candidate that came nearest, rejected rows, what \
the text has.

    Raises:
        InputError: both names are episodes.
        UnknownNameError: a name is unknown; similar ones are suggested.
        AmbiguousNameError: it is a ticker of entities of several types.
    """
    asked = {"name": request.name, "other": request.other}
    episodes = {key: _find_episodes_meant(graph, name) for key, name in asked.items()}
    if all(episodes.values()):
        raise InputError(
            f"{shorten(request.name)} and {shorten(request.other)} are both episodes: give at "
            "least one name of something that episodes mention"
        )
    of_episode = next((key for key, slugs in episodes.items() if slugs), "")
    things: dict[str, Entity] = {}
    absences: list[UnknownNameError] = []
    # Files go first: one that was left out is the answer, whatever the other name is.
    for key in sorted(asked, key=lambda key: not has_episode_suffix(asked[key])):
        if key != of_episode:
            try:
                with blame_parameter(key):
                    things[key] = _find_thing(graph, asked[key])
            except UnknownNameError as error:
                if not of_episode:
                    raise
                absences.append(error)
    if not of_episode:
        pair = (request.name, request.other)
        return explain_difference(graph, pair, (things["name"], things["other"]))
    [name] = (name for key, name in asked.items() if key != of_episode)
    entity = next(iter(things.values()), None)
    ids = [entity.id] if entity else []
    names = (name, *(list_names(entity) if entity else ()))
    read = graph.store.episode
    with blame_parameter(of_episode):
        slug = choose_episode(
            graph.summaries,
            asked[of_episode],
            episodes[of_episode],
            lambda slug: any(find_edges(graph, read(slug), name, ids)),
            lambda slug: bool(find_in_text(read(slug), names)),
        )
    explanation = _explain_absence(graph, read(slug), name, entity)
    if absences and explanation.trees[0].kind == "absent":
        raise absences[0]
    return explanation


def _find_episodes_meant(graph: OpenGraph, name: str) -> list[str]:
    """Return the slugs of the episodes that a name may mean."""
    try:
        slugs = find_episodes(graph.summaries, name, graph.shared.former)
    except UnknownNameError:
        return []
    slug = local_id(name).removeprefix("episode/")
    is_title = name_key(name) == name_key(graph.summaries[slugs[0]].title)
    if slugs == [slug] or f"episode/{slug}" in graph.shared.former or not is_title:
        return slugs
    return [] if graph.lookup.find_all(name) else slugs


def _find_thing(graph: OpenGraph, name: str) -> Entity:
    """Return the entity that a name means, or that an entry of the lexicon would be."""
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
        names = tuple(sorted({entry.short_name, *entry.aliases} - {entry.name}))
        key = name_key(entry.name)
        return Entity(entry.type, key, entry.name, {}, kind=entry.kind, aliases=names)
    similar = list(unknown.suggestions)
    try:
        find_read_episodes(graph.store, name)
    except UnknownNameError as error:
        if has_episode_suffix(name):
            raise
        similar = [*similar, *error.suggestions][:MAX_SUGGESTIONS]
    raise unknown_name_error(explain_rejected(graph, name), similar) from unknown


# -- an episode -------------------------------------------------------------------------


def _explain_absence(
    graph: OpenGraph, episode: EpisodeGraph, name: str, entity: Entity | None
) -> Explanation:
    """Tell why an episode does not mention something or is not about it, or that it is so."""
    known, citations = load_build_knowledge(graph.store), JudgementCitations(graph.store)
    label = entity.label if entity else name
    line, note = graph.make_episode_line(episode.slug), known.note
    trees = _explain_edges(graph, episode, entity, citations)
    if any(tree.kind in ("mentions", "belongs") for tree in trees):
        things = tuple(tree.thing for tree in trees if tree.thing)
        return make_explanation(trees, True, things=things, episode=line, note=note)
    theme = "" if entity else find_theme(graph.shared, name)
    if theme:
        about = list(explain_terms(graph, episode, name, citations))
        near, need = ([], "") if about else explain_near_themes(graph, episode, theme)
        things = (graph.make_ref(theme),)
        return make_explanation(
            [*about, *near], bool(about), things=things, episode=line, note=need
        )
    names = (name, *(list_names(entity) if entity else ()))
    commands = _judge_rows(episode, entity, frozenset(map(name_key, names)))
    trees += _explain_other_rows(graph, episode, entity, names, citations)
    show, show_commands = _explain_other_show(graph, episode, entity, name, citations)
    trees += show
    if not trees or trees[0].kind not in ("unlikely", "advertises"):
        trees += _explain_texts(graph, known, episode, entity, names, citations=citations)
    return make_explanation(
        trees or [make_claim("absent", {"label": label})],
        False,
        things=tuple(filter(None, [graph.find_ref(entity.id) if entity else None])),
        episode=line,
        commands=(*list_undo_commands(trees), *commands, *show_commands),
        note=note,
    )


def _explain_edges(
    graph: OpenGraph, episode: EpisodeGraph, entity: Entity | None, citations: JudgementCitations
) -> list[Claim]:
    """Return the edges of an episode to an entity itself."""
    if entity is None:
        return []
    trees = [
        explain_mention(graph, episode, mention, citations)
        for mention in episode.mentions
        if mention.target == entity.id
    ]
    if episode.show and episode.show.target == entity.id:
        trees.append(explain_show(graph, episode, citations))
    return trees


def _explain_other_rows(
    graph: OpenGraph,
    episode: EpisodeGraph,
    entity: Entity | None,
    names: Sequence[str],
    citations: JudgementCitations,
) -> Iterator[Claim]:
    """Yield what the rows of a name were taken for that are not the entity's, rejected ones first.

    They are the decisions that were made instead."""
    keys = frozenset(map(name_key, names))
    for mention in sorted(episode.mentions, key=lambda mention: mention.is_accepted):
        rows = [row for row in mention.rows if has_name(row.surface, keys)]
        if not rows or (entity and mention.target == entity.id):
            continue
        thing = graph.make_ref(mention.target) if mention.is_accepted else None
        ranked = sorted(rows, key=lambda row: -row.confidence)
        claims = [make_row_claim(episode, mention, row, citations, thing) for row in ranked]
        yield make_claim(
            "elsewhere" if thing else "rejected",
            {"label": names[0], "other": thing.label if thing else ""},
            confidence=mention.confidence,
            rule=mention.rule,
            thing=thing,
            rows=len(rows),
            **cut_claims(claims),
        )


def _judge_rows(
    episode: EpisodeGraph, entity: Entity | None, keys: frozenset[str]
) -> tuple[str, ...]:
    """Return the judgements that would make rows of other outcomes the entity."""
    commands: dict[str, None] = {}
    for mention in episode.mentions:
        for row in mention.rows:
            if not has_name(row.surface, keys) or (entity and mention.target == entity.id):
                continue
            own = suggest_judge_commands(row.surface, mention.label, mention.type, row.rule)
            if not mention.is_accepted:
                commands.update(dict.fromkeys(own[1:]))
            elif own and entity:
                judged = find_judged_name(row.surface, mention.label)
                commands[_suggest_same(entity, judged)] = None
    return tuple(commands)


def _suggest_same(entity: Entity, name: str) -> str:
    """Return the judgement that a name is an entity: by its type, if it is called so."""
    try:
        make_judgement("same", (entity.id, name))
    except InputError:
        return shlex.join(["kgraph", "judge", "type", "--type", entity.type, "--", name])
    return shlex.join(["kgraph", "judge", "same", "--", entity.id, name])


def _explain_other_show(
    graph: OpenGraph,
    episode: EpisodeGraph,
    entity: Entity | None,
    name: str,
    citations: JudgementCitations,
) -> tuple[list[Claim], tuple[str, ...]]:
    """Return why an episode does not belong to a show, and the judgements that would change it."""
    judged = episode.judged_show
    key = entity.key if entity else name_key(local_id(name).rpartition("/")[2])
    judged_keys = {key.rpartition("/")[2] for key in judged.keys} if judged else set()
    undecided = None if episode.show else explain_undecided_show(graph.store, episode)
    stated = set(map(name_key, undecided.stated_shows)) if undecided else set()
    is_show = entity is not None and entity.type == "show"
    if not is_show and key not in judged_keys | stated:
        return [], ()
    words = undecided.words if undecided else f"its show is {episode.show and episode.show.label}"
    reasons = undecided.reasons if undecided else episode.show.reasons if episode.show else ()
    because = (*(judged.reasons if judged else ()), *reasons)
    claim = make_claim(
        "other-show",
        {"label": entity.label if entity else name, "words": words},
        because=citations.cite_reasons(dict.fromkeys(because)),
    )
    return [claim], undecided.commands if undecided else ()


def _explain_texts(
    graph: OpenGraph,
    known: BuildKnowledge,
    episode: EpisodeGraph,
    entity: Entity | None,
    names: Sequence[str],
    *,
    citations: JudgementCitations,
) -> Iterator[Claim]:
    """Yield what else of an episode has a name: a row that came near to be the entity, entries of
    topics and tags, what could not be read, and the text."""
    label = entity.label if entity else names[0]
    if entity and known.replay:
        nearest, _, _ = find_nearest(known.replay, [episode], entity)
        if nearest and nearest.obstacle != "judgement":
            because = explain_candidacy(graph, nearest, entity, citations)
            yield make_claim("nearest", {"label": label}, because=because)
    yield from explain_unread(graph.store, episode, names)
    yield from explain_terms(graph, episode, names[0], citations)
    if places := find_in_text(episode, names):
        yield make_claim("text", {"label": label}, rows=len(places), **explain_places(places))
