"""Changes from one graph to another."""

from kgraph.graph import Entity, Outline, Shared
from kgraph.graph.changes import Change, changes


def shared(entities, mentions, title="Talk", digest="a"):
    found = {f"{type_}/{key}": Entity(type_, key, label, {}) for type_, key, label in entities}
    outline = Outline(("a.md",), title, mentions=dict.fromkeys(mentions, 1.0))
    return Shared(found, digest=digest, outlines={"a": outline})


def test_every_kind_of_change():
    old = shared(
        [("company", "acme", "Acme"), ("company", "base", "Base"), ("person", "ann", "Ann")],
        ["company/acme", "company/base"],
    )
    new = shared(
        [("company", "acme", "ACME"), ("crypto", "base", "Base"), ("place", "rome", "Rome")],
        ["company/acme", "crypto/base"],
        "The talk",
        "b",
    )
    found = changes(old, new)
    assert (found.before, found.after) == ("a", "b")
    assert found.changes == [
        Change("episode", "renamed", "episode/a", "The talk", "Talk"),
        Change("entity", "gained", "place/rome", "Rome"),
        Change("entity", "lost", "person/ann", "Ann"),
        Change("entity", "renamed", "company/acme", "ACME", "Acme"),
        Change("entity", "retyped", "crypto/base", "Base", "company/base"),
        Change("edge", "gained", "mention/a/crypto/base", "Base in The talk"),
        Change("edge", "lost", "mention/a/company/base", "Base in The talk"),
    ]
    assert changes(new, new).changes == []


def test_an_advert_is_an_edge_as_well():
    entities = [("company", "acme", "Acme")]
    talk, silence = shared(entities, ["company/acme"]), shared(entities, [])
    sold = shared(entities, [])
    sold.outlines["a"] = Outline(("a.md",), "Talk", adverts={"company/acme": 1.0})
    assert changes(talk, sold).changes == []
    assert [change.how for change in changes(silence, sold).changes] == ["gained"]
