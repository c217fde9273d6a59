"""Differences between two graphs: things and edges gained, lost, renamed, retyped, merged, moved,
ids in other registers gained and lost, and episodes and entities that changed in themselves.

Takes the shared data of both, and the records of the episodes that differ; gives :class:`Changes`.

Invariant: :func:`pair_things` alone says what came, went or became another thing: entities by what
replaces them, episodes by what their ``former`` ids lead to (one renamed counts as moved). None of
the paired things, nor their mentions, counts as gained or lost. An episode that is in both graphs,
or has moved, counts as changed if its show or a field of its files differs (but for its title, if
it counts as renamed). Its show differs if it was merged into another one, but not if it was renamed
or retyped. An entity that is in both graphs, or was renamed, counts as changed if the lexicon says
something else of it (:mod:`kgraph.graph.entity_diff`). Mentions and shows of episodes whose
confidence is shown as another number are counted, not listed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from itertools import chain
from typing import Literal

import msgspec

from kgraph.base.external_id import ExternalId
from kgraph.base.model import format_confidence
from kgraph.base.text import make_printable, pluralize
from kgraph.graph.entity_diff import compare_entries, get_facts
from kgraph.graph.episode_diff import FieldChange, compare_records, has_other_confidence
from kgraph.graph.namesakes import tell_apart
from kgraph.graph.records import Entity, SharedData

MAX_CHANGED_NAMES = 5  #: names in the sentence on a kind of change

#: Kind of a changed thing, in the order of the changes -> singular, and plural if it is irregular.
CHANGE_NOUNS = {
    "episode": ("episode",),
    "entity": ("entity", "entities"),
    "id": ("id in another register", "ids in other registers"),
    "edge": ("mention",),
}

#: How a thing that only one of two graphs has came or went.
ThingChange = Literal["gained", "lost", "renamed", "retyped", "merged"]

#: What changed, and how, of those that are counted only.
_MENTION_CHANGED, _SHOW_CHANGED = ("edge", "changed"), ("show", "changed")

#: Reads the records of an episode, each the MessagePack of an ``EpisodeGraph``, by its slugs in the
#: old and the new graph; gives None if they are equal.
ReadRecords = Callable[[str, str], tuple[bytes, bytes] | None]


class Change(msgspec.Struct, frozen=True):
    """One thing or edge that changed; ``str()`` says it in words.

    >>> print(Change("entity", "renamed", "company/acme", "ACME", "Acme"))
    entity renamed: ACME (was Acme)
    """

    #: ``episode``, ``entity``, ``id`` (of an entity in another register) or ``edge`` (an episode
    #: mentions an entity)
    what: str
    #: ``gained``, ``lost``, ``renamed``, ``retyped``, ``merged``, ``moved`` or ``changed``
    how: str
    id: str  #: of the thing as it is now, or was; of an id, its entity's; of an edge, its mention's
    #: as it is now, or was; of an id, itself and the entity's; of an edge, the entity's and the
    #: episode's title
    label: str
    before: str = ""  #: earlier label if renamed; earlier id if retyped, merged or moved
    fields: list[FieldChange] = []  #: of an episode or entity that changed

    def __str__(self) -> str:
        return make_printable(f"{CHANGE_NOUNS[self.what][0]} {self.how}: {self.describe_thing()}")

    @property
    def details(self) -> str:
        """The fields that changed, in words; "" for another kind of change."""
        return "; ".join(map(str, self.fields))

    def describe_thing(self, id_: str = "") -> str:
        """Return the label, with what it was before or the fields that changed.

        Args:
            id_: what tells it from others of its label; "" if nothing must.
        """
        id_ = id_ or (self.id if self.how == "retyped" else "")
        before = self.details or (f"was {self.before}" if self.before else "")
        notes = "; ".join(filter(None, (id_, before)))
        return f"{self.label} ({notes})" if notes else self.label


class Changes(msgspec.Struct, frozen=True):
    """All that changed since an earlier graph; ``str()`` is the text of :meth:`Changes.describe`.

    >>> changes = Changes("a", "b", [Change("entity", "gained", "company/acme", "Acme")])
    >>> [change.label for change in changes], len(changes)
    (['Acme'], 1)
    >>> print(changes)
    From the earlier graph to this one (its input is another):
    1 entity gained: Acme
    """

    before: str = ""  #: digest of the earlier graph's input; "" for none of the same base
    after: str = ""  #: digest of this graph's input
    changes: list[Change] = []  #: episodes, then entities, ids and edges, each by how and id
    #: number of mentions of episodes in both graphs whose confidence is shown as another number
    confidence_changes: int = 0
    #: number of episodes in both graphs whose show is the same, with another such confidence
    show_confidence_changes: int = 0

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def __len__(self) -> int:
        return len(self.changes)

    def __str__(self) -> str:
        return "\n".join(map(make_printable, self.describe()))

    def counts(self) -> Counter[tuple[str, str]]:
        """Count the changes by what and how, with those of confidence as ``edge``, ``changed``, and
        as ``show``, ``changed``."""
        counts = Counter((change.what, change.how) for change in self)
        counts[_MENTION_CHANGED] = self.confidence_changes
        counts[_SHOW_CHANGED] = self.show_confidence_changes
        return +counts

    def describe(self, build: str = "this one", earlier: str = "the earlier graph") -> list[str]:
        """Return what is compared, and a sentence for each kind of change, with the first names.

        Of things of one name it tells the ids.

        Args:
            build, earlier: what the graph and the earlier one are called.

        >>> Changes("", "a").describe()
        ['There was no build before this one to compare it with.']
        >>> Changes("a", "b").describe("now", "then")
        ['From then to now no episode, entity, id or mention changed, and its input is another.']
        """
        if not self.before:
            return [f"There was no build before {build} to compare it with."]
        is_same = self.before == self.after
        input_note = "what was read is the same" if is_same else "its input is another"
        counts = self.counts()
        if not counts:
            words = "no episode, entity, id or mention changed"
            return [f"From {earlier} to {build} {words}, and {input_note}."]
        lines = [f"From {earlier} to {build} ({input_note}):"]
        ids_by_name: dict[tuple[str, str], set[str]] = defaultdict(set)
        for change in self:
            ids_by_name[change.what, change.label].add(change.id)
        for (kind, how), count in counts.items():
            changed = [c for c in self if (c.what, c.how) == (kind, how)]
            names = "; ".join(
                change.describe_thing(tell_apart(change.id, ids_by_name[kind, change.label]))
                for change in changed[:MAX_CHANGED_NAMES]
            )
            more = f", and {left:,} more" if (left := len(changed) - MAX_CHANGED_NAMES) > 0 else ""
            words = describe_change_count(kind, how, count)
            lines.append(f"{words}: {names}{more}" if changed else words)
        return lines


def describe_change_count(what: str, how: str, count: int) -> str:
    """Describe how many things changed in one way.

    >>> describe_change_count("entity", "gained", 2), describe_change_count("edge", "changed", 1)
    ('2 entities gained', '1 mention changed only in confidence')
    """
    nouns = ("show of an episode", "shows of episodes") if what == "show" else CHANGE_NOUNS[what]
    words = f"{pluralize(count, *nouns)} {how}"
    return (
        f"{words} only in confidence" if (what, how) in (_MENTION_CHANGED, _SHOW_CHANGED) else words
    )


def compare_graphs(old: SharedData, new: SharedData, read_records: ReadRecords) -> Changes:
    """List the changes from one graph to another.

    Episodes whose summary is the same object in both were taken over: they are not compared.

    Raises:
        StoreError: a record cannot be read.
    """
    moved = _find_moved(old, new)
    # In both graphs, but for those that were taken over.
    differing = {slug for slug, s in old.summaries.items() if new.summaries.get(slug, s) is not s}
    pairs = [(slug, slug) for slug in differing]
    pairs += [
        (slugs[0], slug)
        for slug, slugs in moved.items()
        if slug not in old.summaries and len(slugs) == 1
    ]
    before, after = old.stated_entities(), new.stated_entities()
    replaced = _map_replaced(after)
    renamed = {
        old_id: id_
        for how, old_id, id_ in pair_things(before, after, replaced)
        if how in ("renamed", "retyped")
    }
    old_titles, new_titles = (
        {f"episode/{slug}": summary.title for slug, summary in shared.summaries.items()}
        for shared in (old, new)
    )
    old_labels, new_labels = (
        {id_: entity.label for id_, entity in entities.items()} for entities in (before, after)
    )
    episodes = {f"episode/{k}": f"episode/{slug}" for slug, keys in moved.items() for k in keys}
    parts = (
        _compare_things("episode", old_titles, new_titles, episodes),
        _diff_content(old, new, pairs, renamed, read_records),
        _compare_things("entity", old_labels, new_labels, replaced),
        _diff_descriptions(before, after, renamed),
        _diff_mentions(old, new, differing, moved),
    )
    found = [change for part in parts for change in part]
    kinds = list(CHANGE_NOUNS)
    changes = [change for change in found if change.what in kinds]
    changes.sort(key=lambda c: (kinds.index(c.what), c.how, c.id))
    mentions, shows = _count_confidence_changes(old, new, differing), len(found) - len(changes)
    return Changes(old.digest, new.digest, changes, mentions, shows)


def _find_moved(old: SharedData, new: SharedData) -> dict[str, list[str]]:
    """Return the slugs that lead to an episode by now, which the new graph does not have, by its
    slug."""
    moved: dict[str, list[str]] = {}
    for slug in sorted(old.summaries.keys() - new.summaries.keys()):
        thing = new.former.get(f"episode/{slug}")
        if thing and thing.successor:
            moved.setdefault(thing.successor.removeprefix("episode/"), []).append(slug)
    return moved


def _diff_content(
    old: SharedData,
    new: SharedData,
    pairs: Iterable[tuple[str, str]],
    renamed: Mapping[str, str],
    read_records: ReadRecords,
) -> Iterator[Change]:
    """Yield the episodes whose show or files differ.

    Those of the same show with another confidence are yielded as its changes, to be counted.

    Args:
        pairs: slugs of each episode in the old and the new graph.
    """
    for old_slug, slug in pairs:
        before, after = old.summaries[old_slug], new.summaries[slug]
        fields = []
        if renamed.get(before.show, before.show) != after.show:
            labels = (_get_label(old, before.show), _get_label(new, after.show))
            fields.append(FieldChange("show", *labels))
        if records := read_records(old_slug, slug):
            # A title that changed is a name, and a renamed file gave a moved episode its id.
            implied = "file" if old_slug != slug else "title" if before.title != after.title else ""
            fields += [
                field
                for field in compare_records(*records)
                if field.field != implied or not (field.before or field.after)
            ]
            if has_other_confidence(*records):
                yield Change(*_SHOW_CHANGED, f"episode/{slug}", after.title)
        if fields:
            yield Change("episode", "changed", f"episode/{slug}", after.title, fields=fields)


def _get_label(shared: SharedData, id_: str) -> str:
    entity = shared.entities.get(id_)
    return entity.label if entity else id_


def pair_things(
    old: Collection[str], new: Collection[str], successors: Mapping[str, str]
) -> Iterator[tuple[ThingChange, str, str]]:
    """Yield how each thing that only one of two graphs has came or went, with its id in both.

    A thing without a successor is retyped if a new one has its key; else it is lost.

    Args:
        old, new: ids of the things of both graphs.
        successors: ids that the new graph has not -> what they lead to there.

    >>> [*pair_things(["company/a"], ["place/a", "place/c"], {})]
    [('retyped', 'company/a', 'place/a'), ('gained', '', 'place/c')]
    """
    gone = sorted(id_ for id_ in old if id_ not in new)
    led = {id_: successors[id_] for id_ in gone if successors.get(id_) in new}
    counts = Counter(led.values())
    known = {*old, *counts}
    added = {id_.partition("/")[2]: id_ for id_ in sorted(new, reverse=True) if id_ not in known}
    for id_, target in sorted(led.items()):
        if target in old or counts[target] > 1:
            yield "merged", id_, target
        else:
            is_one_name = id_.partition("/")[2] == target.partition("/")[2]
            yield "retyped" if is_one_name else "renamed", id_, target
    paired = set(counts)
    for id_ in gone:
        if id_ not in led:
            target = added.pop(id_.partition("/")[2], "")
            paired.add(target)
            yield "retyped" if target else "lost", id_, target
    for id_ in sorted(new):
        if id_ not in old and id_ not in paired:
            yield "gained", "", id_


def _compare_things(
    what: str, old: Mapping[str, str], new: Mapping[str, str], successors: Mapping[str, str]
) -> Iterator[Change]:
    """Yield the things that are gained, lost, merged, moved or have another label or type.

    Args:
        old, new: labels of the things of both graphs, by id.
        successors: as of :func:`pair_things`.
    """
    for how, old_id, id_ in pair_things(old, new, successors):
        label, is_entity = new[id_] if id_ else old[old_id], what == "entity"
        if how in ("gained", "lost"):
            yield Change(what, how, id_ or old_id, label)
        elif how == "renamed":
            before = old[old_id] if is_entity else old_id
            yield Change(what, how if is_entity else "moved", id_, label, before)
        else:
            yield Change(what, how, id_, label, old_id)
    for id_ in new.keys() & old.keys():
        if old[id_] != new[id_]:
            yield Change(what, "renamed", id_, new[id_], old[id_])


def _diff_descriptions(
    old: Mapping[str, Entity], new: Mapping[str, Entity], renamed: Mapping[str, str]
) -> Iterator[Change]:
    """Yield the ids in other registers that entities gain and lose, and the entities of which the
    lexicon says something else.

    An entity that is gained, lost or merged changes in nothing besides.
    """
    replaced = _map_replaced(new)
    earlier_ids = {id_: old_id for old_id, id_ in renamed.items()}
    shared = {replaced.get(id_, id_) for id_ in old} & new.keys()
    for id_, entity in new.items():
        earlier = old.get(earlier_ids.get(id_, id_))
        if earlier is None or get_facts(earlier) == get_facts(entity):  # nearly all
            continue
        ids, earlier_pairs = set(entity.ids), set(earlier.ids)
        for how, pairs in (("gained", ids - earlier_pairs), ("lost", earlier_pairs - ids)):
            for pair in sorted(pairs):
                yield Change("id", how, id_, f"{ExternalId(*pair)} of {entity.label}")
        if fields := [*compare_entries(earlier, entity, new, replaced, shared)]:
            yield Change("entity", "changed", id_, entity.label, fields=fields)


def _map_replaced(entities: Mapping[str, Entity]) -> dict[str, str]:
    """Map each id that a judgement removed to its successor's."""
    return {
        old_id: id_
        for id_, entity in entities.items()
        for old_id in entity.replaces
        if old_id not in entities
    }


def _diff_mentions(
    old: SharedData, new: SharedData, differing: Set[str], moved: Mapping[str, list[str]]
) -> Iterator[Change]:
    """Yield the mentions gained and lost, in adverts or not, by episodes that are in both graphs
    or have moved.

    A mention that becomes unlikely is lost, and gained when it no longer is.
    """
    successors = _map_replaced(new.entities)
    for slug in differing | moved.keys():
        after, slugs = new.summaries[slug], (slug, *moved.get(slug, ()))
        before = [old.summaries[old_slug] for old_slug in slugs if old_slug in old.summaries]
        new_ids = after.mentions.keys() | after.adverts.keys()
        mentioned = (id_ for summary in before for id_ in (*summary.mentions, *summary.adverts))
        old_ids = {successors.get(id_, id_) for id_ in mentioned}
        for how, ids in (("gained", new_ids - old_ids), ("lost", old_ids - new_ids)):
            for id_ in ids:
                label = (new.entities.get(id_) or old.entities[id_]).label
                yield Change("edge", how, f"mention/{slug}/{id_}", f"{label} in {after.title}")


def _count_confidence_changes(old: SharedData, new: SharedData, differing: Set[str]) -> int:
    """Count the mentions, in adverts or not, that both graphs have with another confidence, as
    :func:`~kgraph.base.model.format_confidence` shows it."""
    count = 0
    for slug in differing:
        before, after = old.summaries[slug], new.summaries[slug]
        earlier = before.mentions | before.adverts
        edges = chain(after.mentions.items(), after.adverts.items())
        for id_, now in edges:
            then = earlier.get(id_, now)
            count += then != now and format_confidence(then) != format_confidence(now)
    return count
