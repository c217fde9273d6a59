"""Views of two episodes, whole; and of the sample corpus, compared with counts of its records."""

from collections import Counter

import msgspec
import pytest
from analysis import asked
from analysis.asked import Said, rising, stored
from sample_graph import handmade
from views.conftest import run_view

from kgraph.api import KnowledgeGraph
from kgraph.base.errors import InputError, UnknownNameError
from kgraph.graph import Graph
from kgraph.pipeline import build
from kgraph.query import run_query
from kgraph.store import Store
from kgraph.views.highlights import group_associations
from kgraph.views.open_graph import OpenGraph
from kgraph.views.overview import Riser, count_graph
from kgraph.views.registry import VIEW_OPERATIONS
from kgraph.views.values import Count, EntityRef, EpisodeLine, MonthCount, QuoteLine

NVIDIA = EntityRef("company/nvidia", "Nvidia", "company")
OPENAI = EntityRef("company/openai", "OpenAI", "company")
COINBASE = EntityRef("company/coinbase", "Coinbase", "company")
FIRST = "episode/youtube-abcdefghijk"
SECOND = "episode/youtube-bbbbbbbbbbb"


def line(id_, title, day, sure=1.0):
    return EpisodeLine(id_, title, day, True, None, sure)


def bare(lines):
    """Lines without their confidence."""
    return [msgspec.structs.replace(found, confidence=1.0) for found in lines]


def test_an_entity(ask):
    found = ask("entity", name="nvidia")
    assert (found.thing, found.kind, found.episodes, found.shows, found.undated) == (
        NVIDIA,
        "chip-maker",
        2,
        0,
        0,
    )
    assert [(spelling.text, spelling.count) for spelling in found.spellings] == [("NVIDIA", 2)]
    change = {"change": 0.0, "change_low": -0.7935, "change_high": 0.7935, "same_shows": 1}
    assert found.timeline == [
        MonthCount("2025-09", 1, 1, 1),
        MonthCount("2025-10", 1, 1, 1, **change),
    ]
    newest = [line(SECOND, "Second talk", "2025-10-02"), line(FIRST, "First talk", "2025-09-01")]
    assert bare(found.latest) == newest
    assert found.surest in found.latest
    assert found.confidence == found.surest.confidence


def test_what_no_chance_brings_together_stands_beside(ask):
    # NVIDIA is in both episodes: whatever stands beside it does so no more often than chance.
    assert ask("entity", name="NVIDIA").beside == []
    assert ask("entity", name="Coinbase").beside == []


def test_an_episode(ask):
    found = ask("episode", name="Second talk")
    assert found.episode == line(SECOND, "Second talk", "2025-10-02")
    assert found.url == "https://www.youtube.com/watch?v=bbbbbbbbbbb"
    assert found.files == ["b.md"]
    assert {mention.thing for mention in found.mentions} == {NVIDIA, COINBASE}
    assert [mention.confidence for mention in found.mentions] == sorted(
        (mention.confidence for mention in found.mentions), reverse=True
    )
    assert [tag.label for tag in found.tags] == ["ai"]
    assert [alike.episode.id for alike in found.similar] == []


def test_a_quote_whose_text_stands_elsewhere_is_read_there(ask):
    (mine,), (other,) = ask("episode", name=FIRST).quotes, ask("episode", name=SECOND).quotes
    assert mine.text == other.text == "Chips are the new oil of the data centre economy."
    assert (mine.id, mine.episode.id, other.episode.id) == (other.id, FIRST, SECOND)


def test_episodes_are_narrowed_by_all_that_is_asked(ask):
    def titles(**asked):
        return [found.title for found in ask("episodes", **asked).rows]

    assert titles() == ["Second talk", "First talk"]
    assert titles(mentions="nvidia", beside="open ai") == ["First talk"]
    assert titles(mentions="NVIDIA", month="2025-10") == ["Second talk"]
    assert titles(mentions="OpenAI", month="2025-10") == []
    assert titles(offset=1) == ["First talk"]
    found = ask("episodes", mentions="NVIDIA", beside="OpenAI", limit=1)
    assert (found.total, found.mentions) == (1, [NVIDIA, OPENAI])
    one, both = ask("episodes", mentions="NVIDIA", month="2025-09").rows[0], found.rows[0]
    assert both.confidence < one.confidence


def test_why_tells_the_row(ask):
    found = ask("why", episode="a.md", name="OpenAI")
    [edge] = found.trees
    [row] = edge.because
    source = row.source
    assert edge.thing.id == "company/openai"
    assert (source.file, source.pointer, source.text, source.context) == (
        *("a.md", "/companies/1", "OpenAI"),
        "Company OpenAI builds things",
    )
    assert found.episode.id == FIRST


@pytest.mark.parametrize(
    ("name", "asked", "near"),
    [
        ("entity", {"name": "Nvidai"}, "Nvidia"),
        ("episode", {"name": "First tlk"}, "First talk"),
        ("neighbourhood", {"name": "Opnai"}, "OpenAI"),
        ("episodes", {"mentions": "Coinbse"}, "Coinbase"),
    ],
)
def test_near_names_are_suggested(ask, name, asked, near):
    with pytest.raises(UnknownNameError) as caught:
        ask(name, **asked)
    assert near in caught.value.suggestions


# -- the sample corpus -----------------------------------------------------------------


def test_beside_has_the_figures_that_a_build_stores(sample_graph, ask_sample):
    rows = run_query(
        sample_graph.store,
        "SELECT ?other ?episodes ?lift ?association { ?pair kg:between <company/nvidia>, ?other ; "
        "kg:episodes ?episodes ; kg:lift ?lift ; kg:association ?association }",
        format="json",
    ).rows()
    stored = {
        row["other"].removeprefix(sample_graph.base): (
            row["episodes"],
            row["lift"],
            row["association"],
        )
        for row in rows
    }
    found = rows_of(ask_sample("entity", name="NVIDIA").beside, "company")
    assert len(found) > 5
    for row in found:
        figures = (row.episodes, row.lift, row.association)
        assert figures == pytest.approx(stored[row.thing.id], abs=6e-4)


def rows_of(groups, type_):
    return [
        row for group in groups if group.type == type_ for row in (*group.rows, *group.uncertain)
    ]


def test_what_is_frequent_and_no_accident_comes_first(ask_sample):
    rows = rows_of(ask_sample("entity", name="NVIDIA").beside, "company")
    labels = [row.thing.label for row in rows]
    assert labels[:5] == ["CoreWeave", "Microsoft", "OpenAI", "Meta", "Oracle"]
    assert "Circle" not in labels  # as often as chance has it
    assert all(row.episodes >= 3 for row in rows)


def test_what_may_be_chance_is_counted_and_listed_by_itself(ask_sample):
    groups = ask_sample("entity", name="NVIDIA").beside
    for group in groups:
        assert all(row.association > 0 for row in group.rows) and len(group.rows) <= group.total
        assert all(row.association <= 0 for row in group.uncertain)
        assert len(group.uncertain) <= group.uncertain_total
    assert any(group.rows for group in groups) and any(group.uncertain for group in groups)
    rows = [row for group in groups for row in (*group.rows, *group.uncertain)]
    cut = {group.type: group for group in group_associations(rows, 2)}
    for group in (group for group in groups if group.total + group.uncertain_total <= 12):
        first = (group.rows + group.uncertain)[:2]
        assert cut[group.type].rows + cut[group.type].uncertain == first
        totals = (group.total, group.uncertain_total)
        assert (cut[group.type].total, cut[group.type].uncertain_total) == totals


def test_a_tie_comes_with_the_sentence_of_the_best_quote_that_names_both(sample_graph, ask_sample):
    groups = ask_sample("entity", name="NVIDIA").beside
    rows = [row for group in groups for row in (*group.rows, *group.uncertain)]
    assert any(row.quote for row in rows) and any(not row.quote for row in rows)
    for row in rows:
        naming = [
            (-occurrence.relevance, quote.text, quote.id)
            for episode in sample_graph.store.graph
            for quote in episode.quotes
            for occurrence in episode.occurrences
            if occurrence.quote == quote.key
            and {"company/nvidia", row.thing.id} <= {id_ for id_, _ in quote.entities}
            and {"company/nvidia", row.thing.id}
            <= sample_graph.summaries[episode.slug].mentions.keys()
            and not (quote.is_advert or occurrence.is_advert)
        ]
        assert (row.quote.id if row.quote else "") == min(naming, default=(0, "", ""))[2]
        assert row.sentence.removesuffix("…") in (row.quote.text if row.quote else "")


def test_a_theme_counts_what_is_under_it(sample_graph, ask_sample):
    policy, regulation = (
        ask_sample("theme", name="Policy and law"),
        ask_sample("theme", name="regulation"),
    )
    assert regulation.broader == [policy.thing]
    assert regulation.thing in policy.narrower
    assert policy.episodes >= regulation.episodes > 0
    assert policy.rows == 0
    walked = {
        episode.slug
        for episode in sample_graph.store.graph
        if any("regulation" in o.themes and not o.is_advert for o in episode.occurrences)
    }
    assert regulation.episodes == len(walked)


def test_an_episode_is_filed_under_what_it_speaks_of_and_not_what_it_advertises(
    sample_graph, ask_sample
):
    spoken = {
        f"theme/{key}": set()
        for episode in sample_graph.store.graph
        for o in episode.occurrences
        for key in o.themes
    }
    themes = sample_graph.shared.themes
    things = {term.thing: id_ for id_, term in themes.items() if term.thing}
    assert things["crypto/bitcoin"] == "theme/bitcoin"
    for episode in sample_graph.store.graph:
        for occurrence in episode.occurrences:
            for key in occurrence.themes if not occurrence.is_advert else ():
                spoken[f"theme/{key}"].add(episode.slug)
        for mention in episode.mentioned:
            if theme := things.get(mention.target):
                spoken.setdefault(theme, set()).add(episode.slug)
    for id_, slugs in spoken.items():
        narrower = [thing.id for thing in ask_sample("theme", name=id_).narrower]
        whole = slugs.union(*(spoken.get(below, ()) for below in narrower))
        facts = ask_sample("theme", name=id_)
        assert facts.episodes == themes[id_].episodes == len(whole), id_
        assert ask_sample("episodes", theme=id_).total == facts.episodes
        if facts.same_thing:
            entity = ask_sample("entity", name=facts.same_thing.id)
            assert entity.theme == Count(facts.thing, facts.episodes)
            assert facts.mentioned == entity.episodes <= facts.episodes


def test_themes_of_most_episodes_come_last_and_are_not_in_front(tmp_path):
    talks = [
        asked.episode(f"Talk {n}", "2025-06-02", [], [Said(f"{n}", 0.9, "technology")] * 2)
        for n in range(9)
    ]
    talks.append(asked.episode("Talk 9", "2025-06-03", [], [Said("9", 0.9, "defi,stablecoins")]))
    both = Said("Both", 0.9, "technology"), Said("Again", 0.9, "technology,defi")
    talks[0] = asked.episode("Talk 0", "2025-06-02", [], both)
    graph = OpenGraph(stored(tmp_path / "store", talks))
    lines = {line.thing.id: line for line in run_view(graph, "themes").rows}
    shown = {id_: (line.episodes, line.common) for id_, line in lines.items()}
    assert shown == {
        "theme/technology": (9, True),
        "theme/crypto": (2, False),
        "theme/defi": (2, False),
        "theme/stablecoins": (1, False),
    }
    front = run_view(graph, "front").frequent
    assert [line.thing.id for line in front] == ["theme/crypto", "theme/defi", "theme/stablecoins"]
    first = run_view(graph, "episode", name="Talk 0").themes
    assert [(f.theme.id, f.quotes) for f in first] == [("theme/defi", 1), ("theme/technology", 2)]


def test_topics_and_tags_have_the_episodes_that_list_them(tmp_path):
    for number, terms in enumerate(
        ("topics: [C++, Rust, c++]\ntags: [go]", "topics: [c++, C#]", "topics: [C]")
    ):
        text = f"---\ntitle: Talk {number}\ndate: 2025-09-0{number + 1}\n{terms}\n---\n"
        (tmp_path / f"{number}.md").write_text(text)
    build([tmp_path], tmp_path / "store", workers=1)
    graph = OpenGraph(Store(tmp_path / "store"))

    def find(view, **values):
        found = run_view(graph, view, **values)
        return found.total, [(line.thing.id, line.episodes, line.rows) for line in found.rows]

    c_plus_plus = ("topic/cplusplus", 2, 3)
    others = [("topic/c", 1, 1), ("topic/csharp", 1, 1), ("topic/rust", 1, 1)]
    assert find("topics") == (4, [c_plus_plus, *others])
    assert find("topics", words="C++") == (1, [c_plus_plus])
    assert find("topics", offset=1, limit=1) == (4, others[:1])
    assert find("tags") == (1, [("tag/go", 1, 1)])
    for id_, episodes, _ in (c_plus_plus, *others):
        assert run_view(graph, "theme", name=id_).episodes == episodes


def test_a_show_that_an_episode_mentions_too_is_as_sure_as_the_surer_of_both(sample_graph):
    surest = {}
    for episode in sample_graph.store.graph:
        if episode.show:
            surest.setdefault(episode.show.target, []).append(episode.show.confidence)
        for mention in episode.mentions:
            surest.setdefault(mention.target, []).append(mention.confidence)
    for id_, entity in sample_graph.shared.entities.items():
        assert entity.confidence == max(surest[id_])


def test_blanks_narrow_nothing(ask_sample):
    assert ask_sample("entities", words="  ") == ask_sample("entities")


def test_what_is_asked_for_twice_counts_once(ask_sample):
    twice = ask_sample("episodes", mentions="NVIDIA", beside="company/nvidia")
    assert twice == ask_sample("episodes", mentions="NVIDIA")


def test_days_of_a_show_are_of_publication_where_one_is_known(sample_graph, ask_sample):
    for row in ask_sample("shows", limit=100).rows:
        own = [sample_graph.summaries[slug] for slug in sample_graph.episodes_by_show[row.thing.id]]
        days = sorted(o.date[:10] for o in own if o.is_dated or not row.dated)
        assert row.dated == any(o.is_dated for o in own)
        assert (row.first, row.last) == (days[0], days[-1])


def test_what_an_entity_was_written_as_is_counted_whole(sample_graph, ask_sample):
    for id_, entity in sample_graph.shared.entities.items():
        found = ask_sample("entity", name=id_)
        assert found.written == len(entity.surfaces) >= len(found.spellings)


def test_a_show_has_its_episodes_and_quotes(sample_graph, ask_sample):
    found = ask_sample("show", name="the ledger line")
    own = [e for e in sample_graph.store.graph if e.show and e.show.key == "theledgerline"]
    assert found.episodes == len(own) > 1
    assert {said.episode.id for said in found.quotes} <= {episode.id for episode in own}
    assert {seen.id for seen in found.latest} == {episode.id for episode in own}


@pytest.mark.parametrize("question", ["theme", "show", "entity"])
def test_a_timeline_and_what_has_no_date_are_all_episodes(sample_graph, ask_sample, question):
    shared = sample_graph.shared
    names = {
        "theme": list(shared.themes),
        "show": list(sample_graph.episodes_by_show),
        "entity": [id_ for id_, entity in shared.entities.items() if entity.episodes],
    }[question]
    found = [ask_sample(question, name=name) for name in names]
    for facts in found:
        assert sum(m.episodes for m in facts.timeline) + facts.undated == facts.episodes
    assert any(facts.undated for facts in found) or question == "show"


def test_best_quotes_name_it_and_are_no_adverts(sample_graph, ask_sample):
    quotes = {quote.id: quote for episode in sample_graph.store.graph for quote in episode.quotes}
    found = ask_sample("entity", name="OpenAI").quotes
    assert len(found) > 3
    assert [said.relevance for said in found] == sorted(
        (said.relevance for said in found), reverse=True
    )
    for said in found:
        assert "company/openai" in dict(quotes[said.id].entities)
        assert not quotes[said.id].is_advert
    assert all(isinstance(said, QuoteLine) for said in found)


def test_the_front_page_counts_what_is_there(sample, ask_sample):
    found = ask_sample("front")
    assert found.episodes == sum(1 for _ in sample.graph)
    assert found.statements == sample.meta.triples
    every = Counter(entity.type for entity in sample.shared.entities.values())
    stated = Counter(entity.type for entity in sample.shared.stated_entities().values())
    assert (found.types, found.unlikely) == (stated, every - stated)
    assert list(found.types) == sorted(stated)
    assert all(line.dated for line in found.newest)
    assert [line.date for line in found.newest] == sorted(
        (line.date for line in found.newest), reverse=True
    )


def test_risers_rose_in_the_shows_of_both_months(tmp_path):
    found = run_view(OpenGraph(stored(tmp_path / "store", rising())), "risers", after="2025-06")
    months = (found.before, found.episodes_before, found.after, found.episodes_after)
    assert months == ("2025-05", 8, "2025-06", 17)
    assert (found.same_shows, found.compared) == (1, 2)
    shares = (0.125, round(7 / 17, 4))
    assert found.rows == [
        Riser(
            EntityRef("company/nvidia", "NVIDIA", "company"),
            1,
            7,
            *shares,
            0.125,
            0.875,
            0.75,
            0.1992,
            0.9407,
        )
    ]


def test_a_rise_that_chance_explains_is_none(ask_sample):
    found = ask_sample("risers", before="2025-05", after="2025-10", least=2)
    assert (found.rows, found.same_shows, found.compared > 0) == ([], 2, True)


def test_a_month_before_all_others_has_none_to_compare_with(ask_sample):
    with pytest.raises(InputError, match="no month to compare with 1999-01: give before="):
        ask_sample("risers", after="1999-01")


def test_a_neighbourhood_is_connected_and_bounded(ask_sample):
    found = ask_sample("neighbourhood", name="NVIDIA", depth=2, limit=12)
    ids = [node.thing.id for node in found.nodes]
    assert ids[0] == found.focus.id == "company/nvidia"
    assert len(set(ids)) == len(ids) <= 12
    assert {end for tie in found.edges for end in (tie.source, tie.target)} == set(ids)
    assert len({(node.x, node.y) for node in found.nodes}) == len(ids)


def test_lists_are_walked_without_gaps(ask_sample):
    whole = ask_sample("entities", type="company", limit=500)
    parts = [ask_sample("entities", type="company", offset=n, limit=50) for n in range(0, 250, 50)]
    assert [row for part in parts for row in part.rows] == whole.rows
    assert len(whole.rows) == whole.total == whole.types["company"]
    assert ask_sample("entities", type="company", words="COIN BASE").rows[0].thing == COINBASE


@pytest.mark.parametrize("name", VIEW_OPERATIONS)
def test_every_question_says_what_it_answers(name):
    fact = VIEW_OPERATIONS[name]
    assert fact.summary.endswith(".")
    assert "\n" not in fact.summary


def test_stats_count_rejected_rows_as_the_report_of_the_build(sample):
    stats = KnowledgeGraph(sample).stats()
    audit = KnowledgeGraph(sample).audit("rows")
    report = {row["rule"]: row["rows"] for row in audit if row["name"] == "companies"}
    rows = {rule: report[rule] for rule in stats.rejected}
    assert stats.rejected_rows == rows
    assert sum(rows.values()) > sum(stats.rejected.values())


def test_stats_count_confidences_as_they_are_stated():
    graph = handmade()
    [episode] = graph
    near = [
        msgspec.structs.replace(mention, confidence=confidence)
        for mention in episode.mentions
        if mention.is_accepted
        for confidence in (0.4996, 0.4993)
    ]
    episode = msgspec.structs.replace(episode, mentions=near)
    assert count_graph(Graph([episode], graph.shared)).histogram[4:6] == [1, 1]
