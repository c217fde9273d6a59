"""Differences between two graphs: things and edges gained, lost, renamed, retyped, merged, moved.

Takes the shared data of both; gives :class:`Changes`.

Invariant: a thing with the same id and another label counts as renamed, and so does a thing that
another id replaces (``replaces``). A thing with the same key and another type counts as retyped,
and one that goes into a thing which was there before as merged. An episode whose id leads to
another one now (``former``), as when its file was renamed, counts as moved; several, or into one
that was there before, as merged.
None of them, nor their mentions, counts as gained or lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import msgspec

from kgraph.graph.records import Entity, SharedData


class Change(msgspec.Struct, frozen=True):
    """One thing or edge that changed."""

    what: str  #: ``episode``, ``entity`` or ``edge`` (an episode mentions an entity)
    how: str  #: ``gained``, ``lost``, ``renamed``, ``retyped``, ``merged`` or ``moved``
    id: str  #: of the thing as it is now, or was; of an edge, its mention's
    label: str  #: as it is now, or was; of an edge, the entity's and the episode's title
    before: str = ""  #: earlier label if renamed; earlier id if retyped, merged or moved


class Changes(msgspec.Struct, frozen=True):
    """All that changed since an earlier graph."""

    before: str = ""  #: digest of the earlier graph's input; "" when there was none
    after: str = ""  #: digest of this graph's input
    changes: list[Change] = []  #: episodes, then entities, then edges, each by how and id

    def counts(self) -> Counter[tuple[str, str]]:
        """Count the changes by what and how."""
        return Counter((change.what, change.how) for change in self.changes)


def compare_graphs(old: SharedData, new: SharedData) -> Changes:
    """List the changes from one graph to another."""
    moved = _find_moved(old, new)
    parts = (
        _diff_episodes(old, new, moved),
        _diff_entities(old.stated_entities(), new.stated_entities()),
        _diff_mentions(old, new, moved),
    )
    changes = [c for part in parts for c in sorted(part, key=lambda c: (c.how, c.id))]
    return Changes(old.digest, new.digest, changes)


def _find_moved(old: SharedData, new: SharedData) -> dict[str, list[str]]:
    """Return the slugs that lead to an episode by now, which the new graph does not have, by its
    slug."""
    moved: dict[str, list[str]] = {}
    for slug in sorted(old.summaries.keys() - new.summaries.keys()):
        thing = new.former.get(f"episode/{slug}")
        if thing and thing.successor:
            moved.setdefault(thing.successor.removeprefix("episode/"), []).append(slug)
    return moved


def _diff_episodes(
    old: SharedData, new: SharedData, moved: Mapping[str, list[str]]
) -> Iterator[Change]:
    old_titles, new_titles = _episode_titles(old, new), _episode_titles(new, old)
    for slug, old_slugs in moved.items():
        id_, how = f"episode/{slug}", "merged"
        if slug not in old.summaries:
            del new_titles[id_]
            how = "moved" if len(old_slugs) == 1 else "merged"
        for old_id in (f"episode/{old_slug}" for old_slug in old_slugs):
            yield Change("episode", how, id_, new.summaries[slug].title, old_id)
            del old_titles[old_id]
    yield from _compare_labels("episode", old_titles, new_titles)


def _episode_titles(shared: SharedData, other: SharedData) -> dict[str, str]:
    """Return the titles of the episodes that may differ from those of another graph, by id."""
    others = other.summaries
    return {
        f"episode/{slug}": summary.title
        for slug, summary in shared.summaries.items()
        if others.get(slug) is not summary
    }


def _compare_labels(what: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    for id_ in new.keys() - old.keys():
        yield Change(what, "gained", id_, new[id_])
    for id_ in old.keys() - new.keys():
        yield Change(what, "lost", id_, old[id_])
    for id_ in new.keys() & old.keys():
        if old[id_] != new[id_]:
            yield Change(what, "renamed", id_, new[id_], old[id_])


def _diff_entities(old: Mapping[str, Entity], new: Mapping[str, Entity]) -> Iterator[Change]:
    old_labels = {id_: entity.label for id_, entity in old.items()}
    new_labels = {id_: entity.label for id_, entity in new.items()}
    for old_id, id_ in sorted(_map_replaced(new).items()):
        if old_id in old:
            old_label = old_labels.pop(old_id)
            if id_ in old:
                yield Change("entity", "merged", id_, new[id_].label, old_id)
            elif old[old_id].key == new[id_].key:
                yield Change("entity", "retyped", id_, new[id_].label, old_id)
            else:
                yield Change("entity", "renamed", id_, new[id_].label, old_label)
            if id_ not in old:
                new_labels.pop(id_, None)
    lost = sorted(old_labels.keys() - new.keys(), reverse=True)
    lost_by_key = {old[id_].key: id_ for id_ in lost}
    for id_ in sorted(new_labels.keys() - old.keys()):
        if old_id := lost_by_key.pop(new[id_].key, ""):
            yield Change("entity", "retyped", id_, new_labels.pop(id_), old_id)
            del old_labels[old_id]
    yield from _compare_labels("entity", old_labels, new_labels)


def _map_replaced(entities: Mapping[str, Entity]) -> dict[str, str]:
    """Map each id that a judgement removed to its successor's."""
    return {
        old_id: id_
        for id_, entity in entities.items()
        for old_id in entity.replaces
        if old_id not in entities
    }


def _diff_mentions(
    old: SharedData, new: SharedData, moved: Mapping[str, list[str]]
) -> Iterator[Change]:
    """Yield the mentions gained and lost, in adverts or not, by episodes that are in both graphs
    or have moved.

    A mention that becomes unlikely is lost, and gained when it no longer is.
    """
    successors = _map_replaced(new.entities)
    for slug in (new.summaries.keys() & old.summaries.keys()) | moved.keys():
        after, slugs = new.summaries[slug], (slug, *moved.get(slug, ()))
        before = [old.summaries[old_slug] for old_slug in slugs if old_slug in old.summaries]
        if before[0] is after and len(before) == 1 and not successors:
            continue
        new_ids = after.mentions.keys() | after.adverts.keys()
        mentioned = (id_ for summary in before for id_ in (*summary.mentions, *summary.adverts))
        old_ids = {successors.get(id_, id_) for id_ in mentioned}
        for how, ids in (("gained", new_ids - old_ids), ("lost", old_ids - new_ids)):
            for id_ in ids:
                label = (new.entities.get(id_) or old.entities[id_]).label
                yield Change("edge", how, f"mention/{slug}/{id_}", f"{label} in {after.title}")
