"""What the lexicon says of an entity in two graphs."""

import pytest

from kgraph.graph import Entity, SharedData
from kgraph.graph.diff import Change, compare_graphs
from kgraph.graph.episode_diff import FieldChange

ACME = {"type": "company", "key": "acme", "label": "Acme", "surfaces": {}}
OWNER = {"type": "company", "key": "owner", "label": "Owner", "surfaces": {}}
HOLDING = {"type": "company", "key": "holding", "label": "Holding", "surfaces": {}}
NAMESAKE = OWNER | {"type": "place"}
OWNED = {"relations": (("kg:partOf", "company/owner"),)}


def list_changes(old, new):
    """Return the changes of entities and ids between two graphs, each a list of entities."""
    graphs = []
    for entities in (old, new):
        made = [Entity(**entity) for entity in entities]
        graphs.append(SharedData({entity.id: entity for entity in made}, digest="a"))
    return compare_graphs(*graphs, lambda *slugs: None)


CHANGED = {
    "another name": (
        [ACME | {"aliases": ("Acme Co", "Acme Ltd")}],
        [ACME | {"aliases": ("Acme Co", "Acme Inc")}],
        FieldChange("aliases", added=["Acme Inc"], removed=["Acme Ltd"]),
        "aliases added: Acme Inc; aliases removed: Acme Ltd",
    ),
    "a symbol": (
        [ACME],
        [ACME | {"tickers": ("ACM",)}],
        FieldChange("tickers", added=["ACM"]),
        "tickers added: ACM",
    ),
    "a kind": (
        [ACME | {"kind": "bank"}],
        [ACME | {"kind": "exchange"}],
        FieldChange("kind", "bank", "exchange"),
        "kind bank -> exchange",
    ),
    "a relation": (
        [ACME, OWNER],
        [ACME | OWNED, OWNER],
        FieldChange("part_of", added=["Owner"]),
        "part_of added: Owner",
    ),
    "a relation to another one": (
        [ACME | OWNED, OWNER, HOLDING],
        [ACME | {"relations": (("kg:partOf", "company/holding"),)}, OWNER, HOLDING],
        FieldChange("part_of", added=["Holding"], removed=["Owner"]),
        "part_of added: Holding; part_of removed: Owner",
    ),
    "a relation to one of the same name": (
        [ACME | OWNED, OWNER, NAMESAKE],
        [ACME | {"relations": (("kg:partOf", "place/owner"),)}, OWNER, NAMESAKE],
        FieldChange("part_of", added=["Owner (place/owner)"], removed=["Owner (company/owner)"]),
        "part_of added: Owner (place/owner); part_of removed: Owner (company/owner)",
    ),
}


@pytest.mark.parametrize("case", CHANGED)
def test_an_entity_of_which_the_lexicon_says_something_else_has_changed(case):
    old, new, field, words = CHANGED[case]
    changes = list_changes(old, new)
    assert changes.changes == [
        Change("entity", "changed", "company/acme", "Acme", fields=[field]),
    ]
    assert changes.describe()[1] == f"1 entity changed: Acme ({words})"


FOLLOWING = {
    "a rename": (
        [ACME | {"aliases": ("Acme Co",)}],
        [ACME | {"label": "Acme Co", "aliases": ("Acme",)}],
        [("entity", "renamed")],
    ),
    "a symbol of an id": (
        [ACME],
        [ACME | {"tickers": ("ACM",), "ids": (("ticker", "NASDAQ:ACM"),)}],
        [("id", "gained")],
    ),
    "a relation to what is new": ([ACME], [ACME | OWNED, OWNER], [("entity", "gained")]),
    "a relation to what is gone": ([ACME | OWNED, OWNER], [ACME], [("entity", "lost")]),
    "a relation to what is renamed": (
        [ACME | OWNED, OWNER],
        [
            ACME | {"relations": (("kg:partOf", "company/holding"),)},
            HOLDING | {"replaces": ("company/owner",)},
        ],
        [("entity", "renamed")],
    ),
    "itself being new": ([], [ACME | {"aliases": ("Acme Co",)}], [("entity", "gained")]),
}


@pytest.mark.parametrize("case", FOLLOWING)
def test_what_follows_from_another_change_is_none_besides(case):
    old, new, expected = FOLLOWING[case]
    assert [(change.what, change.how) for change in list_changes(old, new)] == expected
