"""What changed between two graphs: things and edges gained, lost, renamed, retyped.

Takes what the recordings of the one and of the other share; gives :class:`Changes`.

Invariant: a thing that keeps its id but not its label was renamed, and so was one whose place
another takes (``replaces``), with its mentions; one that keeps its key but not its type was
retyped. None of them is gained or lost.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from kgraph.graph.records import Entity, EpisodeSummary, SharedData


class Change(msgspec.Struct, frozen=True):
    """One thing or edge that changed.

    Attributes:
        what: ``episode``, ``entity`` or ``edge`` (that an episode mentions an entity).
        how: ``gained``, ``lost``, ``renamed`` or ``retyped``.
        id: of the thing as it is now, or was; of an edge, its mention's.
        label: as it is now, or was; of an edge, the entity's, and the episode's title.
        before: what it was, where it was renamed or retyped: its label, or its id.
    """

    what: str
    how: str
    id: str
    label: str
    before: str = ""


class Changes(msgspec.Struct, frozen=True):
    """What changed since an earlier graph.

    Attributes:
        before: digest of the input that made the earlier graph; "" when there was none.
        after: digest of the input that made this one.
        changes: episodes, then entities, then edges, each by how and id.
    """

    before: str = ""
    after: str = ""
    changes: list[Change] = []

    def counts(self) -> dict[tuple[str, str], int]:
        """How many changes of each kind, by what and how."""
        found: dict[tuple[str, str], int] = {}
        for change in self.changes:
            found[change.what, change.how] = found.get((change.what, change.how), 0) + 1
        return found


def compare_graphs(old: SharedData, new: SharedData) -> Changes:
    """What changed from one graph to another."""
    return Changes(
        old.digest,
        new.digest,
        [
            *_diff_episodes(old.summaries, new.summaries),
            *_diff_entities(old.entities, new.entities),
            *_diff_edges(old, new),
        ],
    )


def _diff_episodes(
    old: Mapping[str, EpisodeSummary], new: Mapping[str, EpisodeSummary]
) -> list[Change]:
    found = [_episode_change("gained", slug, new[slug]) for slug in new.keys() - old.keys()]
    found += [_episode_change("lost", slug, old[slug]) for slug in old.keys() - new.keys()]
    found += [
        _episode_change("renamed", slug, new[slug], old[slug].title)
        for slug in new.keys() & old.keys()
        if old[slug].title != new[slug].title
    ]
    return _sort_changes(found)


def _episode_change(how: str, slug: str, outline: EpisodeSummary, before: str = "") -> Change:
    return Change("episode", how, f"episode/{slug}", outline.title, before)


def _diff_entities(old: Mapping[str, Entity], new: Mapping[str, Entity]) -> list[Change]:
    gained = {id_: new[id_] for id_ in new.keys() - old.keys()}
    lost = {id_: old[id_] for id_ in old.keys() - new.keys()}
    found = []
    for before, after in sorted(_map_replaced(new).items()):
        if before in lost:
            was, now = lost.pop(before), new[after]
            how, said = ("retyped", before) if was.key == now.key else ("renamed", was.label)
            found.append(Change("entity", how, after, now.label, said))
            gained.pop(after, None)
    by_key = {entity.key: id_ for id_, entity in sorted(lost.items(), reverse=True)}
    for id_, entity in sorted(gained.items()):
        if before := by_key.pop(entity.key, ""):
            del lost[before]
            found.append(Change("entity", "retyped", id_, entity.label, before))
        else:
            found.append(Change("entity", "gained", id_, entity.label))
    found += [Change("entity", "lost", id_, entity.label) for id_, entity in lost.items()]
    found += [
        Change("entity", "renamed", id_, new[id_].label, old[id_].label)
        for id_ in new.keys() & old.keys()
        if old[id_].label != new[id_].label
    ]
    return _sort_changes(found)


def _map_replaced(entities: Mapping[str, Entity]) -> dict[str, str]:
    """Id that a judgement took away -> that of the thing which stands in its place."""
    return {
        before: id_
        for id_, entity in entities.items()
        for before in entity.replaces
        if before not in entities
    }


def _diff_edges(old: SharedData, new: SharedData) -> list[Change]:
    """Mentions gained and lost in episodes that both graphs hold."""
    found = []
    successors = _map_replaced(new.entities)
    for slug in new.summaries.keys() & old.summaries.keys():
        after = _named_entities(new.summaries[slug])
        before = {successors.get(id_, id_) for id_ in _named_entities(old.summaries[slug])}
        title = new.summaries[slug].title
        for how, ids in (("gained", after - before), ("lost", before - after)):
            found += [
                Change(
                    "edge",
                    how,
                    f"mention/{slug}/{id_}",
                    f"{(new.entities.get(id_) or old.entities[id_]).label} in {title}",
                )
                for id_ in ids
            ]
    return _sort_changes(found)


def _named_entities(outline: EpisodeSummary) -> set[str]:
    """All that it mentions, in adverts or not."""
    return outline.mentions.keys() | outline.adverts.keys()


def _sort_changes(found: list[Change]) -> list[Change]:
    return sorted(found, key=lambda change: (change.how, change.id))
