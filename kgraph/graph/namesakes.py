"""Tell things of one name apart by their ids, where only names are listed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping


def tell_apart(id_: str, ids: Collection[str]) -> str:
    """Return what tells the thing of an id from others of its name; "" if there are none.

    Of a mention, it is the id of its entity or episode, whichever others do not have.

    Args:
        ids: of all things of the name, that one among them.

    >>> tell_apart("company/acme", {"company/acme", "place/acme"})
    'company/acme'
    >>> tell_apart("mention/a/company/acme", {"mention/a/company/acme", "mention/b/company/acme"})
    'episode/a'
    """
    if len(ids) == 1:
        return ""
    if not id_.startswith("mention/"):
        return id_
    ends = (each.split("/", 2)[1:] for each in (id_, *ids))  # of mention/EPISODE/ENTITY
    differing = [own for own, *others in zip(*ends, strict=True) if {*others} != {own}]
    return ", ".join(end if "/" in end else f"episode/{end}" for end in differing)


def name_apart(labels: Mapping[str, str]) -> dict[str, str]:
    """Return the labels of things by id, with the id behind a label that several have.

    >>> [*name_apart({"company/a": "A", "place/a": "A", "place/b": "B"}).values()]
    ['A (company/a)', 'A (place/a)', 'B']
    """
    counts = Counter(labels.values())
    return {id_: f"{name} ({id_})" if counts[name] > 1 else name for id_, name in labels.items()}
