"""Lookup of themes, topics and tags by the names that people give them.

A theme is found by its label in singular or plural, and by its id, also of an earlier build; a
topic or tag by its id and by each text that makes it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from kgraph.base.text import local_id, name_key
from kgraph.graph.records import Entity, FormerThing, SharedData, TaxonomyTerm
from kgraph.resolve.quotes.themes import normalize_phrase


def terms_as_entities(
    terms: Mapping[str, TaxonomyTerm], former: Mapping[str, FormerThing] | None = None
) -> dict[str, Entity]:
    """Return topics, tags or themes, by id, as entities for a :class:`~kgraph.graph.lookup.Lookup`.

    Args:
        former: ids of earlier builds and their successors, by which terms are found, too.
    """
    entities = {
        id_: Entity(type_, key, term.label, term.spellings, sum(term.spellings.values()))
        for id_, term in terms.items()
        for type_, _, key in (id_.partition("/"),)
    }
    for id_, thing in (former or {}).items():
        if entity := entities.get(thing.successor):
            entity.replaces += (id_,)
    return entities


def find_theme_by_label(shared: SharedData, name: str) -> str:
    """Return the id of the theme whose label is a name, in singular or plural; "" for none."""
    phrase = normalize_phrase(name)
    themes = shared.themes.items()
    return next((id_ for id_, term in themes if normalize_phrase(term.label) == phrase), "")


def find_theme_by_id(shared: SharedData, name: str) -> str:
    """Return the id of the theme of an id or IRI, also of one of an earlier build; "" for none."""
    id_ = local_id(name)
    if id_ in shared.former and shared.former[id_].successor in shared.themes:
        return shared.former[id_].successor
    return id_ if id_ in shared.themes else ""


def find_theme(shared: SharedData, name: str) -> str:
    """Return the id of the theme of an id, IRI or label; "" for none."""
    return find_theme_by_id(shared, name) or find_theme_by_label(shared, name)


def list_topic_and_tag_ids(name: str, kinds: Collection[str] = ("topic", "tag")) -> list[str]:
    """Return the ids that topics and tags of a name, id or IRI have, the likeliest first.

    >>> list_topic_and_tag_ids("C++"), list_topic_and_tag_ids("tag/AI chips", ["tag"])
    (['topic/cplusplus', 'tag/cplusplus'], ['tag/aichips', 'tag/tagaichips'])
    """
    kind, _, text = local_id(name).partition("/")
    ids = [f"{kind}/{name_key(text)}"] if text and kind in kinds else []
    return [*ids, *(f"{kind}/{name_key(name)}" for kind in kinds)]


def find_topic_or_tag(
    shared: SharedData, name: str, kinds: Collection[str] = ("topic", "tag")
) -> str:
    """Return the id of the topic or tag of a name, id or IRI; of both, of the topic; "" for none.

    >>> shared = SharedData(topics={"topic/aichips": TaxonomyTerm("AI chips", {"AI chips": 1})})
    >>> find_topic_or_tag(shared, "ai chips"), find_topic_or_tag(shared, "tag/AI chips")
    ('topic/aichips', '')
    """
    return next(iter(list_topics_and_tags(shared, name, kinds)), "")


def list_topics_and_tags(
    shared: SharedData, name: str, kinds: Collection[str] = ("topic", "tag")
) -> list[str]:
    """Return the ids of the topics and tags of a name, id or IRI, the likeliest first."""
    ids = dict.fromkeys(list_topic_and_tag_ids(name, kinds))
    return [id_ for id_ in ids if id_ in shared.topics or id_ in shared.tags]


def list_terms(shared: SharedData, name: str) -> list[str]:
    """Return the ids of the theme, topic and tag of a name."""
    theme = find_theme_by_label(shared, name)
    return [*filter(None, [theme]), *list_topics_and_tags(shared, name)]
