"""Decisions are filtered, counted and paged, each with the command that judges it."""

import shlex
from shutil import copytree

import pytest

from kgraph.base.errors import InputError
from kgraph.pipeline import build
from kgraph.resolve.name_counts import strip_surroundings
from kgraph.store import Store
from kgraph.views.audit_tables import AUDITS, join_reasons, tabulate_report, tabulate_rows
from kgraph.views.decision_records import DECISION_KINDS, suggest_judge_commands
from kgraph.views.decisions import DecisionFilter, find_decisions


def whole(store, what, **seek):
    return find_decisions(store, what, DecisionFilter(**seek), 0, 100_000)


@pytest.mark.parametrize("what", DECISION_KINDS)
def test_everything_is_found_as_the_audit_has_it(sample, what):
    found = whole(sample, what)
    assert found.total == len(found.decided)
    rows = list(AUDITS[what](sample).rows)
    # A row that names several things is one row of the audit, and a decision each.
    assert found.total >= len(rows)
    if what != "mentions":
        assert found.total == len(rows)


def test_an_undecided_show_has_its_best_candidate_or_says_that_there_is_none(sample):
    rows = {row[0]: row[1:] for row in AUDITS["shows"](sample).rows}
    undecided = {file: row for file, row in rows.items() if not row[0]}
    assert undecided["2025-07-15-data-centres-in-the-desert.md"] == (
        "",
        "",
        "undecided: the best candidate has a probability of 0.343, below 0.65: place: other "
        "episodes of the same place are of Second Derivative (+0.85)",
    )
    nameless = "2025-10-16-the-fire-drill-what-ai-safety-teams-do-all-day.md"
    assert undecided[nameless] == ("", "", "undecided: nothing names a show")
    decisions = whole(sample, "shows", type="undecided").decided
    assert [one.name for one in decisions] == list(undecided)
    for one in decisions:
        evidence = ": ".join(filter(None, (one.context, join_reasons(one.reasons))))
        commands = " or ".join(f"`{command}`" for command in one.commands)
        decided_by = f"; to decide it: {commands}" if commands else ""
        assert f"{evidence}{decided_by}" == undecided[one.name][2]


def test_without_what_the_build_kept_the_reason_is_unknown(sample, tmp_path):
    copied = tmp_path / "store"
    copytree(sample.path, copied)
    store = Store(copied)
    (store.build / "kept").unlink()
    evidence = {row[3] for row in AUDITS["shows"](store).rows if not row[1]}
    assert evidence == {"undecided, for a reason that another version of kgraph knows: build again"}


def test_the_report_accounts_for_the_rows_as_the_episodes_do(sample):
    assert list(tabulate_report(sample.report).rows) == list(tabulate_rows(sample).rows)


def test_parts_make_the_whole(sample):
    for order in ("graph", "least", "most"):
        found = whole(sample, "mentions", order=order)
        parts = [
            find_decisions(sample, "mentions", DecisionFilter(order=order), n, 50)
            for n in range(0, found.total, 50)
        ]
        assert tuple(one for part in parts for one in part.decided) == found.decided
        assert {part.total for part in parts} == {found.total}


def test_the_least_sure_come_first(sample):
    sure = [one.confidence for one in whole(sample, "mentions", order="least").decided]
    assert sure == sorted(sure)
    assert sure[0] < sure[-1]


def test_filters_narrow_and_facets_ignore_their_own(sample):
    every = whole(sample, "mentions")
    noise = whole(sample, "mentions", type="noise")
    assert {one.type for one in noise.decided} == {"noise"}
    assert {one.id for one in noise.decided} == {""}
    assert noise.types == every.types
    assert dict(every.types)["noise"] == noise.total < every.total
    assert sum(n for _, n in noise.rules) == noise.total
    rule = noise.rules[0][0]
    assert whole(sample, "mentions", type="noise", rule=rule).total == noise.rules[0][1]


def test_bounds_of_confidence_and_words(sample):
    unsure = whole(sample, "mentions", max_confidence=0.5)
    assert unsure.total > 0
    assert max(one.confidence for one in unsure.decided) <= 0.5
    named = whole(sample, "mentions", text="NVIDIA")
    assert named.total > 0
    assert all(
        "nvidia" in f"{one.name} {one.label} {one.place}".casefold() for one in named.decided
    )


def test_the_rows_of_a_file_are_found_by_its_name(sample):
    for episode in sample.graph:
        here = sum(len(mention.rows) for mention in episode.mentions)
        found = [whole(sample, "mentions", text=file.file).total for file in episode.files]
        assert sum(found) == here
        assert whole(sample, "mentions", text=episode.id).total == here


def test_what_is_no_audit_or_order_is_said(sample):
    with pytest.raises(InputError, match="colours: no such decisions; choose one of mentions"):
        find_decisions(sample, "colours", DecisionFilter())
    with pytest.raises(InputError, match="best: no such order; choose one of graph"):
        find_decisions(sample, "mentions", DecisionFilter(order="best"))


@pytest.mark.parametrize("name", ["type", "rule"])
@pytest.mark.parametrize("what", DECISION_KINDS)
def test_what_no_decision_has_is_refused_with_what_they_have(sample, what, name):
    with pytest.raises(InputError, match=rf"^{name}=compny: no decision here has it: ") as error:
        find_decisions(sample, what, DecisionFilter(**{name: "compny"}))
    met = {getattr(one, name) for one in whole(sample, what).decided} - {""}
    assert all(value in str(error.value) for value in met)


def test_a_type_that_others_have_is_no_error_where_nothing_else_fits(sample):
    assert whole(sample, "mentions", type="company", text="no such words").total == 0


def test_bounds_that_exclude_each_other_are_refused(sample):
    with pytest.raises(InputError, match="at least 90% is above at most 10%"):
        find_decisions(sample, "mentions", DecisionFilter(min_confidence=0.9, max_confidence=0.1))


@pytest.mark.parametrize(
    "name", ["Acme", "$(rm -rf ~)", "a'; echo b", "-x", "--help", "`id`", "line\nbreak", "ünï"]
)
def test_a_command_says_the_name_and_nothing_else(name):
    judged = (
        strip_surroundings(name) or name
    )  # without the words around it, as judgements count names
    end = ["--", judged] if judged.startswith("-") else [judged]
    for type_, verbs in (
        ("company", (["accept"], ["reject"])),
        ("noise", (["reject"], ["accept", "--type", "company"])),
    ):
        made = suggest_judge_commands(name, "", type_, "itself")
        assert [shlex.split(command) for command in made] == [
            ["kgraph", "judge", *verb, *end] for verb in verbs
        ]


def test_what_no_judgement_reaches_has_no_command():
    assert suggest_judge_commands("Acme", "Acme", "company", "judgement") == ()
    assert suggest_judge_commands("Visa and Mastercard", "Visa", "company", "joined") == ()


def test_a_name_is_found_by_its_episode_and_by_its_file(folder, tmp_path):
    other = (folder / "b.md").read_text().replace("Second talk", "First talk")
    (folder / "b.md").write_text(other)
    build([folder], tmp_path / "store", workers=1)
    store = Store(tmp_path / "store")
    names = [
        sorted(one.name for one in whole(store, "mentions", text=text).decided)
        for text in ("first talk", "a.md")
    ]
    assert names == [["Coinbase", "NVIDIA", "NVIDIA", "OpenAI"], ["NVIDIA", "OpenAI"]]
