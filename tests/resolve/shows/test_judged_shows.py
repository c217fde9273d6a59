"""Judgements reach the shows of episodes: each verb, of a name and of an id."""

import random

import pytest

from kgraph.resolve.judgement import make_judgement
from kgraph.resolve.judgement_table import build_judgement_table
from kgraph.resolve.shows.decide import decide_show, judge_show_table
from kgraph.resolve.shows.evidence import ShowEvidence
from kgraph.resolve.shows.judged_shows import NO_SHOW_JUDGEMENTS
from kgraph.resolve.shows.known_shows import load_show_registry

FEED = "feed:libsyn/gears"
KNOWN_FEED = "feed:libsyn/techemergence"
SOURCE = ("source", "Big Picture Show", 1)  # taken for The Big Picture of the lexicon
GEARS = ("source", "Marginal Gears", 1)


def evidence(*claims, scopes=()):
    return ShowEvidence(tuple(scopes), claims)


def make_table(items, *judged):
    judgements = [make_judgement(verb, names, **fields) for verb, names, fields in judged]
    return judge_show_table(items, build_judgement_table(judgements))


def judge(verb, *names, **fields):
    return verb, names, fields


def decide(item, *judged, others=()):
    return decide_show(item, make_table([item, *others], *judged))


def judgements_of(decision):
    return [reason.words for reason in decision.evidence if reason.part == "judgement"]


def test_a_stated_name_that_differs_from_a_known_show_is_a_show_of_its_own():
    plain = decide(evidence(SOURCE))
    assert (plain.label, plain.judgement_keys) == ("The Big Picture", ())
    different = judge("different", "The Big Picture", "Big Picture Show", why="two shows")
    judged = decide(evidence(SOURCE), different)
    assert (judged.label, judged.key) == ("Big Picture Show", "bigpictureshow")
    assert judged.confidence == plain.confidence
    words = "different The Big Picture, Big Picture Show: two shows"
    assert judgements_of(judged) == [words] and judged.evidence[0].words == words
    assert judged.judgement_keys == ("bigpictureshow",)
    assert decide(evidence(("source", "The Big Picture", 1)), different).label == (
        "The Big Picture"
    )


@pytest.mark.parametrize(
    "names",
    [
        ("Big Picture Show", "show/thebigpicture"),
        ("show/bigpictureshow", "show/thebigpicture"),
        ("Big Picture Show", "The Ledger"),
    ],
)
def test_a_name_differs_from_a_show_by_its_id_and_by_its_new_name(names):
    rename = judge("rename", "show/thebigpicture", "The Ledger")
    judged = decide(evidence(SOURCE), judge("different", *names), rename)
    assert judged.label == "Big Picture Show"


def test_a_name_that_differs_from_two_others_cites_the_judgement_of_the_pair():
    judged = (
        judge("different", "Alpha Pod", "Beta Pod"),
        judge("different", "Beta Pod", "Gamma Pod"),
    )
    selected = make_table([evidence(("source", "Beta Pod", 1))], *judged).judgements
    names = ("Alpha Pod", "Gamma Pod", "Delta Pod")
    assert [selected.find_difference("Beta Pod", name) for name in names] == [
        ("betapod", "different Alpha Pod, Beta Pod"),
        ("betapod", "different Beta Pod, Gamma Pod"),
        None,
    ]
    known = judge("different", "The Big Picture", "Big Picture Show")
    further = judge("different", "Big Picture Show", "Gamma Pod")
    decision = decide(evidence(SOURCE), known, further)
    assert judgements_of(decision) == ["different The Big Picture, Big Picture Show"]


def test_two_unknown_names_of_the_same_words_are_told_apart():
    items = [evidence(("source", name, 1)) for name in ("Gear Show", "The Gear Podcast")] * 3
    assert {decide_show(item, make_table(items)).label for item in items} == {"Gear Show"}
    table = make_table(items, judge("different", "Gear Show", "The Gear Podcast"))
    labels = [decide_show(item, table).label for item in items[:2]]
    assert labels == ["Gear Show", "The Gear Podcast"]


def test_a_misheard_name_is_not_taken_for_a_show_that_it_differs_from():
    item = evidence(GEARS, ("spoken", "Marginel Geers", 4))
    assert [r.part for r in decide(item).evidence] == ["source", "spoken"]
    judged = decide(item, judge("different", "Marginel Geers", "Marginal Gears"))
    assert "spoken" not in [reason.part for reason in judged.evidence]


def test_evidence_of_two_names_of_one_show_adds_up():
    item = evidence(("source", "Marginal Gears", 1), ("title", "All-In Podcast", 1))
    assert decide(item).label == ""
    judged = decide(item, judge("same", "All-In Podcast", "Marginal Gears"))
    assert judged.label == "All-In Podcast"
    assert [reason.part for reason in judged.evidence] == ["judgement", "source", "title"]


@pytest.mark.parametrize("old", ["The Big Picture", "show/thebigpicture", "Big Picture Show"])
def test_a_renamed_show_has_the_new_name_and_its_key(old):
    judged = decide(evidence(SOURCE), judge("rename", old, "The Ledger"))
    assert (judged.label, judged.key) == ("The Ledger", "theledger")
    assert judgements_of(judged) == [f"rename {old}, The Ledger"]


def test_a_misheard_name_follows_a_renamed_show():
    others = [evidence(GEARS, scopes=[FEED]) for _ in range(4)]
    misheard = evidence(("spoken", "Marginel Geers", 2), scopes=[FEED])
    judged = decide(misheard, judge("rename", "Marginal Gears", "Cogs"), others=others)
    assert judged.label == "Cogs"
    assert [reason.part for reason in judged.evidence if reason.weight] == ["feed", "spoken"]


def test_the_id_that_remains_gives_the_name():
    items = [evidence(GEARS), evidence(SOURCE)]
    table = make_table(items, judge("same", "show/marginalgears", "show/thebigpicture"))
    assert {decide_show(item, table).label for item in items} == {"Marginal Gears"}


@pytest.mark.parametrize("name", ["show/thebigpicture", "The Big Picture", "Big Picture Show"])
def test_a_rejected_show_leaves_an_episode_undecided(name):
    judged = decide(evidence(SOURCE), judge("reject", name))
    assert (judged.label, judged.key, judged.confidence) == ("", "", 0.0)
    assert judgements_of(judged) == [f"reject {name}"]


def test_a_rejected_show_leaves_the_next_best():
    stated = ("itself", "The Big Picture", 1)
    item = evidence(SOURCE, stated, ("summary", "Marginal Gears", 2))
    assert decide(item).label == "The Big Picture"
    judged = decide(item, judge("reject", "show/thebigpicture", why="not here"))
    assert judged.label == "Marginal Gears"
    assert judgements_of(judged) == ["reject show/thebigpicture: not here"]
    assert judged.confidence == decide(evidence(("summary", "Marginal Gears", 2))).confidence


def test_a_rejected_name_is_no_evidence_and_other_names_of_the_show_are():
    item = evidence(("source", "All-In", 1), ("summary", "All-In Podcast", 1))
    judged = decide(item, judge("reject", "All-In"))
    assert judged.label == "All-In Podcast"
    assert [reason.part for reason in judged.evidence if reason.weight] == ["summary"]


def test_a_rejected_show_is_not_that_of_its_known_feed_and_other_names_count_in_full():
    item = evidence(GEARS, scopes=[KNOWN_FEED])
    plain = decide(item)
    assert plain.label and plain.label != "Marginal Gears"
    judged = decide(item, judge("reject", f"show/{plain.key}"))
    assert judged.label == "Marginal Gears"
    assert judged.confidence == decide(evidence(GEARS)).confidence


def test_a_rejected_show_does_not_speak_for_the_other_episodes_of_a_feed():
    others = [evidence(GEARS, scopes=[FEED]) for _ in range(4)]
    silent = evidence(scopes=[FEED])
    assert decide(silent, others=others).label == "Marginal Gears"
    assert decide(silent, judge("reject", "Marginal Gears"), others=others).label == ""


@pytest.mark.parametrize("name", ["show/marginalgears", "Marginal Gears"])
def test_what_an_episode_says_of_an_accepted_show_is_certain(name):
    item = evidence(("spoken", "Marginal Gears", 1))
    assert decide(item).label == ""
    judged = decide(item, judge("accept", name))
    assert (judged.label, judged.confidence) == ("Marginal Gears", 1.0)
    assert judgements_of(judged) == [f"accept {name}"]


def test_an_accepted_show_is_that_of_an_undecided_episode_that_states_it():
    tea = ("title", "Tea Hour Radio", 1)
    item = evidence(GEARS, tea)
    assert decide(item).label == ""
    for name in ("Tea Hour Radio", "Marginal Gears"):
        judged = decide(item, judge("accept", name))
        assert (judged.label, judged.confidence) == (name, 1.0)
    both = decide(item, judge("accept", "Tea Hour Radio"), judge("accept", "Marginal Gears"))
    assert both.label == "Marginal Gears"
    decided = evidence(GEARS, ("spoken", "Marginal Gears", 1), tea)
    assert decide(decided, judge("accept", "Tea Hour Radio")).label == "Marginal Gears"


def test_an_accepted_show_is_no_surer_where_the_episode_does_not_state_it():
    item = evidence(scopes=[KNOWN_FEED])
    plain = decide(item)
    judged = decide(item, judge("accept", f"show/{plain.key}"))
    assert (judged.label, judged.confidence) == (plain.label, plain.confidence)
    named = evidence(("named", "All-In Podcast", 1))
    assert decide(named, judge("accept", "show/allinpodcast")).label == ""


@pytest.mark.parametrize(
    "judgement",
    [
        judge("type", "The Big Picture", type="company"),
        judge("accept", "Big Picture Show", type="company"),
        judge("reject", "company/thebigpicture"),
        judge("same", "company/nvidia", "show/thebigpicture"),
        judge("same", "company/nvidia", "Big Picture Show"),
        judge("reject", "Monday"),
        judge("sameas", "The Big Picture", "Q7"),
    ],
)
def test_a_judgement_of_something_else_changes_no_table(judgement):
    items = [evidence(SOURCE), evidence(GEARS)]
    table = make_table(items, judgement)
    assert table == make_table(items)
    assert table.judgements == NO_SHOW_JUDGEMENTS


def test_the_name_of_a_presenter_is_no_name_of_a_show():
    host = next(iter(load_show_registry().hosts))
    item = evidence(("host", host, 1), ("title", load_show_registry().hosts[host], 1))
    assert decide(item, judge("reject", host)) == decide(item)


def test_rows_are_decided_by_the_names_in_the_files_and_by_new_ones():
    items = [evidence(("source", "Gear Talk", 1)) for _ in range(3)]
    renamed = make_table(items, judge("rename", "Gear Talk", "Cog Talk"))
    assert renamed.corpus_shows == {"geartalk": "Gear Talk", "cogtalk": "Cog Talk"}
    assert make_table(items, judge("reject", "show/geartalk")).corpus_shows == {
        "geartalk": "Gear Talk"
    }
    index = [evidence(SOURCE) for _ in range(3)]
    assert make_table(index).corpus_shows == {}
    different = judge("different", "Big Picture Show", "The Big Picture")
    assert make_table(index, different).corpus_shows == {"bigpictureshow": "Big Picture Show"}


def test_a_table_with_judgements_does_not_depend_on_order():
    names = ("Gear Talk", "The Gear Podcast", "Gear Show", "Cog Talk", "Big Picture Show")
    items = [
        evidence(("source", name, n % 3 + 1), ("spoken", names[n % 4], 1), scopes=[FEED])
        for n, name in enumerate(names * 2)
    ]
    judged = (
        judge("different", "Gear Talk", "Gear Show"),
        judge("same", "Cog Talk", "The Gear Podcast"),
        judge("reject", "show/thebigpicture"),
    )
    shuffled = random.Random(1).sample(items, len(items))
    assert make_table(shuffled, *judged) == make_table(items, *judged)
