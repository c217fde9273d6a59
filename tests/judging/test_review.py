"""The review queue is sorted by what a judgement gains, and lists each name once."""

import pytest
from reviewed import WHY, graph

from kgraph.judging.review import build_review_queue, load_review_queue
from kgraph.judging.review_queue import NameOutcome, ReviewExample, UnworthyNames, tabulate_cases

SURE = ("company", "Bolt", "Bolt", 0.9)
UNSURE = ("company", "Acme", "Acme", 0.4)
REJECTED = ("noise", "Gather", "Gather", 0.7)


def names(made, **options):
    return [case.name for case in build_review_queue(made, **options)]


def test_low_confidence_times_frequency_comes_first():
    made = graph([SURE] * 3 + [UNSURE], [SURE, UNSURE, REJECTED])
    assert [(case.name, round(case.wrong, 2), case.rows) for case in build_review_queue(made)] == [
        ("Acme", 1.2, 2),
        ("Bolt", 0.4, 4),
        ("Gather", 0.3, 1),
    ]


def test_a_case_tells_all_that_a_person_needs():
    made = graph([UNSURE], [("company", "Acme", "So Acme", 0.2), SURE])
    case = build_review_queue(made, limit=1)[0]
    assert (case.name, case.rows, case.episodes, case.surfaces) == (
        *("Acme", 2, 2),
        (("Acme", 1), ("So Acme", 1)),
    )
    assert case.outcomes == (NameOutcome("company", "Acme", 2, pytest.approx(0.3)),)
    assert case.sightings == (
        ReviewExample("1.md", "/companies/0", "Talk 1", "2025-01-02", "So Acme",
                 "we met So Acme there", 0.2, WHY, "episode/talk-1"),
        ReviewExample("0.md", "/companies/0", "Talk 0", "2025-01-01", "Acme",
                 "we met Acme there", 0.4, WHY, "episode/talk-0"),
    )  # fmt: skip


def test_of_an_episode_the_least_sure_row_is_shown_and_of_episodes_three():
    rows = [("company", "Acme", "Acme", sure) for sure in (0.5, 0.1, 0.3)]
    case = build_review_queue(graph(rows, rows[:1], rows[2:], rows[:1]))[0]
    assert [(seen.file, seen.confidence) for seen in case.sightings] == [
        ("0.md", 0.1),
        ("2.md", 0.3),
        ("1.md", 0.5),
    ]


def test_what_is_rightly_something_else_is_what_a_judgement_costs():
    both = [("company", "Acme", "Acme", 0.6)] * 4 + [("product", "Acme", "Acme", 0.7)] * 2
    few = [("company", "Bolt", "Bolt", 0.6)] * 4 + [("product", "Bolt", "Bolt", 0.3)]
    assert [(case.name, round(case.wrong, 2), round(case.pays, 2)) for case in build_review_queue(
        graph(both, few)
    )] == [("Bolt", 2.3, 2.0), ("Acme", 2.2, 0.8)]  # fmt: skip
    homograph = [("company", "Acme", "Acme", 0.9), ("product", "Acme", "Acme", 0.9)]
    assert names(graph(homograph)) == []


def test_what_no_judgement_would_change_is_left_out():
    made = graph([
        ("company", "Acme", "Acme", 1.0, "judgement"),
        ("company", "Bolt", "Bolt and Nut", 0.8, "joined"),
        ("company", "Nut", "Bolt and Nut", 0.8, "joined"),
        ("company", "Known", "Known", 1.0),
    ])  # fmt: skip
    assert names(made) == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"settled_keys": {"acme"}}, ["Gather", "Bolt"]),
        ({"types": {"company"}}, ["Acme", "Bolt"]),
        ({"types": {"noise"}}, ["Gather"]),
        ({"limit": 1}, ["Acme"]),
        ({"types": {"place"}}, []),
    ],
)
def test_the_queue_can_be_narrowed(options, said):
    assert names(graph([SURE, SURE, UNSURE, REJECTED]), **options) == said


RARELY_WRONG = [("company", "Fame", "Fame", 0.985)] * 20  #: 0.3 rows are wrong


def test_the_queue_ends_where_a_card_is_not_worth_its_time():
    edge = [("company", "Edge", "Edge", 0.91), ("company", "Twice", "Twice", 0.94)]
    made = graph([SURE, SURE, *RARELY_WRONG, *edge], [UNSURE, edge[1]])
    queue = build_review_queue(made)
    assert [case.name for case in queue] == ["Acme", "Bolt", "Twice"]
    assert queue.left == UnworthyNames(2, 21, pytest.approx(0.39), pytest.approx(0.39))
    end = "what is left (2 names) is 98 % sure on average, and a judgement of it corrects at most "
    assert queue.end == f"{end}0.20 rows"
    assert names(made, all=True) == ["Acme", "Bolt", "Twice", "Fame", "Edge"]
    assert names(made, all=True, limit=4) == ["Acme", "Bolt", "Twice", "Fame"]


def test_a_queue_tells_whether_the_limit_cut_it():
    made = graph([SURE, SURE, UNSURE, *RARELY_WRONG])
    queues = [build_review_queue(made, limit=limit) for limit in (1, 2, None)]
    assert [queue.is_cut for queue in queues] == [True, False, False]
    assert [bool(queue.end) for queue in queues] == [False, True, True]
    whole = build_review_queue(made, all=True)
    assert (len(whole), whole.end, whole.left) == (3, "", UnworthyNames())


def test_equals_stand_in_the_order_of_their_keys():
    rows = [("company", name, name, 0.5) for name in ("Cog", "Acme", "Bolt")]
    assert names(graph(rows)) == names(graph(rows[::-1])) == ["Acme", "Bolt", "Cog"]


@pytest.mark.parametrize("surface", ["!!!", "\x1b[31m", "</script>", "", " "])
def test_hostile_surfaces_are_cases_like_others(surface):
    assert len(build_review_queue(graph([("noise", surface, surface, 0.5)]))) == 1


def test_what_a_file_settles_is_not_listed(tmp_path):
    file = tmp_path / "judgements.yaml"
    rows = [("company", "Acme", "Acme", 0.3), ("noise", "Gather", "So Gather", 0.6)]
    assert {case.name for case in load_review_queue(graph(rows), file)} == {"Acme", "Gather"}
    file.write_text("- {verb: reject, names: [Gather]}\n")
    assert [case.name for case in load_review_queue(graph(rows), file)] == ["Acme"]


@pytest.mark.parametrize(
    ("judged", "row", "is_settled"),
    [
        ("Bolt, Acme", UNSURE, True),
        ("company/bolt, Acme", UNSURE, True),
        ("company/bolt, Acme", ("company", "Acme (AC)", "Acme", 0.4), True),
        ("company/bolt, Acme", ("company", "Bolt", "Acme", 0.4), True),  # until the next build
        ("company/bolt, Acme", ("noise", "Acme", "Acme", 0.4), True),
        ("company/bolt, Acme", ("company", "Nut", "Acme", 0.4), False),
        ("company/bolt, Acme", ("product", "Bolt", "Acme", 0.4), False),
        ("Bolt, company/acme", UNSURE, False),  # the entity was named, not the rows
    ],
)
def test_different_settles_a_name_that_is_not_taken_for_a_further_entity(
    tmp_path, judged, row, is_settled
):
    file = tmp_path / "judgements.yaml"
    file.write_text(f"- {{verb: different, names: [{judged}]}}\n")
    assert len(load_review_queue(graph([row]), file)) == (not is_settled)


def test_a_case_is_a_row_of_plain_values():
    found = tabulate_cases(build_review_queue(graph([UNSURE, ("product", "Acme", "acme", 0.2)])))
    assert [dict(zip(found.columns, row, strict=True)) for row in found.rows] == [
        {
            "name": "Acme", "pays": 1.2, "wrong": 1.4, "rows": 2, "episodes": 1,
            "type": "company", "label": "Acme", "confidence": 0.4, "also": "product Acme 1",
            "surfaces": "Acme 1 | acme 1", "detail": "name: by itself, for a company (+0.40)",
            "file": "0.md", "context": "we met acme there",
            "misheard": "", "evidence": "", "suggestion": "",
        }
    ]  # fmt: skip
