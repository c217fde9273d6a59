"""Judgements of shows apply when the graph is built again, and only touched episodes are redone."""

import msgspec
import pytest
from support import episode_text

from kgraph.api import KnowledgeGraph
from kgraph.judging.judgement_preview import preview_judgement
from kgraph.pipeline import Report, build, update
from kgraph.resolve.judgement import make_judgement
from kgraph.resolve.judgements_file import append_judgements, remove_judgements
from kgraph.store import Store

SHOWS = ("Big Picture Show", "Big Picture Show", "Marginal Gears", "Bankless", "", "Gear Talk")


@pytest.fixture
def rebuilt(tmp_path, monkeypatch):
    """A function that writes judgements down, builds, and opens the store and the report."""
    monkeypatch.setattr(update, "MAX_UPDATED_SHARE", 1.0)
    home = tmp_path / "episodes"
    home.mkdir()
    for number, show in enumerate(SHOWS):
        url = f"https://www.youtube.com/watch?v=abcdefghij{number}"
        text = episode_text(f"Talk {number}", url, ("Wise",), more=f'source: "{show}"')
        (home / f"{number}.md").write_text(text, "utf-8")
    file = tmp_path / "judgements.yaml"
    file.touch()

    def make(*judged):
        for verb, *names in judged:
            append_judgements(file, [make_judgement(verb, names)])
        report = build([home], tmp_path / "store", workers=1, judgements=file)
        return Store(tmp_path / "store"), report

    make.file = file
    return make


def read_shows(store):
    """Return the show of each episode and its confidence; "" where it is unknown."""
    edges = [episode.show for episode in store.graph]
    return [(edge.label, edge.confidence) if edge else ("", 0.0) for edge in edges]


def test_a_show_that_is_only_surer_is_counted_as_a_change(rebuilt):
    rebuilt()
    store, _ = rebuilt(("accept", "show/marginalgears"))
    assert store.changes.counts() == {("show", "changed"): 1}


@pytest.mark.parametrize(
    ("judgement", "shows", "redone"),
    [
        (("different", "Big Picture Show", "The Big Picture"), ["Big Picture Show"] * 2, {0, 1}),
        (("same", "Marginal Gears", "The Big Picture"), ["Marginal Gears"] * 2, {0, 1}),
        (("same", "The Big Picture", "Big Picture Show"), ["The Big Picture"] * 2, {0, 1}),
        (("rename", "show/thebigpicture", "The Ledger"), ["The Ledger"] * 2, {0, 1}),
        (("reject", "show/thebigpicture"), ["", ""], {0, 1}),
        (("reject", "Bankless"), ["The Big Picture"] * 2, {3}),
        (("accept", "show/marginalgears"), ["The Big Picture"] * 2, {2}),
    ],
)
def test_a_judgement_applies_and_redoes_the_episodes_that_it_touches(
    rebuilt, judgement, shows, redone
):
    before, _ = rebuilt()
    old = read_shows(before)
    verb, *names = judgement
    effect = preview_judgement(before, make_judgement(verb, names), ())
    store, report = rebuilt(judgement)
    assert [label for label, _ in read_shows(store)[:2]] == shows
    assert (report.judgements, report.unapplied) == (1, [])
    slugs = {f"youtube-abcdefghij{number}" for number in redone}
    assert set(report.redone) == slugs
    words = f"judgements: {verb} {', '.join(names)}"
    assert all(words in reasons for reasons in report.redone.values())
    assert {change.episode.id for change in effect.shows} == {f"episode/{slug}" for slug in slugs}
    assert not effect.is_empty
    remove_judgements(rebuilt.file, [1])
    again, report = rebuilt()
    assert (read_shows(again), set(report.redone)) == (old, slugs)


def test_rows_and_episodes_of_a_renamed_show_meet_in_one_entity(rebuilt):
    file = rebuilt.file.parent / "episodes" / "4.md"
    row = "- name: Bankless\n  category: podcast\n  context: The podcast Bankless says so\n"
    text = file.read_text("utf-8").replace("companies:\n", f"companies:\n{row}")
    file.write_text(text.replace(row, row + "  source: llm_enhanced\n"), "utf-8")
    store, _ = rebuilt()
    assert store.shared.entities["show/bankless"].episodes == 1
    store, report = rebuilt(("rename", "Bankless", "Bank Talks"))
    renamed = store.shared.entities["show/banktalks"]
    assert (renamed.label, renamed.episodes) == ("Bank Talks", 1)
    assert "show/bankless" not in store.shared.entities
    assert store.shared.summaries["youtube-abcdefghij3"].show == "show/banktalks"
    assert set(report.redone) == {"youtube-abcdefghij3", "youtube-abcdefghij4"}


def test_an_unknown_show_says_which_judgement_left_it_so(rebuilt):
    store, _ = rebuilt(("reject", "show/thebigpicture"))
    graph = KnowledgeGraph(store)
    rows = list(graph.audit("shows"))
    assert (rows[0]["name"], rows[0]["label"]) == ("0.md", "")
    assert rows[0]["context"] == "undecided: a judgement rejects each show that is named"
    assert rows[0]["reasons"] == "judgement: reject show/thebigpicture"
    assert rows[3]["label"] == "Bankless"
    explanation = graph.why_not("The Big Picture", "0.md")
    assert explanation.trees[0].kind == "other-show"
    assert explanation.trees[0].because[0].line == 1


def test_a_file_that_only_a_judgement_is_about_does_not_hide_the_show_of_another(tmp_path):
    url = "https://www.youtube.com/watch?v=abcdefghij9"
    home = tmp_path / "episodes"
    home.mkdir()
    for name, more in (("a", "summary: An episode of Widget Hour."), ("b", "source: Gear Talk")):
        (home / f"{name}.md").write_text(episode_text("Talk", url, ("Wise",), more=more), "utf-8")
    file = tmp_path / "judgements.yaml"
    append_judgements(file, [make_judgement("reject", ("Widget Hour",))])
    build([home], tmp_path / "store", workers=1, judgements=file)
    store = Store(tmp_path / "store")
    [episode] = store.graph
    assert (episode.show.label, episode.show.file) == ("Gear Talk", 1)
    append_judgements(file, [make_judgement("reject", ("Gear Talk",))])
    report = build([home], tmp_path / "store", workers=1, judgements=file)
    assert report.unapplied == []
    told = "undecided: a judgement rejects each show that is named: judgement: reject Gear Talk"
    rows = KnowledgeGraph(Store(tmp_path / "store")).audit("shows")
    assert {f"{row['context']}: {row['reasons']}" for row in rows} == {told}


def test_the_reason_of_a_judged_show_is_told(rebuilt):
    store, _ = rebuilt(("different", "The Big Picture", "Big Picture Show"))
    [edge] = KnowledgeGraph(store).why("0.md", "Big Picture Show").trees
    judgement, source = edge.because
    assert (judgement.kind, judgement.line) == ("judgement", 1)
    assert source.words == "the file states the show Big Picture Show"


def test_what_no_show_is_called_is_reported(rebuilt):
    store, report = rebuilt(("reject", "show/nowhere"), ("reject", "company/bankless"))
    stored = msgspec.json.decode(store.report, type=Report)
    assert (report.judgements, [p.line for p in stored.unapplied]) == (0, [1, 2])


def test_an_undone_judgement_leaves_no_trace(rebuilt):
    plain, _ = rebuilt()
    wanted = list(plain.graph)
    rebuilt(("reject", "show/thebigpicture"), ("rename", "Gear Talk", "Cog Talk"))
    remove_judgements(rebuilt.file, [1, 2])
    store, _ = rebuilt()
    assert list(store.graph) == wanted
    assert all(episode.judged_show is None for episode in store.graph)


@pytest.mark.parametrize("name", ["The Daily Widget", "Daily Widget"])
def test_a_show_is_judged_with_its_article_and_without(tmp_path, name):
    home, file = tmp_path / "episodes", tmp_path / "judgements.yaml"
    home.mkdir()
    for number, show in enumerate(("The Daily Widget", "Daily Widget", "Daily Widget Show")):
        url = f"https://www.youtube.com/watch?v=abcdefghij{number}"
        text = episode_text(f"Talk {number}", url, ("Wise",), more=f'source: "{show}"')
        (home / f"{number}.md").write_text(text, "utf-8")
    append_judgements(file, [make_judgement("different", ["Daily Widget Show", name])])
    build([home], tmp_path / "store", workers=1, judgements=file)
    labels = [label for label, _ in read_shows(Store(tmp_path / "store"))]
    assert labels == ["Daily Widget", "Daily Widget", "Daily Widget Show"]
