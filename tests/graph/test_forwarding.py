"""What becomes of the ids that a graph no longer has."""

import random

import pytest

from kgraph.base.model import EpisodeFile, Row
from kgraph.base.text import hex_digest
from kgraph.graph import (
    EpisodeGraph,
    FormerThing,
    MentionEdge,
    RowDecision,
    ShowEdge,
    TaxonomyTerm,
)
from kgraph.graph.absence import Absence, explain_former_name
from kgraph.graph.forwarding import JUDGED, LED_AGAIN, add_former, find_former
from kgraph.graph.records import NAME_REJECTED_BY_JUDGEMENT, REJECTED_BY_JUDGEMENT
from kgraph.graph.tally import Tally, build_shared_data, tally_episode


def mention(id_, surface, index, confidence):
    type_, _, key = id_.partition("/")
    row = RowDecision(0, index, surface, confidence, "rule")
    return MentionEdge(type_, key, key.title(), confidence, "rule", (row,))


def episode(slug, *rows, file="", show="", title="", date="", body="", tags=()):
    """An episode of one file.

    Args:
        rows: (id of an entity or ``noise/key``, surface) or with a confidence.
    """
    values = {"title": title or slug, "date": date}
    edges = [
        mention(id_, surface, index, *(confidence or (0.9,)))
        for index, (id_, surface, *confidence) in enumerate(rows)
    ]
    lists = {"tags": tuple(Row("tags", n, {"tag": tag}) for n, tag in enumerate(tags))}
    digest = hex_digest(repr((values, lists, body, [row[1] for row in rows])), 64)
    source = EpisodeFile(file or f"{slug}.md", digest, values, lists, {}, body=body)
    membership = ShowEdge(show, show.title(), 0.9) if show else None
    return EpisodeGraph(slug, (source,), membership, tuple(edges))


class Built:
    """A graph of some episodes, and what is former in it."""

    def __init__(self, *episodes, previous=None, replaces=(), themes=()):
        self.episodes = {item.slug: item for item in episodes}
        total = Tally()
        for item in episodes:
            total.add(tally_episode(item))
        self.shared = build_shared_data(total, "digest", lambda entity: None)
        self.shared.themes = dict(themes)
        for old_id, id_ in replaces:
            self.shared.entities[id_].replaces += (old_id,)
        if previous:
            former = find_former(previous.shared, previous.read, self.shared, self.read)
            add_former(self.shared, former)

    def read(self, slugs):
        return [self.episodes[slug] for slug in slugs]

    @property
    def former(self):
        return self.shared.former


def test_the_rows_decide():
    old = Built(
        episode("a", ("company/grok", "Grok"), ("company/xai", "xAI")),
        episode("b", ("company/grok", "Grok"), ("company/grok", "GROK")),
    )
    new = Built(
        episode("a", ("product/grok", "Grok"), ("company/xai", "xAI")),
        episode("b", ("product/grok", "Grok"), ("company/xai", "GROK")),
        previous=old,
    )
    assert new.former == {
        "company/grok": FormerThing("Grok", "product/grok", "decided by 2 of its 3 rows")
    }
    assert new.shared.entities["product/grok"].replaces == ("company/grok",)


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([("noise/x", "Grok"), ("noise/x", "GROK"), ("company/x", "Grok!")], "most are noise"),
        ([("company/x", "Grok"), ("company/y", "GROK"), ("noise/x", "Grok!")], "no majority"),
        ([("company/x", "Grok"), ("company/y", "GROK")], "a tie"),
        ([("company/x", "Grok", 0.3), ("company/x", "GROK", 0.3)], "more likely wrong than right"),
        ([("company/x", "Else")], "none of its rows is left"),
        ([("company/x", "Crock")], "the row that is left does not have its name"),
    ],
)
def test_without_a_majority_there_is_no_successor(rows, why):
    names = ("Grok", "GROK", "Grok!", "Crock")
    old = Built(episode("a", *(("company/grok", name) for name in names)))
    assert Built(episode("a", *rows), previous=old).former == {
        "company/grok": FormerThing("Grok", names=("Crock",))
    }, why


def test_a_row_that_named_both_before_tells_nothing():
    old = Built(episode("a", ("company/one", "One"), ("company/two", "One")))
    new = Built(episode("a", ("company/two", "One")), previous=old)
    assert new.former == {"company/one": FormerThing("One")}


def test_other_names_that_people_call_it_by_are_its_own():
    old = Built(episode("a", ("company/metaplatforms", "Meta")))
    new = episode("a", ("company/meta", "Meta"))
    assert Built(new, previous=old).former["company/metaplatforms"].successor == ""
    old.shared.entities["company/metaplatforms"].aliases = ("Meta",)
    assert Built(new, previous=old).former["company/metaplatforms"].successor == "company/meta"


@pytest.mark.parametrize(
    ("slug", "body", "successor"),
    [
        ("b", "", "company/meta"),  # the bytes are the same
        ("a", "more", "company/meta"),  # the episode has the same id
        ("b", "more", ""),
    ],
)
def test_rows_are_followed_to_the_new_name_of_their_file(slug, body, successor):
    old = Built(
        episode("a", ("company/metaplatforms", "Meta"), title="Talk"),
        episode("c", ("company/visa", "Visa"), title="Other", body="x"),
    )
    old.shared.entities["company/metaplatforms"].aliases = ("Meta",)
    new = Built(
        episode(slug, ("company/meta", "Meta"), title="Talk", file="new.md", body=body),
        episode("d", ("company/visa", "Visa"), title="Other", body="y"),
        previous=old,
    )
    assert new.former["company/metaplatforms"].successor == successor


def test_a_show_is_followed_to_the_new_names_of_its_files():
    old = Built(episode("a", show="beta", title="Talk", body="x"))
    new = Built(episode("b", show="gamma", title="Talk", body="x"), previous=old)
    assert new.former["show/beta"].successor == "show/gamma"


def test_a_judgement_decides_before_rows_for_what_an_earlier_graph_had():
    edges = ("company/twitter", "Twitter"), ("company/x", "X")
    judged = {"replaces": [("company/twitter", "company/x"), ("place/x", "company/x")]}
    alone = Built(episode("a", ("company/x", "X")), **judged)
    assert (alone.former, alone.shared.entities["company/x"].replaces) == (
        {},
        ("company/twitter", "place/x"),
    )
    later = Built(
        episode("a", ("company/y", "Twitter"), ("company/x", "X")),
        previous=Built(episode("a", *edges)),
        **judged,
    )
    assert later.former == {"company/twitter": FormerThing("Twitter", "company/x", JUDGED)}
    assert later.shared.entities["company/x"].replaces == ("company/twitter", "place/x")


def test_a_new_thing_of_the_same_name_is_the_successor_where_no_row_is_left():
    old = Built(episode("a", ("company/lovable", "Lovable"), ("place/jordan", "Jordan")))
    new = Built(episode("b", ("product/lovable", "Lovable")), previous=old)
    reason = "it has the same name and another type"
    assert new.former["company/lovable"] == FormerThing("Lovable", "product/lovable", reason)
    assert new.former["place/jordan"] == FormerThing("Jordan")


def test_what_stood_beside_it_before_is_another_thing():
    old = Built(episode("a", ("person/jordan", "Jordan")), episode("b", ("place/jordan", "Jordan")))
    new = Built(episode("b", ("place/jordan", "Jordan")), previous=old)
    assert new.former == {
        "person/jordan": FormerThing("Jordan"),
        "episode/a": FormerThing("a"),
    }


def test_several_new_things_of_the_name_are_no_successor():
    old = Built(episode("a", ("company/base", "Base")))
    new = Built(episode("b", ("crypto/base", "Base"), ("product/base", "Base")), previous=old)
    assert new.former["company/base"] == FormerThing("Base")


def test_a_show_that_is_no_show_any_more_has_no_namesake():
    old = Built(episode("a", show="unchained"))
    new = Built(episode("b", ("company/unchained", "Unchained")), previous=old)
    assert new.former["show/unchained"] == FormerThing("Unchained")


def test_a_show_leads_to_that_of_most_of_its_episodes():
    old = Built(*(episode(slug, show="allin") for slug in "abc"))
    new = Built(
        *(episode(slug, show="allinpodcast") for slug in "ab"),
        episode("c", show="other"),
        previous=old,
    )
    assert new.former == {
        "show/allin": FormerThing("Allin", "show/allinpodcast", "decided by 2 of its 3 episodes")
    }


def test_an_episode_leads_to_that_of_its_file_or_title():
    old = Built(
        episode("youtube-1", file="one.md"),
        episode("youtube-2", title="The Talk", date="2025-09-01"),
        episode("youtube-3", title="Alone", date="2025-09-02"),
        episode("youtube-4", title="The talk", date="2025-10-01"),
    )
    new = Built(
        episode("media-1", file="one.md"),
        episode("media-2", title="The talk", date="2025-09-01T10:00:00Z"),
        episode("media-3", title="Alone", date="2025-09-03"),
        episode("youtube-4", title="The talk", date="2025-10-01"),
        previous=old,
    )
    assert new.former == {
        "episode/youtube-1": FormerThing(
            "youtube-1", "episode/media-1", "decided by 1 of its 1 file"
        ),
        "episode/youtube-2": FormerThing(
            "The Talk", "episode/media-2", "it has the same title and day"
        ),
        "episode/youtube-3": FormerThing("Alone"),
    }


SAME = "it has the same title, body and lists"


@pytest.mark.parametrize("days", [("", ""), ("", "2025-09-01"), ("2025-09-01", "2025-09-01")])
@pytest.mark.parametrize("content", [{"body": "Of chips."}, {"tags": ("chips",)}])
def test_an_episode_leads_to_the_one_that_says_the_same(days, content):
    old = Built(episode("old", title="Talk", date=days[0], **content))
    new = Built(episode("new", title="Talk", date=days[1], **content), previous=old)
    assert new.former == {"episode/old": FormerThing("Talk", "episode/new", SAME)}
    again = Built(episode("newer", title="Talk", **content), previous=new)
    assert {id_: thing.successor for id_, thing in again.former.items()} == {
        "episode/old": "episode/newer",
        "episode/new": "episode/newer",
    }


NOTE = {"title": "Talk", "body": "Of chips.", "tags": ("chips",)}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([NOTE], [NOTE | {"body": "Of gas."}]),
        ([NOTE], [NOTE | {"tags": ("gas",)}]),
        ([NOTE], [NOTE | {"title": "Another talk"}]),
        ([NOTE], [NOTE, NOTE]),
        ([NOTE, NOTE], [NOTE]),
        ([NOTE | {"date": "2025-09-01"}], [NOTE | {"date": "2025-09-08"}]),
        ([{"title": "Template"}], [{"title": "Template"}]),
    ],
    ids=["body", "lists", "title", "two are new", "two are gone", "other day", "says nothing"],
)
def test_an_episode_leads_to_none_that_may_be_another(before, after):
    old = Built(*(episode(f"old-{n}", **values) for n, values in enumerate(before)))
    new = Built(*(episode(f"new-{n}", **values) for n, values in enumerate(after)), previous=old)
    assert [thing.successor for thing in new.former.values()] == [""] * len(before)


def test_an_episode_that_was_there_before_is_another_one_though_it_says_the_same():
    old = Built(episode("a", **NOTE), episode("b", **NOTE))
    assert Built(episode("b", **NOTE), previous=old).former == {"episode/a": FormerThing("Talk")}


def test_a_theme_leads_to_what_most_of_its_topics_mean_now():
    old_themes = {
        "theme/fictitious": TaxonomyTerm("Fictitious", {"AI safety": 3, "Alignment": 1, "Zzz": 1}),
        "theme/other": TaxonomyTerm("Other", {"Zzz": 1}),
    }
    safety = {"theme/ai-safety": TaxonomyTerm("AI safety", {})}
    old = Built(episode("a"), themes=old_themes)
    new = Built(episode("a"), themes=safety, previous=old)
    assert new.former["theme/other"] == FormerThing("Other")
    assert new.former["theme/fictitious"] == FormerThing("Fictitious")  # 1 of 4
    old_themes["theme/fictitious"] = TaxonomyTerm("AI Safety", {"AI_safety": 3})
    new = Built(episode("a"), themes=safety, previous=Built(episode("a"), themes=old_themes))
    reason = "decided by 2 of its 2 topics"
    assert new.former["theme/fictitious"] == FormerThing("AI Safety", "theme/ai-safety", reason)


def test_a_chain_has_one_step_and_ends_when_a_thing_comes_back():
    def say(name, previous=None):
        built = Built(episode("a", (f"company/{name}", "The name")), previous=previous)
        built.shared.entities[f"company/{name}"].aliases = ("The name",)
        return built

    builds = [say("one")]
    for name in ("two", "three", "four"):
        builds.append(say(name, builds[-1]))
    assert {id_: thing.successor for id_, thing in builds[-1].former.items()} == {
        "company/one": "company/four",
        "company/two": "company/four",
        "company/three": "company/four",
    }
    again = say("two", builds[-1])
    assert {id_: thing.successor for id_, thing in again.former.items()} == {
        "company/one": "company/two",
        "company/three": "company/two",
        "company/four": "company/two",
    }
    assert again.shared.entities["company/two"].replaces == (
        "company/four",
        "company/one",
        "company/three",
    )


def test_what_leads_nowhere_is_looked_for_again_in_each_build():
    old = Built(episode("a", ("company/lovable", "Lovable")))
    middle = Built(episode("b"), previous=old)
    assert middle.former["company/lovable"] == FormerThing("Lovable")
    new = Built(episode("b", ("product/lovable", "Lovable")), previous=middle)
    assert new.former["company/lovable"].successor == "product/lovable"


def test_a_former_thing_leads_again_to_a_successor_that_was_away():
    note = {"title": "Talk", "body": "Of chips."}
    grok, kept = ("product/grok", "Grok"), episode("z", ("company/x", "X"))
    first = Built(episode("a", ("company/grok", "Grok"), **note), kept)
    renamed = Built(episode("b", grok, **note), kept, previous=first)
    successors = {"company/grok": "product/grok", "episode/a": "episode/b"}
    assert {id_: renamed.former[id_].successor for id_ in successors} == successors
    away = renamed
    for _ in range(3):
        away = Built(kept, previous=away)
        assert [away.former[id_].successor for id_ in successors] == ["", ""]
        assert {id_: away.former[id_].last_successor for id_ in successors} == successors
    assert explain_former_name(away.former, "episode/a") == Absence(
        "'Talk' (episode/a) was in an earlier build, and its successor, episode/b, is no longer in "
        "the graph"
    )
    back = Built(episode("b", grok, **note), kept, previous=away)
    assert back.former == {
        "company/grok": FormerThing("Grok", "product/grok", LED_AGAIN),
        "episode/a": FormerThing("Talk", "episode/b", LED_AGAIN),
    }
    assert back.shared.entities["product/grok"].replaces == ("company/grok",)
    assert Built(episode("b", grok, **note), kept, previous=back).former == back.former


def test_a_former_thing_leads_to_what_became_of_a_successor_that_was_away():
    def say(*ids, previous=None):
        built = Built(episode("a", *((id_, "The name") for id_ in ids)), previous=previous)
        for id_ in ids:
            built.shared.entities[id_].aliases = ("The name",)
        return built

    second = say("company/two", previous=say("company/one"))
    away = say(previous=second)
    assert away.former["company/one"].last_successor == "company/two"
    later = say("product/two", previous=away)
    assert {id_: thing.successor for id_, thing in later.former.items()} == {
        "company/one": "product/two",
        "company/two": "product/two",
    }
    itself = say("company/one", previous=away)
    assert itself.former == {"company/two": FormerThing("Two", names=("The name",))}


def test_the_same_graph_again_changes_nothing():
    old = Built(episode("a", ("company/grok", "Grok")))
    new = Built(episode("a", ("product/grok", "Grok")), previous=old)
    assert Built(episode("a", ("product/grok", "Grok")), previous=new).former == new.former


@pytest.mark.parametrize("seed", range(30))
def test_no_circle_and_no_dead_end_over_many_random_builds(seed):
    rng = random.Random(seed)
    built, seen = None, set()
    for _ in range(6):
        names = [f"{rng.choice(('company', 'product'))}/{rng.choice('abc')}" for _ in range(6)]
        rows = [(id_, rng.choice("abcd")) for id_ in names if rng.random() < 0.8]
        shows = rng.choice(("x", "y", ""))
        built = Built(
            episode(rng.choice("pq"), *rows, file="f.md", show=shows),
            previous=built,
        )
        ids = {*built.shared.entities, *(f"episode/{slug}" for slug in built.shared.summaries)}
        seen |= ids
        assert built.former.keys() == seen - ids  # nothing is forgotten
        assert {thing.successor for thing in built.former.values()} <= ids | {""}
        for thing in built.former.values():
            last = thing.last_successor
            assert not last or (last in built.former and not thing.successor)
        assert list(built.former) == sorted(built.former)


def test_a_summary_is_read_for_nothing_but_what_is_gone():
    old = Built(episode("a", ("company/grok", "Grok")), episode("b", ("company/x", "X")))
    read = []
    new = Built(episode("a", ("product/grok", "Grok")), episode("b", ("company/x", "X")))

    def note(built):
        return lambda slugs: read.append(list(slugs)) or built.read(slugs)

    find_former(old.shared, note(old), new.shared, note(new))
    assert read == [["a"], ["a"]]


@pytest.mark.parametrize("rejected", [{"acme"}, {"company/acme"}])
def test_what_a_judgement_rejected_is_said_to_be_so(rejected):
    old = Built(episode("a", ("company/acme", "Acme"), ("company/bolt", "Bolt")))
    new = Built(episode("a"))
    former = find_former(old.shared, old.read, new.shared, new.read, rejected)
    reasons = {id_: (thing.successor, thing.reason) for id_, thing in former.items()}
    assert reasons == {
        "company/acme": ("", REJECTED_BY_JUDGEMENT),
        "company/bolt": ("", ""),
    }
    # A thing that another name of it leads to is forwarded as ever.
    again = Built(episode("a", ("product/acme", "Acme")))
    kept = find_former(old.shared, old.read, again.shared, again.read, {"company/acme"})
    assert kept["company/acme"].successor == "product/acme"


def test_a_rejected_name_that_is_not_the_label_is_told_as_long_as_it_is_rejected():
    old = Built(episode("a", ("company/acme", "Acme"), ("company/acme", "ACM")))
    new = Built(episode("a"))
    for previous in (old, new):
        gone = find_former(previous.shared, previous.read, new.shared, new.read, {"acm"})
        assert gone == {
            "company/acme": FormerThing("Acme", "", NAME_REJECTED_BY_JUDGEMENT, ("ACM",))
        }
        new.shared.former = gone
    for name, is_rejected in (("ACM", True), ("acm", True), ("Acme", True), ("other", None)):
        absence = explain_former_name(gone, name)
        assert (absence and absence.is_rejected) == is_rejected
    later = find_former(new.shared, new.read, new.shared, new.read, {"bolt"})
    assert later == {"company/acme": FormerThing("Acme", "", "", ("ACM",))}
    assert explain_former_name(later, "ACM") is None
    assert explain_former_name(later, "Acme") == Absence(
        "'Acme' (company/acme) was in an earlier build, and nothing in the graph is its successor"
    )
