"""A briefing: its sections, sentences and evidence, and commands that give the same figures."""

import json
import shlex

import pytest
from analysis.asked import episode, stored
from analysis.briefed import MENTIONS, QUOTE, briefed
from cli.runner import run
from support import episode_text
from views.conftest import run_view

from kgraph import KnowledgeGraph
from kgraph.analysis import fetch_answer_table
from kgraph.base.errors import InputError
from kgraph.graph.windows import choose_window, split_episodes
from kgraph.pipeline import build
from kgraph.store import Store
from kgraph.views.briefing import BriefingRequest, view_briefing
from kgraph.views.briefing_sentences import describe_row
from kgraph.views.briefing_values import escape_markdown
from kgraph.views.open_graph import OpenGraph

EVIL = "<img src=x onerror=alert(1)> [a](javascript:b) `c` \x1b[31m"


def few_rises():
    """Acme rises to five episodes of a month, Apex to four."""
    months = {"2025-05": (0, 0), "2025-06": (5, 4)}
    return [
        episode(
            f"Talk {month} {n}",
            f"{month}-02",
            [
                f"{name}:company:1"
                for name, size in zip(("Acme", "Apex"), sizes, strict=True)
                if n < size
            ],
            show="Alpha",
        )
        for month, sizes in months.items()
        for n in range(8)
    ]


@pytest.fixture(scope="module")
def months(tmp_path_factory):
    return stored(tmp_path_factory.mktemp("months") / "store", briefed())


def brief(store, since="2025-06", until="2025-06", limit=5):
    return view_briefing(OpenGraph(store), BriefingRequest(since, until, limit))


def repeat(section, path):
    """Rows that a section's command prints, by column."""
    program, *words = shlex.split(section.query.command)
    done = run(*words, "--json", "--store", path)
    assert (program, done.returncode) == ("kgraph", 0), done.stderr
    document = json.loads(done.stdout)
    columns = document["head"]["vars"]
    return [
        {column: row.get(column, {}).get("value", "") for column in columns}
        for row in document["results"]["bindings"]
    ]


def as_text(value):
    return f"{value:.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def check_repeats(facts, path):
    """Check that each section's command gives its rows; return the keys of those with rows."""
    for section in facts.sections:
        if section.key == "judged" and section.empty.startswith("It is unknown"):
            continue
        expected = [{k: as_text(v) for k, v in row.values.items()} for row in section.rows]
        given = [
            {key: as_text(float(v)) if is_number(v) else v for key, v in row.items()}
            for row in repeat(section, path)
        ]
        assert given == [
            {key: as_text(float(v)) if is_number(v) else v for key, v in row.items()}
            for row in expected
        ], section.key
    return {section.key for section in facts.sections if section.rows}


def is_number(text):
    return text.replace(".", "", 1).removeprefix("-").isdigit()


def test_each_section_is_repeated_by_its_command(months):
    keys = check_repeats(brief(months), months.path)
    assert keys >= {"rose", "unclear", "new", "closer", "together", "quotes"}


def test_each_section_of_the_sample_is_repeated_by_its_command(sample):
    assert check_repeats(brief(sample, "2025-06", "2025-10", 3), sample.path) >= {
        "unclear",
        "quotes",
    }


def test_sentences_have_figures_and_intervals(months):
    sections = {section.key: section for section in brief(months, limit=10).sections}
    nvidia = next(r for r in sections["rose"].rows if r.subjects[0].label == "NVIDIA")
    low, high = nvidia.values["low"], nvidia.values["high"]
    assert nvidia.text == (
        f"10.0 → 80.0 % in the 2 shows of both, +70.0 points (95 % interval +{low:.1f} to "
        f"+{high:.1f}); of all, 2 of 20 → 16 of 24 episodes (10.0 → 66.7 %)."
    )
    newco = next(r for r in sections["new"].rows if r.subjects[0].label == "Newco")
    assert newco.text == (
        "company, in 4 episodes of 2 shows, first on 2025-06-01. 1 further episode without a date "
        "of publication mentions it and may be older."
    )
    together = next(r for r in sections["together"].rows if r.subjects[0].label == "Circle")
    assert [ref.id for ref in together.subjects] == ["company/circle", "company/tether"]
    assert together.quote == "Circle and Tether are one market."
    assert "no earlier episode did, of 3 and 3." in together.text
    assert together.evidence[0].recording == "https://example.org/Alpha/2025-06/0.mp3"
    assert sections["quotes"].rows[0].quote == QUOTE


@pytest.mark.parametrize("talks", [briefed(), few_rises()], ids=["briefed", "few"])
def test_the_front_page_lists_the_companies_that_rose_in_the_briefing(tmp_path, talks):
    graph = OpenGraph(stored(tmp_path / "store", talks))
    front = run_view(graph, "front").risers
    facts = view_briefing(graph, BriefingRequest(limit=30))
    assert (front.before, front.after) == (facts.before_since[:7], facts.since[:7])
    rows = next(section.rows for section in facts.sections if section.key == "rose")
    assert {row.thing.id for row in front.rows} == {row.subjects[0].id for row in rows}
    table = fetch_answer_table(graph.store, "risers", {"before": front.before})
    assert {row[0] for row in table.rows} == {row.subjects[0].label for row in rows}


def test_undated_episodes_and_what_is_compared_are_said_in_words(months):
    facts = brief(months)
    assert (facts.episodes, facts.episodes_before, facts.earlier, facts.undated) == (24, 20, 20, 1)
    assert "Without a known date of publication: 1 of all 45 episodes." in " ".join(facts.coverage)
    rose = facts.sections[0]
    assert "were compared in the shows of both" in rose.note
    assert "may stand here by chance" in rose.note


def test_an_empty_section_says_why(months):
    for section in brief(months, "2025-05", "2025-05").sections:
        assert bool(section.empty) != bool(section.rows)
    empty = {s.key: s.empty for s in brief(months, "2025-05", "2025-05").sections}
    assert list(empty)[:2] == ["rose", "new"]  # what fell has the same reason
    assert empty["new"] == "No episode is earlier than these days, so every name would be new."
    assert empty["rose"] == "No name can be compared: no show has episodes in both windows."
    assert empty["changed"] == "There was no build before this one, or it was not kept."
    assert "build again" in empty["judged"]


def test_a_default_window_tells_of_later_episodes(tmp_path):
    talks = [
        episode(f"{show} {month}", f"2025-{month}-20T10:00:00Z", [], show=show)
        for month in ("05", "06")
        for show in ("Alpha", "Beta", "Gamma")
    ]
    talks += [
        episode("On the last day", "2025-06-30T10:00:00Z", [], show="Alpha"),
        episode("Later", "2025-07-20", [], show="Alpha"),
        episode("Latest", "2025-08-03T10:00:00Z", [], show="Beta"),
        episode("At some time", "2025-09-01", [], dated=False),
    ]
    store = stored(tmp_path / "store", talks)
    facts = brief(store, "", "")
    assert (facts.since, facts.until) == ("2025-06-01", "2025-06-30")
    sentence = (
        "2 episodes later than these days, up to 2025-08-03, are in no figure: if no days are "
        "given (since, until), a briefing is on the last whole month with episodes of at least 3 "
        "shows, or if there are no two such months, of a known show."
    )
    given = brief(store, facts.since, facts.until)
    assert sentence in facts.coverage
    assert [line for line in facts.coverage if line != sentence] == given.coverage


def test_names_in_too_few_episodes_of_the_shows_of_both_windows_are_told(tmp_path):
    talks = [
        episode(f"Talk {month}", f"2025-{month}-01", ["Circle:company:1"], show="Alpha")
        for month in ("05", "06")
    ]
    facts = brief(stored(tmp_path / "store", talks), "2025-06", "2025-06")
    assert facts.same_shows == 1
    assert facts.coverage[0].endswith("; 1 show is in both.")
    assert facts.sections[0].empty == (
        "No name can be compared: none is in 5 episodes or more of one window."
    )


def test_what_has_the_share_that_it_had_does_not_seem_to_have_changed(tmp_path):
    talks = [
        episode(
            f"Talk {month} {number}",
            f"2025-{month}-0{number + 1}",
            ["Circle:company:1", *(["Tether:company:1"] if number < tether else [])],
            show="Alpha",
        )
        for month, tether in (("05", 5), ("06", 3))
        for number in range(6)
    ]
    store = stored(tmp_path / "store", talks)
    facts = brief(store)
    rows = {section.key: section.rows for section in facts.sections}
    labels = [row.subjects[0].label for key in ("rose", "fell", "unclear") for row in rows[key]]
    assert labels == ["Tether"]  # and not Circle, which all episodes of both months mention
    check_repeats(facts, store.path)


def test_one_episode_of_one_show_is_told_of_in_the_singular(tmp_path):
    talks = [episode(month, f"2025-{month}-02", [], show="Alpha") for month in ("05", "06")]
    assert brief(stored(tmp_path / "store", talks)).coverage[0] == (
        "1 episode of 1 show was published in these days, and 1 episode of 1 show in the window "
        "before (2025-05-01 to 2025-05-31); 1 show is in both."
    )


@pytest.mark.parametrize(
    ("missing", "key", "told"),
    [
        (
            "Tether",
            "together",
            "Of 1 pair, none was together in fewer than three earlier episodes.",
        ),
        ("Visa", "closer", "Of 1 pair, none came closer by more than chance explains."),
    ],
)
def test_ties_of_a_kind_that_has_none_are_told_of_in_a_sentence(
    tmp_path, monkeypatch, missing, key, told
):
    kept = {
        where: {name: of for name, of in names.items() if name != missing or where[0] == "2025-06"}
        for where, names in MENTIONS.items()
    }
    monkeypatch.setattr("analysis.briefed.MENTIONS", kept)
    sections = {s.key: s for s in brief(stored(tmp_path / "store", briefed())).sections}
    assert (sections[key].empty, sections[key].rows) == (told, [])


def test_a_graph_without_dates_asks_for_days(tmp_path):
    store = stored(tmp_path / "store", [episode("One", "2025-06-02", [], dated=False)])
    with pytest.raises(InputError, match="give a first and a last day"):
        brief(store, "", "")
    assert not brief(store).episodes


def test_the_same_graph_gives_the_same_briefing(months):
    assert str(brief(months)) == str(brief(months))


def test_what_the_build_lost_is_named(tmp_path):
    folder = tmp_path / "episodes"
    folder.mkdir()
    for name, company in (("a.md", "OpenAI"), ("b.md", "Stripe")):
        (folder / name).write_text(episode_text(f"Talk of {company}", companies=(company,)))
    build([folder], tmp_path / "store", workers=1)
    (folder / "b.md").write_text(episode_text("Talk of Stripe", companies=(), date=""))
    build([folder], tmp_path / "store", workers=1)
    text = str(brief(Store(tmp_path / "store"), "2025-01", "2025-12"))
    assert "- entity Stripe lost.\n" in text
    assert ", , file" not in text


def test_hostile_names_stay_text_in_markdown(tmp_path):
    store = stored(tmp_path / "store", briefed(scripts=EVIL.replace(":", "")))
    text = str(brief(store))
    assert "<img" not in text.replace("\\<img", "")
    assert "\x1b" not in text
    assert escape_markdown(EVIL) == (
        "\\<img src=x onerror=alert(1)\\> \\[a\\](javascript:b) \\`c\\` \ufffd\\[31m"
    )


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("- a dash begins what is said", "\\- a dash begins what is said"),
        ("2. a number, too", "2\\. a number, too"),
        ("=== no heading", "\\=== no heading"),
        ("from $5 to $6", "from \\$5 to \\$6"),
        ("2.", "2\\."),
        ("---", "\\---"),
        ("-1 and +1", "-1 and +1"),
        ("0.5 %, up! AT&T", "0.5 %, up! AT&T"),
        ("![x](y) &lt;b&#62;", "!\\[x\\](y) \\&lt;b\\&\\#62;"),
    ],
)
def test_a_quote_begins_no_list_and_holds_no_formula(text, escaped):
    assert escape_markdown(text) == escaped


@pytest.mark.parametrize(
    ("shows", "words"),
    [
        ((0, 1), "10.0 → 66.7 %, all of one show)"),
        ((1, 1), "10.0 → 66.7 %, in each window of one show)"),
        ((1, 2), "10.0 → 66.7 %)"),
    ],
)
def test_one_show_in_each_window_need_not_be_the_same(months, shows, words):
    store = OpenGraph(months)
    facts = view_briefing(store, BriefingRequest("2025-06", "2025-06"))
    [nvidia] = [r for r in facts.sections[0].rows if r.subjects[0].label == "NVIDIA"]
    window = choose_window(store.calendar, "2025-06-01", "2025-06-30")
    values = nvidia.values | dict(zip(("fromShows", "toShows"), shows, strict=True))
    assert words in describe_row("rose", values, split_episodes(store.summaries, window))


def test_the_library_writes_a_briefing_in_three_forms(months, tmp_path):
    graph = KnowledgeGraph.open(months.path)
    facts = graph.briefing("2025-06", "2025-06")
    for name in ("june.md", "june.html", "june.json"):
        assert graph.write_briefing(str(tmp_path / name), "2025-06", "2025-06") == facts
    assert (tmp_path / "june.md").read_text("utf-8") == str(facts)
    page = (tmp_path / "june.html").read_text("utf-8")
    assert "NVIDIA" in page
    assert "<script" not in page
    assert not [word for word in ("src=", "<link", "url(") if word in page]
    assert json.loads((tmp_path / "june.json").read_text("utf-8"))["since"] == "2025-06-01"
    with pytest.raises(InputError, match="format pdf: choose one of markdown, html, json"):
        graph.write_briefing("-", format="pdf")
    with pytest.raises(InputError, match="limit 99: write a whole number from 1 to 30"):
        graph.briefing(limit=99)


def test_judgements_of_the_window_are_those_that_the_build_applied(folder, tmp_path):
    lines = [
        "- {verb: reject, names: [OpenAI], why: a test, by: Ann, date: 2025-06-05}",
        "- {verb: accept, names: [NVIDIA], by: Ben, date: 2025-07-01}",
        "- {verb: accept, names: [Nobody], by: Ben}",
    ]
    file = tmp_path / "judged.yaml"
    file.write_text("\n".join(lines) + "\n")
    build([folder], tmp_path / "store", workers=1, judgements=file)
    facts = brief(Store(tmp_path / "store"))
    [judged] = [section for section in facts.sections if section.key == "judged"]
    assert [row.text for row in judged.rows] == ["reject OpenAI: a test (2025-06-05, by Ann)."]
    assert repeat(judged, tmp_path / "store") == [
        {
            "date": "2025-06-05",
            "judgement": "reject OpenAI",
            "why": "a test",
            "by": "Ann",
            "line": "1",
        }
    ]
    graph = KnowledgeGraph.open(tmp_path / "store")
    lines = [
        [finding.cells[-1] for finding in graph.analyse("judgements", **bounds).rows]
        for bounds in ({}, {"since": "2025-06-06"}, {"until": "2025-06"})
    ]
    assert lines == [[3, 1, 2], [2], [1]]
    with pytest.raises(InputError, match="since=2025-07-01 is after until=2025-06-30: swap"):
        graph.analyse("judgements", since="2025-07", until="2025-06")
