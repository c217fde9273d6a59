"""Ids of an earlier graph that are no longer in a new one, and the things that they lead to.

Takes the shared data of both graphs and the recordings in question; gives a
:class:`~kgraph.graph.records.FormerThing` for each id. Entities, shows, themes and episodes are
forwarded; their mentions and quotes are not.

The successor is, in this order,
    * the thing that a judgement made of it;
    * the thing that more than half of its evidence names now: the rows of an entity, the episodes
      of a show, the files of an episode, the topics of a theme. Evidence that named both before
      tells nothing. Nor do rows with another name than its own, unless a judgement made them its
      rows: they were taken for it, and are taken for something else now ("Coupon" for Coupang,
      then for Groupon). Rows and episodes are followed to the file's new name, if the episode has
      the same id or the bytes are the same;
    * the new thing of the same name and another type; the new episode that says the same (title,
      body and lists, as after a renaming of its file), or else that of the same title and day.
      Episodes of different days of publication never say the same, nor do those without body and
      lists, and several such episodes lead nowhere.

A successor may be gone for one build and come back, as after a folder was away for a moment. So
what has no successor keeps the id of its last one, and leads to it again when the graph has it, or
to what became of it.

Invariants: no id is that of a thing in the graph, and every successor is one. So a chain over many
builds has one step, there is no circle, and a thing that comes back is forwarded no longer. Nor do
last successors make a circle: each left the graph later than the thing that it succeeded.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from functools import cached_property
from hashlib import sha256

import msgspec
from msgspec.structs import replace

from kgraph.base.counts import rank_counts
from kgraph.base.entity_types import TYPE_NAMES
from kgraph.base.text import name_key, pluralize
from kgraph.graph.records import (
    NAME_REJECTED_BY_JUDGEMENT,
    REJECTED_BY_JUDGEMENT,
    EpisodeGraph,
    FormerThing,
    SharedData,
)
from kgraph.resolve.quotes.themes import find_themes

#: Reads the recordings of some slugs.
EpisodeReader = Callable[[Collection[str]], Iterable[EpisodeGraph]]

#: What names a thing: file ("" for a topic), kind, and text ("" for a file or an episode).
Evidence = tuple[str, str, str]

#: Evidence -> ids of the things that it names.
TargetsByEvidence = dict[Evidence, set[str]]

_encode = msgspec.msgpack.Encoder().encode

JUDGED = "a judgement renamed it, or joined it with another"
LED_AGAIN = "its last successor was not in the graph for a time"


def find_former(
    previous: SharedData,
    read_previous: EpisodeReader,
    new: SharedData,
    read_new: EpisodeReader,
    rejected: Collection[str] = (),
) -> dict[str, FormerThing]:
    """Return what is no longer in a graph, by id: of an earlier graph, and of what that knew.

    Args:
        previous: shared data of the earlier graph.
        new: shared data of the graph, with the ids that judgements replaced. Among these are ids
            that no graph ever had: a judgement on a type replaces those of all other types.
        read_previous, read_new: read recordings of either.
        rejected: keys of the names and ids that judgements reject.
    """
    judged_successors = {
        old_id: entity.id for entity in new.entities.values() for old_id in entity.replaces
    }
    search = _SuccessorSearch(previous, read_previous, new, read_new)
    former = search.find_successors(judged_successors.keys())
    for id_ in search.gone.keys() & judged_successors.keys():
        former[id_] = FormerThing(search.gone[id_], judged_successors[id_], JUDGED)
    for id_, thing in previous.former.items():
        if _has(new, id_):
            continue
        last = thing.successor or thing.last_successor
        later = former.get(thing.successor)
        if id_ in judged_successors:
            former[id_] = FormerThing(thing.label, judged_successors[id_], JUDGED)
        elif later and later.successor:
            former[id_] = replace(thing, successor=later.successor)
        elif _has(new, last):
            former[id_] = thing if thing.successor else FormerThing(thing.label, last, LED_AGAIN)
        else:
            namesake = search.find_namesake(id_, thing.label)
            former[id_] = namesake if namesake.successor else replace(namesake, last_successor=last)
    for id_, thing in former.items():
        if not thing.successor:
            successor = _follow(thing.last_successor, former)
            former[id_] = (
                FormerThing(thing.label, successor, LED_AGAIN)
                if successor
                else _explain_loss(id_, thing, previous, rejected)
            )
    return dict(sorted(former.items()))


def _follow(id_: str, former: Mapping[str, FormerThing]) -> str:
    """Return the successor of a former thing, or of the first of its last ones that has one."""
    while id_ and not former[id_].successor:
        id_ = former[id_].last_successor
    return former[id_].successor if id_ else ""


def _explain_loss(
    id_: str, thing: FormerThing, previous: SharedData, rejected: Collection[str]
) -> FormerThing:
    """Return a thing without a successor with its other names, and whether one is rejected."""
    key, names = name_key(thing.label), previous.former.get(id_, thing).names
    if entity := previous.entities.get(id_):
        names = tuple(sorted({name for name in entity.surfaces if name_key(name) != key}))
    reason = ""
    if not {id_, key}.isdisjoint(rejected):
        reason = REJECTED_BY_JUDGEMENT
    elif not set(map(name_key, names)).isdisjoint(rejected):
        reason = NAME_REJECTED_BY_JUDGEMENT
    return replace(thing, reason=reason, names=names)


def add_former(shared: SharedData, former: dict[str, FormerThing]) -> None:
    """Add former things to a graph, and their ids to those that its entities replace."""
    shared.former = former
    ids: dict[str, set[str]] = defaultdict(set)
    for id_, thing in former.items():
        ids[thing.successor].add(id_)
    for id_, entity in shared.entities.items():
        if own := ids.get(id_):  # a copy: another graph may have the same entity
            shared.entities[id_] = replace(
                entity, replaces=tuple(sorted(own.union(entity.replaces)))
            )


def _has(shared: SharedData, id_: str) -> bool:
    """Return whether a graph has an entity, a theme or an episode."""
    kind, _, key = id_.partition("/")
    return (
        key in shared.summaries
        if kind == "episode"
        else (id_ in shared.entities or id_ in shared.themes)
    )


def _find_gone(old: SharedData, new: SharedData) -> Iterator[tuple[str, str]]:
    """Yield id and label of all that is forwarded and that only the earlier graph has."""
    for id_ in old.entities.keys() - new.entities.keys():
        yield id_, old.entities[id_].label
    for id_ in old.themes.keys() - new.themes.keys():
        yield id_, old.themes[id_].label
    for slug in old.summaries.keys() - new.summaries.keys():
        yield f"episode/{slug}", old.summaries[slug].title


class _SuccessorSearch:
    """Search for the successors of what an earlier graph had and a new one has not."""

    def __init__(
        self,
        previous: SharedData,
        read_previous: EpisodeReader,
        new: SharedData,
        read_new: EpisodeReader,
    ) -> None:
        self._previous = previous
        self._read_previous = read_previous
        self._new = new
        self._read_new = read_new
        #: Ids in the earlier graph, each with a name that a judgement made one of its rows.
        self._judged_names: set[tuple[str, str]] = set()
        #: Labels of what is gone, by id.
        self.gone = dict(sorted(_find_gone(previous, new)))

    @cached_property
    def _stated(self) -> Collection[str]:
        return self._new.stated_entities()

    def find_successors(self, judged_ids: Collection[str]) -> dict[str, FormerThing]:
        """Return what became of everything that is gone but these ids, by id."""
        ids = self.gone.keys() - judged_ids
        if not ids:
            return {}
        before, after = self._collect_evidence(ids)
        evidence: dict[str, list[Evidence]] = defaultdict(list)
        for item, targets in before.items():
            for id_ in targets & ids:
                if item[1] != "row" or self._is_own_name(id_, item[2]):
                    evidence[id_].append(item)
        return {
            id_: _find_by_evidence(self.gone[id_], evidence[id_], before, after)
            or self.find_namesake(id_, self.gone[id_])
            for id_ in ids
        }

    def _is_own_name(self, id_: str, surface: str) -> bool:
        if (id_, surface) in self._judged_names:
            return True
        entity = self._previous.entities[id_]
        return name_key(surface) in map(name_key, (entity.label, *entity.aliases))

    def _collect_evidence(self, ids: Set[str]) -> tuple[TargetsByEvidence, ...]:
        """Return what the evidence of some ids named before, and what it names now."""
        slugs = self._previous.list_episodes_of(ids)
        files = {file for slug in slugs for file in self._previous.summaries[slug].files}
        renamed = self._renamed_files
        files.update(new for old, new in renamed.items() if old in files)
        new_slugs = [s for s, e in self._new.summaries.items() if not files.isdisjoint(e.files)]
        before = _collect_rows(self._read_previous(slugs), self._judged_names)
        before |= _collect_files(self._previous)
        before = {
            (file if kind == "file" else renamed.get(file, file), kind, text): targets
            for (file, kind, text), targets in before.items()
        }
        after = _collect_rows(self._read_new(new_slugs), set(), stated_only=True)
        after |= _collect_files(self._new)
        for id_, theme in self._previous.themes.items():
            for topic in (theme.label, *theme.spellings) if id_ in ids else ():
                item = ("", "topic", topic)
                before[item] = {i for i, t in self._previous.themes.items() if topic in t.spellings}
                before[item].add(id_)
                found = {f"theme/{key}" for key in find_themes(topic)}
                after[item] = found & self._new.themes.keys()
        return before, after

    @cached_property
    def _renamed_files(self) -> dict[str, str]:
        """New name of each file that only the earlier graph has under its name, by its old one."""
        old, new = (
            {file: slug for slug, summary in shared.summaries.items() for file in summary.files}
            for shared in (self._previous, self._new)
        )
        gone, added = old.keys() - new.keys(), new.keys() - old.keys()
        added_by_slug = {new[file]: file for file in sorted(added, reverse=True)}
        renamed = {file: added_by_slug[old[file]] for file in gone if old[file] in added_by_slug}
        gone, added = gone - renamed.keys(), added - set(renamed.values())
        if gone and added:
            old_names = _group_by_digest(
                self._read_previous(sorted({old[file] for file in gone})), gone
            )
            new_names = _group_by_digest(
                self._read_new(sorted({new[file] for file in added})), added
            )
            for digest in old_names.keys() & new_names.keys():
                renamed |= dict(zip(old_names[digest], new_names[digest], strict=False))
        return renamed

    def find_namesake(self, id_: str, label: str) -> FormerThing:
        """Return the one new thing called like a former one; without a successor if none is.

        A thing that the earlier graph had, too, was another one there.
        """
        kind, _, key = id_.partition("/")
        if kind == "episode":
            found, reason = self._find_same_episode(key)
        else:
            types = TYPE_NAMES if kind in TYPE_NAMES and kind != "show" else ()
            ids = (f"{type_}/{key}" for type_ in types if type_ != "show")
            found = [i for i in ids if i in self._stated and i not in self._previous.entities]
            reason = "it has the same name and another type"
        return FormerThing(label, found[0], reason) if len(found) == 1 else FormerThing(label)

    def _find_same_episode(self, slug: str) -> tuple[list[str], str]:
        """Return the new episodes that may be a former one, and why."""
        if slug not in self._previous.summaries:
            return [], ""
        old = self._previous.summaries[slug]
        same = [
            f"episode/{other}"
            for other in sorted(self._same_contents.get(slug, ()))
            if not (s := self._new.summaries[other]).is_dated
            or not old.is_dated
            or s.date[:10] == old.date[:10]
        ]
        if same:
            return same, "it has the same title, body and lists"
        return self._find_same_title(slug), "it has the same title and day"

    @cached_property
    def _same_contents(self) -> dict[str, set[str]]:
        """Slugs of new episodes, by that of the one former episode that says the same."""
        old, new = self._previous.summaries.keys(), self._new.summaries.keys()
        before = _collect_contents(self._read_previous(sorted(old - new)))
        after = _collect_contents(self._read_new(sorted(new - old)))
        same: dict[str, set[str]] = defaultdict(set)
        for content in before.keys() & after.keys():
            if len(before[content]) == 1:
                same[next(iter(before[content]))] |= after[content]
        return same

    def _find_same_title(self, slug: str) -> list[str]:
        old = self._previous.summaries
        if not old[slug].is_dated:
            return []
        title, day = name_key(old[slug].title), old[slug].date[:10]
        return [
            f"episode/{other}"
            for other, s in self._new.summaries.items()
            if other not in old and s.date[:10] == day and name_key(s.title) == title
        ]


def _group_by_digest(
    episodes: Iterable[EpisodeGraph], names: Collection[str]
) -> dict[str, list[str]]:
    """Return the sorted names of some files by the digest of their bytes."""
    groups: dict[str, list[str]] = defaultdict(list)
    for file in sorted((f for episode in episodes for f in episode.files), key=lambda f: f.file):
        if file.file in names:
            groups[file.sha256].append(file.file)
    return groups


def _find_by_evidence(
    label: str, evidence: list[Evidence], before: TargetsByEvidence, after: TargetsByEvidence
) -> FormerThing | None:
    """Return the thing that most of the evidence that is left names now; None if none is."""
    left = [item for item in evidence if item in after]
    votes = Counter(id_ for item in left for id_ in after[item] - before[item])
    ranked = rank_counts(votes)
    is_tied = len(ranked) > 1 and ranked[0][1] == ranked[1][1]
    if not ranked or is_tied or 2 * ranked[0][1] <= len(left):
        return None
    successor, count = ranked[0]
    kinds = sorted({kind for _, kind, _ in left})
    nouns = pluralize(len(left), kinds[0], "s and ".join(kinds) + "s")
    return FormerThing(label, successor, f"decided by {count} of its {nouns}")


def _collect_contents(episodes: Iterable[EpisodeGraph]) -> dict[bytes, set[str]]:
    """Return the slugs of episodes by a digest of title, body and lists of each of their files."""
    slugs: dict[bytes, set[str]] = {}
    for episode in episodes:
        for file in episode.files:
            if file.body or any(file.rows.values()):
                content = _encode((file.text("title"), file.body, file.rows))
                slugs.setdefault(sha256(content).digest(), set()).add(episode.slug)
    return slugs


def _collect_rows(
    episodes: Iterable[EpisodeGraph],
    judged_names: set[tuple[str, str]],
    *,
    stated_only: bool = False,
) -> TargetsByEvidence:
    """Return what each name as written in a file stands for.

    Args:
        judged_names: takes each id with the names that a judgement made its rows.
        stated_only: leave out targets that are more likely wrong than right, but not the evidence.
    """
    targets: TargetsByEvidence = {}
    for episode in episodes:
        for mention in episode.mentions:
            is_counted = mention.is_accepted and not (stated_only and mention.is_unlikely)
            for row in mention.rows:
                item = (episode.files[row.file].file, "row", row.surface)
                targets.setdefault(item, set()).update([mention.target] if is_counted else [])
                if any(reason.part == "judgement" for reason in row.reasons):
                    judged_names.add((mention.target, row.surface))
    return targets


def _collect_files(shared: SharedData) -> TargetsByEvidence:
    """Return the episode that each file belongs to, and the show of that episode."""
    targets: TargetsByEvidence = {}
    for slug, summary in shared.summaries.items():
        for file in summary.files:
            targets[file, "file", ""] = {f"episode/{slug}"}
            targets[file, "episode", ""] = {summary.show} - {""}
    return targets
