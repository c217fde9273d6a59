"""What episodes of a theme or a show mention more than others: as on the pages of both."""

import pytest
from analysis.asked import Said, episode, stored
from views.conftest import run_view

from kgraph.analysis import describe_query_substitutions, fetch_answer_table
from kgraph.base.errors import InputError, UnknownNameError
from kgraph.views.open_graph import OpenGraph

NAMES = [f"Firm{n:02}" for n in range(14)]


def grouped():
    """Four episodes of Alpha on exchanges mention 14 firms, eight of Beta one of them."""
    alpha = [
        episode(
            f"Alpha {n}",
            f"2025-06-0{n + 1}",
            [f"{name}:company:1" for name in NAMES] + ["Jane Roe:person:1"],
            [Said(f"Exchanges open at {n}.", themes="exchanges")],
            show="Alpha",
        )
        for n in range(4)
    ]
    named = ["Firm00:company:1"]
    beta = [episode(f"Beta {n}", "2025-06-02", named, show="Beta") for n in range(8)]
    return [*alpha, *beta]


@pytest.fixture(scope="module")
def groups(tmp_path_factory):
    return stored(tmp_path_factory.mktemp("groups") / "store", grouped())


def test_names_of_a_show_are_ranked_by_association(groups):
    found = fetch_answer_table(groups, "group-names", {"of": "Alpha"})
    assert list(found.columns) == ["name", "type", "episodes", "lift", "association"]
    rows = list(found.rows)
    assert [row[0] for row in rows] == [*NAMES[1:], "Jane Roe"]  # Firm00 is in all episodes
    assert {row[2:4] for row in rows} == {(4, 3.0)}
    people = fetch_answer_table(groups, "group-names", {"of": "show/alpha", "type": "person"})
    assert [row[0] for row in people.rows] == ["Jane Roe"]


def test_a_theme_that_is_also_a_show_is_said_to_be_taken(tmp_path):
    exchanges = [Said("Exchanges open.", themes="exchanges")]
    talks = [
        episode("One", "2025-06-02", ["Firm:company:1"], exchanges, show="Alpha"),
        episode("Two", "2025-06-03", ["Firm:company:1"], show="Exchanges"),
    ]
    store = stored(tmp_path / "store", talks)
    [theme] = [id_ for id_ in store.shared.themes if id_ == "theme/exchanges"]
    label = store.shared.themes[theme].label
    told = f"of=Exchanges: taken for {label} ({theme}); also of that name: show/exchanges"
    assert describe_query_substitutions(store, "group-names", {"of": "Exchanges"}) == [told]
    for clear in (theme, "show/exchanges", "Alpha"):
        assert describe_query_substitutions(store, "group-names", {"of": clear}) == []


def test_they_are_those_of_the_page(sample):
    graph, kinds = OpenGraph(sample), set()
    for id_ in (*sample.shared.themes, *graph.episodes_by_show):
        rows = fetch_answer_table(sample, "group-names", {"of": id_, "count": "500"}).rows
        answered = {(row[0], row[1]): row[2:] for row in rows}
        kind = id_.partition("/")[0]
        groups = run_view(graph, kind, name=id_).beside
        assert len(answered) == sum(group.total + group.uncertain_total for group in groups)
        for line in (line for group in groups for line in (*group.rows, *group.uncertain)):
            kinds.add(kind)
            episodes, lift, association = answered[line.thing.label, line.thing.type]
            assert (episodes, lift) == (line.episodes, pytest.approx(line.lift, abs=1e-4))
            assert association == pytest.approx(line.association, abs=1e-4)
    assert kinds == {"theme", "show"}


def test_what_is_neither_a_theme_nor_a_show_is_refused(groups):
    with pytest.raises(InputError, match="Jane Roe: person/janeroe is neither a theme nor a"):
        fetch_answer_table(groups, "group-names", {"of": "Jane Roe"})
    with pytest.raises(UnknownNameError, match="nothing in the graph is called 'Alfa'"):
        fetch_answer_table(groups, "group-names", {"of": "Alfa"})
