"""Find judgements of ids in other registers that contradict each other.

One id is of one entity, an entity has one id of a kind that allows only one, and what a judgement
gives no other may deny.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Set

from kgraph.base.entity_types import TYPE_NAMES
from kgraph.base.external_id import is_single_valued
from kgraph.resolve.judgement import Judgement, judgement_key, parse_entity_id


def find_id_contradiction(
    judgements: Iterable[Judgement], end_of: Callable[[str], str]
) -> tuple[Judgement, Judgement] | None:
    """Return the first judgement that contradicts an earlier one, and that; None if none does.

    Args:
        judgements: of ``sameas`` and ``not-sameas``, in order.
        end_of: gives the key that a key leads to by judgements of names.
    """
    by_id: dict[str, list[Judgement]] = defaultdict(list)
    by_kind: dict[tuple[str, str], list[Judgement]] = defaultdict(list)

    def is_of_one_entity(judgement: Judgement, rival: Judgement) -> bool:
        return may_name_one_entity(end_of(_get_key(judgement)), end_of(_get_key(rival)))

    for judgement in judgements:
        name = name_part(end_of(_get_key(judgement)))
        for id_ in judgement.external_ids:
            for rival in by_id[id_]:
                is_one = is_of_one_entity(judgement, rival)
                is_taken = judgement.verb == rival.verb == "sameas" and not is_one
                if is_taken or (judgement.verb != rival.verb and is_one):
                    return judgement, rival
            by_id[id_].append(judgement)
        for id_ in judgement.external_ids if judgement.verb == "sameas" else ():
            kind = id_.partition(":")[0]
            for rival in by_kind[kind, name]:
                is_second = id_ not in rival.external_ids and is_single_valued(kind)
                if is_second and is_of_one_entity(judgement, rival):
                    return judgement, rival
            by_kind[kind, name].append(judgement)
    return None


def _get_key(judgement: Judgement) -> str:
    return judgement_key(judgement.names[0])


def name_part(key: str) -> str:
    """Return the key of the name in an id; of a name's key itself.

    >>> name_part("company/acme"), name_part("acme")
    ('acme', 'acme')
    """
    return key.rpartition("/")[2]


def group_ids(keys: Set[str]) -> dict[str, tuple[str, ...]]:
    """Group the ids among some keys by the name that they end in, in the order of the types.

    >>> group_ids({"product/bolt", "company/bolt", "acme"})
    {'bolt': ('company/bolt', 'product/bolt')}
    """
    by_name: dict[str, list[str]] = defaultdict(list)
    ids = filter(parse_entity_id, sorted(keys))
    for id_ in sorted(ids, key=lambda id_: TYPE_NAMES.index(id_.partition("/")[0])):
        by_name[name_part(id_)].append(id_)
    return {name: tuple(of_name) for name, of_name in by_name.items()}


def may_name_one_entity(key: str, end: str) -> bool:
    """Return whether two keys, of names or ids, may be of one entity.

    >>> may_name_one_entity("company/acme", "acme"), may_name_one_entity("company/a", "show/a")
    (True, False)
    """
    if "/" in key and "/" in end:
        return key == end
    return name_part(key) == name_part(end)
