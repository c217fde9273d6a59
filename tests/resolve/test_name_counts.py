import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgraph.base.model import EpisodeFile, Row
from kgraph.resolve.name_counts import (
    NameCounts,
    NameStatistics,
    count_names,
    find_judged_name,
    merge_statistics,
    strip_surroundings,
)


def episode(*rows: tuple[str, str]) -> EpisodeFile:
    rows_values = [
        {
            "name": name,
            **({"category": category, "source": "llm_enhanced"} if category else {"position": 7}),
        }
        for name, category in rows
    ]
    listed = tuple(Row("companies", index, values) for index, values in enumerate(rows_values))
    return EpisodeFile("a.md", "", {}, {"companies": listed}, {})


PARTS = st.lists(
    st.builds(
        count_names,
        st.lists(
            st.tuples(
                st.sampled_from(["Acme", "ACME", "So Acme", "Bolt"]), st.sampled_from(["", "bank"])
            ),
            max_size=4,
        ).map(lambda rows: episode(*rows)),
    ),
    max_size=5,
)


def test_an_episode_is_counted_by_core_names():
    counted = count_names(episode(("So Acme", ""), ("ACME", "Layer_1/Bank"), ("Bolt", "")))
    assert counted == NameStatistics(
        1,
        {
            "acme": NameCounts(2, 1, 1, {"Acme": 1, "ACME": 1}, {"layer": 1, "1": 1, "bank": 1}),
            "bolt": NameCounts(1, 1, 0, {"Bolt": 1}, {}),
        },
    )


@given(PARTS, st.randoms(use_true_random=False))
def test_merging_does_not_depend_on_order_or_grouping(parts, random):
    merged = merge_statistics(parts)
    shuffled = random.sample(parts, len(parts))
    folded = NameStatistics(0, {})
    for part in shuffled:
        folded = merge_statistics([part, folded])
    assert folded == merged


def test_statistics_survive_the_disk():
    counted = count_names(episode(("Acme", "bank")))
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(counted), type=NameStatistics) == counted


def test_a_core_keeps_what_is_part_of_the_name():
    names = ["And Acme", "General Intelligence", "CEO Ann Example", "Discover Acme", "VS Code"]
    assert [strip_surroundings(name) for name in names] == [
        "Acme", "General Intelligence", "Ann Example", "Discover Acme", "VS Code",
    ]  # fmt: skip


def test_what_is_in_a_bracket_is_no_name_where_words_stand_around_it():
    names = ["Acme (3)", "So Acme (US) Holdings", "Stripe <img src=x onerror=alert(3)>", "(ROC)"]
    names += ["International Business Machines (IBM)", "IBM (International Business Machines)"]
    assert [strip_surroundings(name) for name in names] == [
        *("Acme", "Acme Holdings", "Stripe <img src=x onerror=alert >", "ROC"),
        *("International Business Machines", "International Business Machines"),
    ]


@pytest.mark.parametrize(
    ("surface", "label", "name"),
    [
        ("Acme [ACM]", "Acme [ACM]", "Acme [ACM]"),
        ("Our Acme（ACM）", "Acme（ACM）", "Acme（ACM）"),
        ("Acme (ACM)", "Acme", "Acme"),
        ("Acme", "Acme (ACM)", "Acme"),
        ("SuperAcme (ACM)", "Acme (ACM)", "SuperAcme"),
    ],
)
def test_judgements_are_about_the_bracket_that_the_entity_has(surface, label, name):
    assert find_judged_name(surface, label) == name


def test_rows_of_a_person_count_like_rows_of_the_language_model():
    row = Row("companies", 0, {"name": "[[Acme]]"})
    assert count_names(EpisodeFile("a.md", "", {}, {"companies": (row,)}, {})) == NameStatistics(
        1, {"acme": NameCounts(1, 1, 1, {"Acme": 1}, {})}
    )
