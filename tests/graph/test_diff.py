"""Changes from one graph to another."""

import msgspec

from kgraph.base.model import EpisodeFile
from kgraph.graph import Entity, EpisodeGraph, EpisodeSummary, FormerThing, SharedData, diff
from kgraph.graph.diff import Change
from kgraph.graph.episode_diff import FieldChange
from kgraph.graph.records import ShowEdge


def compare_graphs(old, new):
    """Compare graphs whose records are equal."""
    return diff.compare_graphs(old, new, lambda *slugs: None)


def shared(entities, mentions, title="Talk", digest="a"):
    entity_map = {f"{type_}/{key}": Entity(type_, key, label, {}) for type_, key, label in entities}
    summary = EpisodeSummary(("a.md",), title, mentions=dict.fromkeys(mentions, 1.0))
    return SharedData(entity_map, digest=digest, summaries={"a": summary})


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
    diff = compare_graphs(old, new)
    assert (diff.before, diff.after) == ("a", "b")
    assert diff.changes == [
        Change("episode", "renamed", "episode/a", "The talk", "Talk"),
        Change("entity", "gained", "place/rome", "Rome"),
        Change("entity", "lost", "person/ann", "Ann"),
        Change("entity", "renamed", "company/acme", "ACME", "Acme"),
        Change("entity", "retyped", "crypto/base", "Base", "company/base"),
        Change("edge", "gained", "mention/a/crypto/base", "Base in The talk"),
        Change("edge", "lost", "mention/a/company/base", "Base in The talk"),
    ]
    assert compare_graphs(new, new).changes == []


def test_things_of_one_name_are_told_apart_in_words():
    names = [("company", "gemini", "Gemini"), ("product", "gemini", "Gemini"), ("crypto", "x", "X")]
    old, new = shared(names[2:], ["crypto/x"]), shared([*names[:2], ("place", "x", "X")], [])
    title = new.summaries["a"].title
    new.summaries["a"] = EpisodeSummary(("a.md",), title, mentions={"product/gemini": 1.0})
    new.summaries["b"] = EpisodeSummary(("b.md",), title, mentions={"product/gemini": 1.0})
    old.summaries["b"] = EpisodeSummary(("b.md",), title)
    new.summaries["c"] = EpisodeSummary(("c.md",), title, mentions={"crypto/x": 1.0})
    assert compare_graphs(old, new).describe()[1:] == [
        "1 episode gained: Talk",
        "2 entities gained: Gemini (company/gemini); Gemini (product/gemini)",
        "1 entity retyped: X (place/x; was crypto/x)",
        "2 mentions gained: Gemini in Talk (episode/a); Gemini in Talk (episode/b)",
        "1 mention lost: X in Talk",
    ]
    old.summaries["c"] = EpisodeSummary(("c.md",), title, mentions={"company/gemini": 1.0})
    assert compare_graphs(old, new).describe()[3:] == [
        "3 mentions gained: Gemini in Talk (episode/a, product/gemini); "
        "Gemini in Talk (episode/b, product/gemini); X in Talk (episode/c)",
        "2 mentions lost: X in Talk (episode/a); Gemini in Talk (episode/c, company/gemini)",
    ]


def test_ids_in_other_registers_are_gained_and_lost_by_an_entity_of_both_graphs():
    names = [("company", "acme", "Acme"), ("company", "base", "Base"), ("company", "bolt", "Bolt")]
    old, new = (
        shared(names[:2], []),
        shared([names[0], ("company", "basis", "Basis"), names[2]], []),
    )
    old.entities["company/acme"].ids = (("wikidata", "Q1"), ("cik", "1"))
    new.entities["company/acme"].ids = (("wikidata", "Q2"), ("cik", "1"))
    old.entities["company/base"].ids = (("isin", "US1"),)
    new.entities["company/basis"].ids = (("isin", "US1"), ("ticker", "NASDAQ:B"))
    new.entities["company/basis"].replaces = ("company/base",)
    new.entities["company/bolt"].ids = (("wikidata", "Q3"),)  # new itself
    changes = compare_graphs(old, new)
    assert [change for change in changes if change.what == "id"] == [
        Change("id", "gained", "company/acme", "wikidata:Q2 of Acme"),
        Change("id", "gained", "company/basis", "ticker:NASDAQ:B of Basis"),
        Change("id", "lost", "company/acme", "wikidata:Q1 of Acme"),
    ]
    assert "1 id in another register lost: wikidata:Q1 of Acme" in changes.describe()
    assert "2 ids in other registers gained: wikidata:Q2 of Acme; ticker:NASDAQ:B of Basis" in str(
        changes
    )


def test_a_replaced_entity_was_renamed_or_merged_with_its_mentions():
    acme, amd, nvidia = (("company", name.lower(), name) for name in ("Acme", "AMD", "Nvidia"))
    old = shared([acme, amd, nvidia], ["company/acme", "company/amd"])
    old.summaries["b"] = EpisodeSummary(("b.md",), "Other", mentions={"company/acme": 1.0})
    new = shared([("company", "acmeco", "Acme Co"), nvidia], ["company/acmeco", "company/nvidia"])
    new.summaries["b"] = EpisodeSummary(("b.md",), "Other")
    new.entities["product/bolt"] = Entity("product", "bolt", "Bolt", {}, replaces=("company/bolt",))
    old.entities["product/bolt"] = Entity("product", "bolt", "Bolt", {})
    old.entities["company/bolt"] = Entity("company", "bolt", "Bolt", {})
    new.entities["crypto/base"] = Entity("crypto", "base", "Base", {}, replaces=("company/base",))
    old.entities["company/base"] = Entity("company", "base", "Base", {})
    for id_, before in (("company/acmeco", "company/acme"), ("company/nvidia", "company/amd")):
        entity = new.entities[id_]
        new.entities[id_] = msgspec.structs.replace(entity, replaces=(before,))
    assert compare_graphs(old, new).changes == [
        Change("entity", "merged", "company/nvidia", "Nvidia", "company/amd"),
        Change("entity", "merged", "product/bolt", "Bolt", "company/bolt"),
        Change("entity", "renamed", "company/acmeco", "Acme Co", "Acme"),
        Change("entity", "retyped", "crypto/base", "Base", "company/base"),
        Change("edge", "lost", "mention/b/company/acmeco", "Acme Co in Other"),
    ]


def test_entities_that_became_a_new_one_were_merged():
    one, other = ("show", "one", "One"), ("show", "other", "Other")
    old = shared([one, other], ["show/one", "show/other"])
    old.summaries["a"] = msgspec.structs.replace(old.summaries["a"], show="show/one")
    new = shared([("show", "both", "Both")], ["show/both"])
    replaces = ("show/one", "show/other", "show/ancient")
    new.entities["show/both"] = msgspec.structs.replace(
        new.entities["show/both"], replaces=replaces, ids=(("wikidata", "Q1"),)
    )
    new.summaries["a"] = msgspec.structs.replace(new.summaries["a"], show="show/both")
    title = new.summaries["a"].title
    assert compare_graphs(old, new).changes == [
        Change(
            *("episode", "changed", "episode/a", title),
            fields=[FieldChange("show", "One", "Both")],
        ),
        Change("entity", "merged", "show/both", "Both", "show/one"),
        Change("entity", "merged", "show/both", "Both", "show/other"),
    ]


def test_an_advert_is_an_edge_as_well():
    entities = [("company", "acme", "Acme")]
    talk, silence = shared(entities, ["company/acme"]), shared(entities, [])
    advertising = shared(entities, [])
    advertising.summaries["a"] = EpisodeSummary(("a.md",), "Talk", adverts={"company/acme": 1.0})
    assert compare_graphs(talk, advertising).changes == []
    assert [change.how for change in compare_graphs(silence, advertising).changes] == ["gained"]


def episodes(former=None, **mentions):
    """Return a graph of episodes with what they mention, and the episodes that others became."""
    names = {name for mentioned in mentions.values() for name in mentioned}
    return SharedData(
        {f"company/{name}": Entity("company", name, name.title(), {}) for name in names},
        summaries={
            slug: EpisodeSummary(
                (f"{slug}.md",),
                f"Talk {slug}",
                mentions={f"company/{name}": 1.0 for name in mentioned},
            )
            for slug, mentioned in mentions.items()
        },
        former={
            f"episode/{slug}": FormerThing("Old", f"episode/{successor}" if successor else "")
            for slug, successor in (former or {}).items()
        },
    )


def test_an_episode_whose_id_leads_to_another_has_moved_with_its_mentions():
    old = episodes(a=["acme", "base"], b=["acme", "base"], gone=["acme"])
    new = episodes({"a": "z", "gone": "", "long_ago": "b"}, z=["acme"], b=["acme", "base"])
    assert compare_graphs(old, new).changes == [
        Change("episode", "lost", "episode/gone", "Talk gone"),
        Change("episode", "moved", "episode/z", "Talk z", "episode/a"),
        Change("edge", "lost", "mention/z/company/base", "Base in Talk z"),
    ]


def test_episodes_that_became_one_were_merged():
    old = episodes(a=["acme"], b=["base"], c=["acme"], d=["base"])
    new = episodes({"a": "z", "b": "z", "c": "d"}, z=["acme", "base"], d=["acme", "base"])
    assert compare_graphs(old, new).changes == [
        Change("episode", "merged", "episode/d", "Talk d", "episode/c"),
        Change("episode", "merged", "episode/z", "Talk z", "episode/a"),
        Change("episode", "merged", "episode/z", "Talk z", "episode/b"),
    ]


def of_show(*shows, replaces=()):
    """Return a graph of an episode of the last of some shows."""
    return SharedData(
        {f"show/{show.lower()}": Entity("show", show.lower(), show, {}) for show in shows[:-1]}
        | {f"show/{shows[-1].lower()}": Entity("show", "x", shows[-1], {}, replaces=replaces)},
        summaries={"a": EpisodeSummary(("a.md",), "Talk", show=f"show/{shows[-1].lower()}")},
    )


def test_an_episode_of_another_show_changed_but_not_if_the_show_has_another_id():
    changes = compare_graphs(of_show("Beta", "Alpha"), of_show("Alpha", "Beta")).changes
    show = FieldChange("show", "Alpha", "Beta")
    assert changes == [Change("episode", "changed", "episode/a", "Talk", fields=[show])]
    renamed = compare_graphs(of_show("Alpha"), of_show("Beta", replaces=("show/alpha",))).changes
    assert [change.what for change in renamed] == ["entity"]
    merged = compare_graphs(
        of_show("Beta", "Alpha"), of_show("Beta", replaces=("show/alpha",))
    ).changes
    assert [(change.what, change.how) for change in merged] == [
        ("episode", "changed"),
        ("entity", "merged"),
    ]


def test_mentions_with_another_confidence_alone_are_counted():
    def of_confidences(mentions, adverts):
        entities = {f"company/{key}": Entity("company", key, key, {}) for key in "abc"}
        summary = EpisodeSummary(("a.md",), "Talk", mentions=mentions, adverts=adverts)
        return SharedData(entities, digest="x", summaries={"a": summary})

    old = of_confidences({"company/a": 0.8}, {"company/b": 0.5, "company/c": 0.901})
    # The last is shown as 0.90 in both.
    new = of_confidences({"company/a": 1.0, "company/c": 0.899}, {"company/b": 0.6})
    changes = compare_graphs(old, new)
    assert (changes.changes, changes.confidence_changes) == ([], 2)
    assert changes.counts() == {("edge", "changed"): 2}
    assert changes.describe() == [
        "From the earlier graph to this one (what was read is the same):",
        "2 mentions changed only in confidence",
    ]
    assert compare_graphs(new, new).counts() == {}


def test_shows_with_another_confidence_alone_are_counted():
    def encode(*show):
        edge = ShowEdge(*show) if show else None
        return msgspec.msgpack.encode(
            EpisodeGraph("a", (EpisodeFile("a.md", "", {}, {}, {}),), edge)
        )

    graph, later = (
        SharedData(
            {}, digest="x", summaries={"a": EpisodeSummary(("a.md",), "", show="show/gears")}
        )
        for _ in range(2)
    )
    gears, surer = encode("gears", "Gears", 0.82), encode("gears", "Gears", 1.0)
    changes = diff.compare_graphs(graph, later, lambda *slugs: (gears, surer))
    assert (changes.changes, changes.show_confidence_changes) == ([], 1)
    assert changes.counts() == {("show", "changed"): 1}
    assert changes.describe() == [
        "From the earlier graph to this one (what was read is the same):",
        "1 show of an episode changed only in confidence",
    ]
    for records in (
        (gears, encode("gears", "Gears", 0.8201)),  # is shown as the same number
        (gears, encode("cogs", "Cogs", 1.0)),  # is told as another show
        (gears, encode()),
        (encode(), gears),
    ):
        assert diff.compare_graphs(graph, later, lambda *_: records).counts() == {}  # noqa: B023
