"""How an entity came together: rows by rule, sources of label, type and ids, what was left out."""

import pytest
from support import episode_text

from kgraph.api import KnowledgeGraph
from kgraph.base.errors import InputError, UnknownNameError
from kgraph.base.model import Reason
from kgraph.pipeline import build
from kgraph.store import Store, layout
from kgraph.views.how import Origin
from kgraph.views.how_tables import HOW_COLUMNS, tabulate_how
from kgraph.views.name_rows import find_named_rows, find_rule_words, has_name
from kgraph.views.open_graph import OpenGraph

JUDGED = """\
- {verb: same, names: [OpenAI, Opaque Labs], by: ann, date: "2025-10-01", why: its old name}
- {verb: type, names: [Zorblax], type: product, by: ann}
- {verb: reject, names: [Acme Rubble]}
- {verb: sameas, names: [OpenAI, "wikidata:Q24283660"]}
- {verb: rename, names: [Kestrol, Kestrel Metrics]}
- {verb: rename, names: [Microsoft, Redmond Works]}
"""

TRANSCRIPT = "\n".join(
    [
        "---",
        "title: A transcript",
        "date: 2025-09-03 10:00:00 +0000",
        "companies:",
        "- {name: So OpenAI, category: tech, confidence: high, position: 60,",
        "   context: 'and that is what we said about it yesterday. So OpenAI is in it now'}",
        "---",
        "",
    ]
)


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """A graph with judgements of every sort."""
    home = tmp_path_factory.mktemp("how")
    episodes = home / "episodes"
    episodes.mkdir()
    names = ("OpenAI", "Opaque Labs", "Zorblax", "Acme Rubble", "Kestrol", "Microsoft")
    (episodes / "a.md").write_text(episode_text("First", companies=names))
    (episodes / "b.md").write_text(
        episode_text("Second", url="https://youtu.be/bbbbbbbbbbb", companies=("OpenAI", "NVIDIA"))
    )
    (episodes / "c.md").write_text(TRANSCRIPT)
    (home / "judged.yaml").write_text(JUDGED)
    build([episodes], home / "store", workers=1, judgements=home / "judged.yaml")
    return KnowledgeGraph(Store(home / "store"))


@pytest.mark.parametrize(
    ("rule", "reasons", "words"),
    [
        (
            "ordinary-word",
            (
                Reason("name", "by itself, for a company rather than no name", -7.75),
                Reason("rule", "in lower case, as an ordinary word: for no name", 3.59),
                Reason("written", "a listed name, in lower case: for no name", 4.73),
            ),
            "in lower case, as an ordinary word: for no name",
        ),
        (
            "ordinary-word",  # whose own reason is not among the heaviest
            (
                Reason("name", "by itself, for a company rather than no name", -7.75),
                Reason("written", "a listed name, in lower case: for no name", 2.73),
            ),
            "a listed name, in lower case: for no name",
        ),
        (
            "known",
            (Reason("name", "by itself", 9.0), Reason("known", "the lexicon")),
            "the lexicon",
        ),
        ("known", (), ""),
    ],
)
def test_the_reason_that_is_told_speaks_for_the_decision(rule, reasons, words):
    assert find_rule_words(rule, reasons) == words


def test_a_wiki_link_is_called_as_the_note_that_it_leads_to(tmp_path):
    (tmp_path / "a.md").write_text(
        episode_text(companies=("Acme", "'[[NVIDIA]]'", "'[[Firms/Nvidia|the chip maker]]'"))
    )
    build([tmp_path / "a.md"], tmp_path / "store", workers=1)
    graph = KnowledgeGraph(Store(tmp_path / "store"))
    assert graph.show("Nvidia").entity.surfaces == {"NVIDIA": 1, "Nvidia": 1}
    [edge] = graph.why("A talk", "Nvidia")
    assert [(row.surface, row.file + "#" + row.pointer) for row in edge.rows] == [
        ("NVIDIA", "a.md#/companies/1"),
        ("Nvidia", "a.md#/companies/2"),
    ]


def lines(groups):
    return [
        (g.surface, g.rule, g.rows, g.episodes, g.thing.id if g.thing else "")
        for g in groups.groups
    ]


def test_rows_are_grouped_by_surface_and_rule_most_first(judged):
    facts = judged.how("OpenAI")
    assert (facts.thing.id, facts.episodes, facts.unlikely) == ("company/openai", 3, 0)
    assert lines(facts.joined) == [
        ("OpenAI", "known", 2, 2, "company/openai"),
        ("Opaque Labs", "judgement", 1, 1, "company/openai"),
        ("So OpenAI", "known", 1, 1, "company/openai"),
    ]
    assert (facts.joined.total, facts.joined.rows, facts.joined.episodes) == (3, 4, 3)
    assert [(use.rule, use.rows, use.episodes) for use in facts.rules] == [
        ("known", 3, 3),
        ("judgement", 1, 1),
    ]
    first = facts.joined.groups[0]
    assert first.words == "the lexicon has OpenAI"
    assert 0.5 < first.low <= first.mean <= first.high < 1
    assert first.example.id in {line.id for line in judged_lines(judged)}


def judged_lines(graph):
    opened = OpenGraph(graph.store)
    return [opened.make_episode_line(slug) for slug in opened.summaries]


def test_confidences_are_those_of_the_rows(judged):
    rows = [
        row.confidence
        for episode in judged.graph
        for mention in episode.mentions
        for row in mention.rows
        if row.surface == "OpenAI"
    ]
    [group] = [g for g in judged.how("OpenAI").joined.groups if g.surface == "OpenAI"]
    assert group.low == pytest.approx(min(rows), abs=1e-4)
    assert group.high == pytest.approx(max(rows), abs=1e-4)
    assert group.mean == pytest.approx(sum(rows) / len(rows), abs=1e-4)


def test_judgements_are_listed_with_the_rows_that_they_changed(judged):
    facts = judged.how("OpenAI")
    assert [(j.line, j.words, j.by, j.date, j.why, j.rows) for j in facts.judgements] == [
        (1, "same OpenAI, Opaque Labs", "ann", "2025-10-01", "its old name", 1),
        (4, "sameas OpenAI, wikidata:Q24283660", "", "", "", 0),
    ]
    [judgement] = judged.how("Zorblax").judgements
    assert (judgement.words, judgement.rows) == ("type Zorblax as product", 1)


def test_label_type_and_ids_have_their_sources(judged):
    facts = judged.how("OpenAI")
    assert (facts.label.source, facts.type.source) == ("lexicon", "lexicon")
    assert {id_.id: id_.words for id_ in facts.ids}["wikidata:Q24283660"] == "a judgement"
    zorblax = judged.how("Zorblax")
    assert (zorblax.thing.type, zorblax.type.source) == ("product", "judgement")
    assert zorblax.type.words == "a judgement gives it this type: type Zorblax as product"
    kestrel = judged.how("Kestrel Metrics")
    assert (kestrel.label.source, kestrel.label.words) == (
        "judgement",
        "a judgement calls it so: rename Kestrol, Kestrel Metrics",
    )
    assert kestrel.type.source == "classifier"
    nvidia = {id_.id: id_.words for id_ in judged.how("NVIDIA").ids}
    assert nvidia["cik:0001045810"].startswith("the table of ids, from ")


def test_label_type_and_rows_are_credited_to_the_judgement_that_gives_them(tmp_path):
    names = ("OpenAI", "Kestrol", "Zorblax", "Tarnix")
    (tmp_path / "a.md").write_text(episode_text("First", companies=names))
    (tmp_path / "judged.yaml").write_text(
        "- {verb: type, names: [OpenAI], type: product}\n"
        "- {verb: accept, names: [Zorblax], type: company}\n"
        "- {verb: rename, names: [Kestrol, Zorblax]}\n"
        "- {verb: rename, names: [Tarnix, Tarn]}\n"
        "- {verb: type, names: [Tarnix], type: place}\n"
    )
    build([tmp_path], tmp_path / "store", workers=1, judgements=tmp_path / "judged.yaml")
    graph = KnowledgeGraph(Store(tmp_path / "store"))
    openai, zorblax, tarn = map(graph.how, ("OpenAI", "Zorblax", "Tarn"))
    assert openai.label.words == "the lexicon has an entry of this name, of type company"
    assert [(j.words, j.rows) for j in zorblax.judgements] == [
        ("accept Zorblax as company", 1),
        ("rename Kestrol, Zorblax", 1),
    ]
    typed, called = "a judgement gives it this type: ", "a judgement calls it so: "
    assert zorblax.type.words == f"{typed}accept Zorblax as company"
    assert zorblax.label.words == f"{called}rename Kestrol, Zorblax"
    assert tarn.type.words == f"{typed}type Tarnix as place"
    assert tarn.label.words == f"{called}rename Tarnix, Tarn"


def test_an_id_has_the_iri_of_its_register(judged):
    by_id = {id_.id: id_.iri for id_ in judged.how("OpenAI").ids}
    assert by_id["wikidata:Q24283660"] == "http://www.wikidata.org/entity/Q24283660"


def build_shows(home, sources, judgements=""):
    """Build episodes that state these shows, or say them in a text, and open the graph."""
    (home / "notes").mkdir()
    for number, source in enumerate(sources):
        more = source if ":" in source else f"source: {source}"
        text = episode_text(
            f"Talk {number}", f"https://youtu.be/{number:011}", ("Wise",), more=more
        )
        (home / "notes" / f"{number}.md").write_text(text)
    (home / "judged.yaml").write_text(judgements)
    build([home / "notes"], home / "store", workers=1, judgements=home / "judged.yaml")
    return KnowledgeGraph(Store(home / "store"))


def test_a_show_has_its_label_and_type_from_the_episodes_that_state_it(tmp_path):
    welcome = "summary: This episode of Gadget Hour, hosted by Ann Lee, is a podcast on chips."
    sources = (
        "My Show",
        "My Show",
        "Odd",
        *["Big Gears"] * 3,
        welcome,
        welcome,
        "F5 DevCentral",
        "Tesla",
    )
    graph = build_shows(tmp_path, sources)
    stated = "the files of {} state it as their show (source)"
    for show, words in {
        "My Show": stated.format("2 episodes"),
        "Odd": stated.format("1 episode"),
        "show/tesla": stated.format("1 episode"),
        "Big Gears": stated.format("3 episodes"),
        "Gadget Hour": "the evidence of 2 episodes names it as their show",
        "F5 DevCentral": "the list of known shows has one of this name",
    }.items():
        facts = graph.how(show)
        assert (facts.label, facts.type) == (Origin("shows", words),) * 2, show


JOINED = "- {verb: same, names: [Big Gears, Gear Talk], by: ann, date: '2025-10-01', why: one}\n"


def test_the_names_by_which_files_state_a_show_are_told_with_their_rules(tmp_path):
    sources = ("Gear Talk", "Big Gears", "big gears", "Gear Talk", *["Big Gears"] * 2)
    sources = (*sources, "F5 DevCentral Podcast")
    graph = build_shows(tmp_path, sources, JOINED)
    facts = graph.how("Gear Talk")
    assert [(j.line, j.rows, j.series) for j in facts.judgements] == [(1, 0, 2)]
    assert (facts.stated.total, facts.stated.episodes) == (3, 6)
    stated = "the files of 6 episodes state it as their show (source)"
    assert (facts.label.source, facts.type) == ("judgement", Origin("shows", stated))
    told = [
        (s.name, s.rule, s.words, s.lines, s.episodes, s.file, s.example.title)
        for s in facts.stated.names
    ]
    judged = "same Big Gears, Gear Talk: one (line 1 of the judgements, by ann, 2025-10-01)"
    spelt = "the same name, spelt as most files spell it"
    assert told == [
        ("Big Gears", "label", "the show is called so", [], 3, "1.md", "Talk 1"),
        ("Gear Talk", "judgement", judged, [1], 2, "0.md", "Talk 0"),
        ("big gears", "spelling", spelt, [], 1, "2.md", "Talk 2"),
    ]
    [known] = graph.how("F5 DevCentral").stated.names
    assert (known.name, known.rule) == ("F5 DevCentral Podcast", "known")
    cut = graph.how("Gear Talk", 1).stated
    assert (cut.names, cut.total) == (facts.stated.names[:1], 3)
    table = [dict(zip(HOW_COLUMNS, row, strict=True)) for row in tabulate_how(facts).rows]
    assert [
        (row["name"], row["rule"], row["episodes"], row["example"])
        for row in table
        if row["part"] == "stated"
    ] == [(s.name, s.rule, s.episodes, s.example.id) for s in facts.stated.names]
    assert [row["episodes"] for row in table if row["part"] == "judgement"] == [2]


def test_a_name_that_other_evidence_outweighs_is_not_one_of_the_show(tmp_path):
    url = "https://traffic.libsyn.com/allinchamathjason/1.mp3"
    (tmp_path / "a.md").write_text(episode_text("Talk", url, more="source: Gear Talk"))
    build([tmp_path], tmp_path / "store", workers=1)
    facts = KnowledgeGraph(Store(tmp_path / "store")).how("All-In Podcast")
    assert (facts.series, facts.stated.total) == (1, 0)


def test_without_the_tables_of_the_build_the_rule_of_a_stated_name_is_unknown(tmp_path):
    graph = build_shows(tmp_path, ("Gear Talk",))
    (graph.store.build / layout.KEPT_FILE).unlink()
    [name] = graph.how("Gear Talk").stated.names
    assert (name.rule, name.lines, name.episodes) == ("unknown", [], 1)


def test_what_was_taken_away_is_told(sample):
    graph = KnowledgeGraph(sample)
    arc = graph.how("product/arcbrowser")
    assert lines(arc.joined) == [("Arc", "known", 1, 1, "product/arcbrowser")]
    assert lines(arc.elsewhere) == [("Arc", "known", 1, 1, "crypto/arcblockchain")]
    assert arc.names[:2] == ["Arc (browser)", "Arc"]
    flow = graph.how("crypto/flow")
    assert lines(flow.rejected) == [("Flow", "ordinary-word", 3, 3, "")]
    assert flow.rejected.groups[0].thing is None


def test_rows_below_the_floor_are_apart(sample):
    graph = KnowledgeGraph(sample)
    unlikely = [id_ for id_, entity in sample.shared.entities.items() if entity.unlikely]
    assert unlikely
    for id_ in unlikely[:5]:
        facts, entity = graph.how(id_), sample.shared.entities[id_]
        assert facts.below.episodes == facts.unlikely == entity.unlikely
        assert facts.joined.episodes == entity.episodes + entity.advertised
        assert facts.joined.rows + facts.below.rows == sum(entity.surfaces.values())


def test_a_cut_list_says_how_long_it_is(sample):
    graph = KnowledgeGraph(sample)
    whole, cut = graph.how("NVIDIA", 500), graph.how("NVIDIA", 1)
    assert whole.joined.total == len(whole.joined.groups) > 1
    assert (len(cut.joined.groups), cut.joined.total) == (1, whole.joined.total)
    assert cut.joined.groups[0] == whole.joined.groups[0]
    assert (cut.joined.rows, cut.rules) == (whole.joined.rows, whole.rules)


def test_every_row_of_every_entity_is_counted_once(sample):
    graph = KnowledgeGraph(sample)
    for entity in sorted(sample.shared.entities.values(), key=lambda e: -e.episodes)[:8]:
        facts = graph.how(entity.id, 500)
        counts = {}
        for group in (*facts.joined.groups, *facts.below.groups):
            counts[group.surface] = counts.get(group.surface, 0) + group.rows
        assert counts == entity.surfaces


def test_wrong_names_and_limits_are_refused(judged):
    with pytest.raises(UnknownNameError, match="did you mean OpenAI"):
        judged.how("OpenAy")
    with pytest.raises(UnknownNameError, match="; 1 row with the name rejected, by judgement: "):
        judged.how("Acme Rubble")
    with pytest.raises(InputError, match="limit 0: write a whole number from 1 to 500"):
        judged.how("OpenAI", 0)


def test_what_else_has_the_name_is_told_with_what_describes_it(judged, sample):
    with pytest.raises(UnknownNameError) as caught:
        judged.how("a transcript")
    assert str(caught.value).startswith("'a transcript' is an episode (episode/")
    assert "), and no entity: `kgraph show episode/" in str(caught.value)
    with pytest.raises(UnknownNameError, match="is a theme .theme/stablecoins., and no entity"):
        KnowledgeGraph(sample).how("stablecoins")


def test_a_table_has_a_row_for_each_fact(judged):
    table = tabulate_how(judged.how("OpenAI"))
    rows = [dict(zip(HOW_COLUMNS, row, strict=True)) for row in table.rows]
    parts = [row["part"] for row in rows]
    assert parts[:2] == ["label", "type"]
    assert parts.count("judgement") == 2
    joined = [row for row in rows if row["part"] == "joined"]
    assert [(row["name"], row["rule"], row["rows"]) for row in joined] == [
        ("OpenAI", "known", 2),
        ("Opaque Labs", "judgement", 1),
        ("So OpenAI", "known", 1),
    ]


def test_without_what_the_build_kept_the_rest_is_told(store):
    (store.build / layout.KEPT_FILE).unlink()
    facts = KnowledgeGraph(store).how("OpenAI")
    assert facts.note.startswith("what the build knew besides the shipped lexicon is unknown")
    assert (facts.label.source, facts.joined.rows) == ("lexicon", 1)


def test_equal_graphs_give_equal_answers(judged):
    assert judged.how("OpenAI") == KnowledgeGraph(Store(judged.store.path)).how("OpenAI")


def test_a_renamed_entity_has_type_and_ids_of_its_entry(judged):
    facts = judged.how("Redmond Works")
    assert (facts.thing.id, facts.label.source) == ("company/redmondworks", "judgement")
    assert facts.type.source == "lexicon"
    assert facts.type.words.startswith("the lexicon's entry Microsoft has type company")
    assert facts.ids
    assert all(id_.words.startswith("the table of ids, from ") for id_ in facts.ids)


def test_rows_of_a_name_are_those_of_all_episodes_in_their_order(sample_graph):
    target = "company/openai"
    named = [
        (episode.slug, row.index, row.surface)
        for episode in sample_graph.store.read_mentions(sample_graph.summaries)
        for mention in episode.mentions
        for row in mention.rows
        if mention.target == target or has_name(row.surface, {"nvidia", "sam"})
    ]
    rows = find_named_rows(sample_graph, {"nvidia", "sam"}, target)
    assert [(each.slug, each.row.index, each.row.surface) for each in rows] == named
    assert len({slug for slug, *_ in named}) > 3
