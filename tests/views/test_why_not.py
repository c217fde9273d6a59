"""Why two names are not one thing, and why an episode does not mention one."""

import html
import re
import shlex
import shutil

import pytest
from support import episode_text

from kgraph.api import KnowledgeGraph
from kgraph.base.checksums import CHECKSUMS_FILE, write_checksums
from kgraph.base.errors import DataError, InputError, UnknownNameError
from kgraph.base.model import EpisodeFile, Row
from kgraph.graph import EpisodeGraph
from kgraph.judging.correct import write_judgements
from kgraph.judging.judgement_preview import preview_judgement
from kgraph.pipeline import build
from kgraph.resolve.judgement import make_judgement
from kgraph.resolve.judgements_file import append_judgements, load_judgements, remove_judgements
from kgraph.server.pages.decisions import AuditForm, render_decisions
from kgraph.store import Store, layout
from kgraph.store.origin import BuildOrigin, read_build_origin, write_origin
from kgraph.views.audit_tables import AUDITS
from kgraph.views.decisions import DecisionFilter, find_decisions
from kgraph.views.how_tables import WHY_NOT_COLUMNS, tabulate_why_not
from kgraph.views.open_graph import OpenGraph
from kgraph.views.text_hits import find_in_text
from kgraph.views.why_not import explain_why_not
from kgraph.views.why_not_facts import WhyNotRequest

JUDGED = """\
- {verb: different, names: [Zorblax, Zorblax Labs], by: ann, date: "2025-10-01", why: two firms}
- {verb: reject, names: [Acme Rubble]}
- {verb: same, names: [OpenAI, Opaque Labs]}
"""


def row(name, category="tech", context="A company of that name."):
    fields = f"category: {category}, confidence: high, source: llm_enhanced"
    return f"- {{name: {name}, {fields}, context: {context}}}"


def file_text(
    title, code, *rows, summary="Nothing", quote="Chips are the new oil of this economy."
):
    text = episode_text(title, url=f"https://youtu.be/{code * 11}", companies=(), quotes=(quote,))
    text = text.replace("companies:", "\n".join((f"summary: {summary}", "companies:", *rows)))
    return f"{text}The body speaks of  Kestrel\nMetrics, and of kestrel metrics.\n"


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    """A graph with homographs, judgements, and names that only texts have."""
    home = tmp_path_factory.mktemp("why-not")
    episodes = home / "episodes"
    episodes.mkdir()
    files = {
        "a.md": (
            *("First talk", "a", row("Gemini", "ai_model", "A model that Google made.")),
            *(row("Zorblax"), row("OpenAI"), row("Opaque Labs"), row("Acme Rubble"), row("Google")),
        ),
        "b.md": (
            *("Second talk", "b"),
            row(
                "Gemini",
                "crypto_exchange",
                "A crypto exchange of the Winklevoss twins with custody of bitcoin and an ipo.",
            ),
            *(row("Zorblax Labs"), row("Kestrel Metrics")),
        ),
        "c.md": (
            *("Third talk", "c"),
            *(row("NVIDIA", context="Not mentioned here."), row("Acme Rubble")),
        ),
    }
    for name, (title, code, *rows) in files.items():
        (episodes / name).write_text(file_text(title, code, *rows))
    (home / "judged.yaml").write_text(JUDGED)
    build([episodes], home / "store", workers=1, judgements=home / "judged.yaml")
    return KnowledgeGraph(Store(home / "store"))


def kinds(facts):
    return [reason.kind for reason in facts.reasons]


def words_of(facts, kind):
    return next(reason.words for reason in facts.reasons if reason.kind == kind)


# -- two names ------------------------------------------------------------------------


def test_two_entries_and_two_types(sample):
    facts = KnowledgeGraph(sample).why_not("product/arcbrowser", "crypto/arcblockchain")
    assert (facts.is_so, facts.thing.label, facts.other_thing.label) == (
        *(False, "Arc (browser)"),
        "Arc (blockchain)",
    )
    assert kinds(facts)[:2] == ["lexicon", "type"]
    assert words_of(facts, "lexicon").startswith(
        "The lexicon has two entries: Arc (browser) (product, "
    )
    assert facts.commands == ["kgraph judge same product/arcbrowser crypto/arcblockchain"]


@pytest.mark.parametrize(
    ("names", "first", "second"),
    [
        (("Kestrel Metrics", "Google"), "company/google", "company/kestrelmetrics"),
        (("Google", "Kestrel Metrics"), "company/google", "company/kestrelmetrics"),
        # neither is in the lexicon: the one of more episodes remains
        (("Kestrel Metrics", "Harbor Metrics"), "company/harbormetrics", "company/kestrelmetrics"),
    ],
)
def test_the_one_that_the_lexicon_or_more_episodes_know_remains(tmp_path, names, first, second):
    for code, *rows in (
        ("a", row("Kestrel Metrics"), row("Harbor Metrics"), row("Google")),
        ("b", row("Harbor Metrics"), row("Kestrel Metrics")),
        ("c", row("Harbor Metrics")),
    ):
        (tmp_path / f"{code}.md").write_text(file_text(f"Talk {code}", code, *rows))
    build([tmp_path], tmp_path / "store", workers=1, judgements=None)
    facts = KnowledgeGraph(Store(tmp_path / "store")).why_not(*names)
    assert facts.commands == [f"kgraph judge same {first} {second}"]


def test_a_judged_name_is_a_former_name_once(graph):
    words = words_of(graph.why_not("OpenAI", "Opaque Labs"), "one")
    assert words.endswith("; it was company/opaquelabs before a judgement or in an earlier build.")


def test_a_judgement_that_made_two_names_one_is_cited_with_its_undoing(graph):
    facts = graph.why_not("OpenAI", "Opaque Labs")
    assert kinds(facts) == ["judgement", "one"]
    cited = "A judgement says so: same OpenAI, Opaque Labs (line 3 of the judgements)."
    assert words_of(facts, "judgement") == cited
    assert [shlex.split(command)[:4] for command in facts.commands] == [
        ["kgraph", "judge", "--undo", "3"]
    ]
    one = graph.why_not("OpenAI", "open ai")
    assert (kinds(one), one.commands) == (["one"], [])


def test_two_stated_shows_are_one_by_a_judgement(tmp_path):
    notes = tmp_path / "notes"
    notes.mkdir()
    for number, show in enumerate(("Gear Talk", "Big Gears", "Gear Talk", "Gadget Hour")):
        url = f"https://youtu.be/{number:011}"
        text = episode_text(f"Talk {number}", url, more=f"source: {show}")
        (notes / f"{number}.md").write_text(text)
    judged = tmp_path / "judged.yaml"
    judged.write_text(
        "- {verb: rename, names: [Gadget Hour, Gadget Talk]}\n"
        "- {verb: same, names: [Big Gears, Gear Talk], by: ann, why: its old name}\n"
    )
    build([notes], tmp_path / "store", workers=1, judgements=judged)
    facts = KnowledgeGraph(Store(tmp_path / "store")).why_not("show/geartalk", "Big Gears")
    said = "same Big Gears, Gear Talk: its old name (line 2 of the judgements, by ann)"
    assert [(reason.kind, reason.words) for reason in facts.reasons] == [
        ("judgement", f"A judgement says so: {said}."),
        (
            "one",
            "Files of 3 episodes state it by these names; both are names of it in the graph or the "
            "lexicon; it was show/geartalk before a judgement or in an earlier build.",
        ),
    ]
    told = [(s.name, s.episodes, s.file, s.words) for s in facts.reasons[1].stated]
    assert told == [
        ("Gear Talk", 2, "0.md", said),
        ("Big Gears", 1, "1.md", "the show is called so"),
    ]
    assert [shlex.split(command)[:4] for command in facts.commands] == [
        ["kgraph", "judge", "--undo", "2"]
    ]
    rows = [row for row in tabulate_why_not(facts).rows if row[2] == "stated"]
    assert [row[3:5] for row in rows] == [("Gear Talk", "judgement"), ("Big Gears", "label")]


def test_the_nearest_candidate_and_what_kept_it_back(sample):
    facts = KnowledgeGraph(sample).why_not("product/arcbrowser", "crypto/arcblockchain")
    reasons = [reason for reason in facts.reasons if reason.kind == "candidate"]
    assert len(reasons) == 2
    for reason in reasons:
        nearest, summary = reason.candidacy, reason.summary
        assert (summary.rows, summary.episodes, summary.left_out, summary.candidate) == (1, 1, 0, 1)
        assert summary.obstacles == [(nearest.obstacle, 1)]
        assert nearest.row.surface == "Arc"
        assert nearest.probability < nearest.chosen_probability <= 1
        assert nearest.words in reason.words


def test_a_judgement_keeps_two_names_apart(graph):
    facts = graph.why_not("Zorblax", "Zorblax Labs")
    assert kinds(facts)[0] == "judgement"
    assert words_of(facts, "judgement") == (
        "A judgement says so: different Zorblax, Zorblax Labs: two firms "
        "(line 1 of the judgements, by ann, 2025-10-01)."
    )
    # The same judgement would be refused while the other stands.
    assert facts.commands == undo_and_judge(graph.store.path.parent.resolve() / "judged.yaml")


@pytest.mark.parametrize(
    ("judged", "parting"),
    [
        ("rename Quorvex Zunder; rename Bandle Zunder; different Quorvex Cwort", {3}),
        ("same Quorvex Bandle; same Cwort Dumble; different Bandle Dumble", {3}),
        ("same Quorvex Bandle; different company/bandle Cwort; different Cwort Quorvex", {2, 3}),
        ("sameas company/quorvex Q1; rename Dumble Visa; sameas company/cwort Q2", {3}),
    ],
)
def test_what_refuses_the_proposed_judgement_is_cited_with_its_undoing(tmp_path, judged, parting):
    names = ("Quorvex", "Bandle", "Cwort", "Dumble")
    (tmp_path / "a.md").write_text(file_text("On a", "a", *map(row, names)))
    file = tmp_path / "judged.yaml"
    for words in judged.split("; "):
        verb, *of = words.split()
        append_judgements(file, [make_judgement(verb, of)])
    store = tmp_path / "store"
    build([tmp_path], store, workers=1, judgements=file)
    facts = KnowledgeGraph(Store(store)).why_not("Quorvex", "Cwort")
    cited = [int(number) for number in re.findall(r"\(line (\d)", str(facts.reasons))]
    assert sorted(cited) == sorted(parting)
    *undone, (*_, first, second) = ([*shlex.split(c)[2:5]] for c in facts.commands)
    assert [words[:2] for words in undone] == [["--undo", str(n)] for n in sorted(parting)[::-1]]
    same = make_judgement("same", [first, second])
    with pytest.raises(DataError, match="contradicts line"):
        preview_judgement(Store(store), same, load_judgements(file))
    remove_judgements(file, [*parting])
    assert not preview_judgement(Store(store), same, load_judgements(file)).is_empty


def undo_and_judge(file=None):
    option = f" --judgements {shlex.quote(str(file))}" if file else ""
    return [
        f"kgraph judge --undo 1{option}",
        f"kgraph judge same company/zorblax company/zorblaxlabs{option}",
    ]


def test_clients_of_a_server_see_no_folders_outside_of_its_own(graph, monkeypatch):
    opened = OpenGraph(graph.store)
    request = WhyNotRequest("Zorblax", "Zorblax Labs")
    assert explain_why_not(opened, request).commands == undo_and_judge()
    monkeypatch.chdir(graph.store.path.parent)
    assert explain_why_not(opened, request).commands == undo_and_judge("judged.yaml")


@pytest.mark.parametrize("fault", ["gone", "damaged", "of a build without judgements"])
def test_a_command_names_no_file_that_is_unknown(graph, tmp_path, fault):
    store = shutil.copytree(graph.store.path, tmp_path / "store")
    origin = Store(store).build / layout.ORIGIN_FILE
    if fault == "gone":
        origin.unlink()
    elif fault == "damaged":
        origin.write_bytes(b"{}")
    else:
        write_origin(origin.parent, BuildOrigin())
        lines = (origin.parent / CHECKSUMS_FILE).read_text().splitlines()[1:]
        write_checksums(origin.parent, [line.split(" ", 2)[2] for line in lines])
    facts = KnowledgeGraph(Store(store)).why_not("Zorblax", "Zorblax Labs")
    assert facts.commands == undo_and_judge()


def test_a_command_names_the_file_of_the_build_that_answers(graph, tmp_path):
    (tmp_path / "other.yaml").write_text(JUDGED)
    store = shutil.copytree(graph.store.path, tmp_path / "store")
    opened = KnowledgeGraph(Store(store))
    episodes = graph.store.path.parent / "episodes"
    build([episodes], store, workers=1, judgements=tmp_path / "other.yaml")
    first, second = (
        KnowledgeGraph(it).why_not("Zorblax", "Zorblax Labs").commands
        for it in (opened.store, Store(store))
    )
    assert first == undo_and_judge(graph.store.path.parent.resolve() / "judged.yaml")
    assert second == undo_and_judge(tmp_path.resolve() / "other.yaml")


def test_a_command_has_the_line_that_the_judgement_is_on_by_now(graph, tmp_path):
    store, file = shutil.copytree(graph.store.path, tmp_path / "store"), tmp_path / "moved.yaml"
    file.write_text(JUDGED)
    build([graph.store.path.parent / "episodes"], store, workers=1, judgements=file)
    opened = KnowledgeGraph(Store(store))
    file.write_text(f"# of the team\n{JUDGED}")
    undo, same = opened.why_not("Zorblax", "Zorblax Labs").commands
    assert shlex.split(undo)[2:4] == ["--undo", "2"]
    remove_judgements(file, [2])
    assert opened.why_not("Zorblax", "Zorblax Labs").commands == [same]
    file.write_text("- {verb: nonsense}")
    assert (
        opened.why_not("Zorblax", "Zorblax Labs").commands[0].startswith("kgraph judge --undo 1 ")
    )


def test_names_that_no_rule_joins(graph):
    facts = graph.why_not("Kestrel Metrics", "OpenAI")
    assert kinds(facts) == ["lexicon", "no-rule"] or kinds(facts) == ["lexicon", "type", "no-rule"]
    assert words_of(facts, "no-rule").startswith(
        "No rule joins the names: in no row was one a candidate for the other."
    )
    assert "OpenAI: OpenAI (known)" in words_of(facts, "no-rule")


def test_rows_with_both_names_are_decided_again_first(tmp_path, monkeypatch):
    model = ("Anthropic (Claude)", "ai_model", "The model that writes code, an AI chatbot app.")
    for file, company in (("a", ("Claude",)), ("b", model), ("c", ("Anthropic",))):
        (tmp_path / f"{file}.md").write_text(file_text(f"On {file}", file, row(*company)))
    build([tmp_path], tmp_path / "store", workers=1, judgements=None)
    graph = KnowledgeGraph(Store(tmp_path / "store"))
    [elsewhere] = graph.how("Anthropic").elsewhere.groups
    assert (elsewhere.thing.label, elsewhere.words) == (
        "Claude",
        "the lexicon has “Anthropic (Claude)” as a name of Claude",
    )
    monkeypatch.setattr("kgraph.views.rival.MAX_REPLAYED_EPISODES", 1)
    facts = graph.why_not(elsewhere.thing.id, "Anthropic")
    assert words_of(facts, "candidate").startswith("Anthropic was a candidate in 1 of 1 row of ")
    assert facts.reasons[-1].candidacy.row.surface == "Anthropic (Claude)"


def test_that_not_all_rows_were_decided_again_is_told(tmp_path, monkeypatch):
    for code in "ab":
        (tmp_path / f"{code}.md").write_text(file_text(f"On {code}", code, row("Kestrel Metrics")))
    (tmp_path / "c.md").write_text(file_text("On c", "c", row("OpenAI")))
    build([tmp_path], tmp_path / "store", workers=1, judgements=None)
    for module in ("rival", "why_not_names"):
        monkeypatch.setattr(f"kgraph.views.{module}.MAX_REPLAYED_EPISODES", 1)
    facts = KnowledgeGraph(Store(tmp_path / "store")).why_not("Kestrel Metrics", "OpenAI")
    assert words_of(facts, "no-rule").startswith(
        "No rule joins the names: in no row was one a candidate for the other (at most 1 episodes "
        "of each were decided again). Candidates"
    )


def test_related_things_are_not_one(graph):
    facts = graph.why_not("product/gemini", "Google")
    assert words_of(facts, "related") == (
        "They are related, and not the same: Gemini kg:productOf Google."
    )


def test_two_names_of_one_thing_are_one(graph):
    facts = graph.why_not("OpenAI", "Opaque Labs")
    assert (facts.is_so, kinds(facts)) == (True, ["judgement", "one"])
    assert facts.answer == "They are one: both mean OpenAI (company/openai)."
    reason = facts.reasons[-1]
    assert [(group.surface, group.rule, group.rows) for group in reason.groups] == [
        ("Opaque Labs", "judgement", 1),
        ("OpenAI", "known", 1),
    ]


def test_two_ids_of_one_thing_have_no_rows(sample):
    facts = KnowledgeGraph(sample).why_not("NASDAQ:NVDA", "cik:0001045810")
    assert (facts.is_so, kinds(facts)) == (True, ["one"])
    words = "No row has these names; they mean it as ids, tickers or former names."
    assert words_of(facts, "one") == words


def test_two_things_of_one_entry(sample):
    facts = KnowledgeGraph(sample).why_not("product/notion", "company/notion")
    assert words_of(facts, "lexicon") == (
        "The lexicon has one entry for both: Notion (company, ai-startup)."
    )


def test_ids_tell_two_things_apart(sample):
    facts = KnowledgeGraph(sample).why_not("NVIDIA", "Microsoft")
    assert "cik:0001045810 and cik:" in words_of(facts, "ids")


@pytest.mark.parametrize("name", ["Polymarket", "company/polymarket"])
def test_an_entry_that_no_episode_mentions(graph, name):
    facts = graph.why_not(name, "OpenAI")
    assert (facts.thing, facts.other_thing.id) == (None, "company/openai")
    assert words_of(facts, "unmentioned") == (
        "No episode mentions Polymarket, which is an entry of the lexicon."
    )


def test_a_namesake_of_an_entry_that_no_episode_mentions_is_told(sample):
    graph = KnowledgeGraph(sample)
    facts = graph.why_not("Gemini", "Gemini (exchange)")
    assert words_of(facts, "unmentioned") == (
        "No episode mentions Gemini (exchange), which is an entry of the lexicon; "
        "with a name of it, the graph has Gemini (company/gemini) and "
        "Gemini Trust (company/geminitrust)."
    )


def test_the_advice_on_an_entry_that_no_episode_mentions_changes_rows(graph):
    for names in (("Polymarket", "OpenAI"), ("OpenAI", "Polymarket")):
        facts = graph.why_not(*names)
        assert facts.commands == ["kgraph judge same company/polymarket company/openai"]
    assert graph.preview_judgement("same", *facts.commands[0].split()[3:]).rows == 2
    assert graph.why_not("Polymarket", "Kalshi").commands == []


# -- an episode -----------------------------------------------------------------------


def test_a_rejected_row_is_told_with_its_evidence(graph):
    facts = graph.why_not("NVIDIA", "c.md")
    assert facts.episode.title == "Third talk"
    assert facts.answer == "The episode has Nvidia in a row that was rejected."
    [rejected] = [reason for reason in facts.reasons if reason.kind == "rejected"]
    [witness] = rejected.rows
    assert (witness.surface, witness.rule, witness.context) == (
        *("NVIDIA", "not-mentioned"),
        "Not mentioned here.",
    )
    assert facts.commands == ["kgraph judge accept --type company NVIDIA"]


def test_a_name_that_was_taken_for_something_else(sample):
    facts = KnowledgeGraph(sample).why_not("product/arcbrowser", "TLL 131: Payday on Chain")
    assert facts.answer == (
        "The episode has the name Arc (browser), which was taken for something else."
    )
    [elsewhere] = [reason for reason in facts.reasons if reason.kind == "elsewhere"]
    assert elsewhere.words == (
        "1 row with the name taken for Arc (blockchain) (crypto/arcblockchain)."
    )
    assert [witness.surface for witness in elsewhere.rows] == ["Arc"]
    assert facts.commands == ["kgraph judge same product/arcbrowser Arc"]
    [nearest] = [reason.candidacy for reason in facts.reasons if reason.kind == "candidate"]
    assert (nearest.row.surface, nearest.chosen) == ("Arc", "Arc (blockchain)")


def test_the_nearest_row_is_told_from_those_of_the_name(tmp_path):
    rows = (row("Polymarket US", context="Not mentioned here."), row("Polymarket"))
    (tmp_path / "a.md").write_text(file_text("First talk", "a", *rows))
    build([tmp_path], tmp_path / "store", workers=1, judgements=None)
    facts = KnowledgeGraph(Store(tmp_path / "store")).why_not("Polymarket US", "a.md")
    assert kinds(facts)[:2] == ["rejected", "candidate"]
    assert words_of(facts, "candidate").startswith(
        "Another row “Polymarket” could be Polymarket US; "
    )


def test_commands_are_judgements_that_can_be_written(sample):
    # What product/notion is called cannot be judged to be the same as it.
    facts = KnowledgeGraph(sample).why_not("product/notion", "Agents That Actually Finish the Job")
    assert kinds(facts)[0] == "elsewhere"
    assert facts.commands == ["kgraph judge type --type product Notion"]


def test_a_name_that_only_the_text_has(graph):
    facts = graph.why_not("Kestrel Metrics", "First talk")
    assert (
        facts.answer == "The text of the episode has the name Kestrel Metrics, and no row lists it."
    )
    [text] = [reason for reason in facts.reasons if reason.kind == "text"]
    assert text.words == "The text has the name in 2 places, and no entry of companies has it."
    assert [(hit.place, hit.name) for hit in text.hits] == [
        ("body", "Kestrel\nMetrics"),
        ("body", "kestrel metrics"),
    ]
    assert (text.hits[0].file, text.hits[0].before) == ("a.md", "The body speaks of  ")


def test_a_name_that_is_nowhere(graph):
    facts = graph.why_not("Google", "c.md")
    assert (facts.is_so, kinds(facts)) == (False, ["absent"])
    assert (
        facts.answer == "No row of the episode names Google, and its text does not have the name."
    )


def test_fields_that_were_not_read_are_named(tmp_path):
    text = (
        "---\ntitle: Of Tesla\ndate: 2025-06-01\ncompanies: [Tesla, xAI,\n - Uber\n"
        "authors:\n  - {name: Jensen Huang}\n---\nTesla again.\n"
    )
    (tmp_path / "broken.md").write_text(text)
    build([tmp_path], tmp_path / "store", workers=1, judgements=None)
    opened = KnowledgeGraph(Store(tmp_path / "store"))
    set_aside = (
        "A field that may have the name could not be read: broken.md:5:2: /companies: did not find "
        "expected node content: - Uber (field set aside) [yaml-broken]: mend the file and build "
        "again."
    )
    tesla = opened.why_not("Tesla", "broken.md")
    assert tesla.answer == "A field of the episode that may have the name Tesla could not be read."
    assert [(reason.kind, reason.words) for reason in tesla.reasons] == [
        ("set-aside", set_aside),
        ("text", "The text has the name in 2 places."),
    ]
    guest = opened.why_not("Jensen Huang", "broken.md").reasons[1]
    assert guest.words.startswith(
        "A field that kgraph does not use has the name: broken.md:6:1: /authors: unknown field: "
        "who made the notes is no name in the graph"
    )
    assert [(hit.place, hit.name) for hit in guest.hits] == [("/authors/0/name", "Jensen Huang")]


@pytest.mark.parametrize(
    ("name", "companies", "answer", "reasons"),
    [
        (
            "OpenAI",
            "\n\t- OpenAI\n\t- NVIDIA",
            "The episode has the name OpenAI in what could not be read.",
            {
                "lost": "The name is in what could not be read: a.md:5:1: /companies: a tab "
                "indents this line, and YAML takes spaces only: - OpenAI (2 lines left out)"
            },
        ),
        (
            "Foozle Labs",
            "\n\t- OpenAI\n\t- NVIDIA",
            "Entries of the episode that may have the name Foozle Labs could not be read.",
            {"unreadable": "Entries that may have the name could not be read: a.md:5:1: "},
        ),
        (
            "Polymarket US",  # which its text has
            "\n- {nam: Polymarket US}\n- [Polymarket US]\n- Polymarket\n- name: ''",
            "Entries of the episode that may have the name Polymarket US could not be read.",
            {
                "unreadable": "Entries that may have the name could not be read: a.md:5:1: ",
                "candidate": "The row “Polymarket” could be Polymarket US",
                "text": "The text has the name in 1 place.",
            },
        ),
        (
            "Carol Ash",  # of whom the field set aside has nothing
            ' ["OpenAI, Stripe]\nguests:\n- Carol Ash\n  name: Bob',
            "The episode has the name Carol Ash in what could not be read.",
            {
                "lost": "The name is in what could not be read: a.md:6:1: /guests/0: neither a "
                "field nor an entry: - Carol Ash (line left out)",
                "set-aside": "A field that may have the name could not be read: a.md:4:13: ",
            },
        ),
    ],
)
def test_what_could_not_be_read_comes_first(tmp_path, name, companies, answer, reasons):
    text = f"---\ntitle: A\ndate: 2025-06-01\ncompanies:{companies}\n---\nOf Polymarket US.\n"
    (tmp_path / "a.md").write_text(text)
    build([tmp_path], tmp_path / "store", workers=1, judgements=None)
    facts = KnowledgeGraph(Store(tmp_path / "store")).why_not(name, "a.md")
    assert facts.answer == answer
    found = {reason.kind: reason.words for reason in facts.reasons}
    assert list(found) == list(reasons)
    for kind, words in reasons.items():
        assert found[kind].startswith(words)
    assert "row-empty" not in found.get("unreadable", "")


@pytest.mark.parametrize("field", ["companies", "Companies"])
def test_a_field_set_aside_may_have_the_name_however_its_key_is_spelled(tmp_path, field):
    text = f"---\ntitle: A\ndate: 2025-06-01\n{field}: {{x: Foozle Labs}}\n---\n"
    (tmp_path / "a.md").write_text(text)
    report = build([tmp_path], tmp_path / "store", workers=1, judgements=None)
    assert report.count_lists_set_aside() == 1
    facts = KnowledgeGraph(Store(tmp_path / "store")).why_not("Foozle Labs", "a.md")
    assert kinds(facts) == ["set-aside"]


def test_a_name_that_is_there_after_all(graph):
    facts = graph.why_not("OpenAI", "a.md")
    assert (facts.is_so, kinds(facts), facts.commands) == (True, ["mentioned"], [])
    [reason] = facts.reasons
    assert {witness.surface for witness in reason.rows} == {"OpenAI", "Opaque Labs"}


def test_a_judged_rejection_is_told_once_with_the_command_that_undoes_it(graph, tmp_path):
    file = read_build_origin(graph.store.build).judgements
    undo = [shlex.join(["kgraph", "judge", "--undo", "2", "--judgements", file])]
    facts = graph.why_not("Acme Rubble", "c.md")
    assert (facts.thing, kinds(facts), facts.commands) == (None, ["rejected"], undo)
    assert facts.reasons[0].rows[0].rule == "judgement"
    (tmp_path / "a.md").write_text(file_text("First talk", "a", row("Nvidia")))
    judgements = tmp_path / "judged.yaml"
    append_judgements(judgements, [make_judgement("reject", ["Nvidia"])])
    build([tmp_path], tmp_path / "store", workers=1, judgements=judgements)
    facts = KnowledgeGraph(Store(tmp_path / "store")).why_not("Nvidia", "a.md")
    assert kinds(facts) == ["rejected"]  # the row could be Nvidia, and nothing more is to be said


def test_an_unlikely_mention_is_not_counted(sample):
    slug, summary = next((s, x) for s, x in sample.shared.summaries.items() if x.unlikely)
    id_, confidence = next(iter(summary.unlikely.items()))
    facts = KnowledgeGraph(sample).why_not(id_, f"episode/{slug}")
    assert (facts.is_so, kinds(facts)[0]) == (False, "unlikely")
    assert facts.reasons[0].rows[0].confidence == confidence


def test_what_only_adverts_name_counts_as_advertised(sample):
    slug, summary = next((s, x) for s, x in sample.shared.summaries.items() if x.adverts)
    id_ = next(iter(summary.adverts))
    facts = KnowledgeGraph(sample).why_not(id_, f"episode/{slug}")
    assert (facts.is_so, kinds(facts)[0]) == (False, "advertised")
    assert facts.answer.startswith("Only adverts of the episode name ")


def test_an_episode_belongs_to_its_show(sample):
    slug, summary = next((s, x) for s, x in sample.shared.summaries.items() if x.show)
    facts = KnowledgeGraph(sample).why_not(summary.show, f"episode/{slug}")
    assert facts.is_so
    assert "show" in kinds(facts)


# -- names -----------------------------------------------------------------------------


def test_the_order_of_a_name_and_an_episode_does_not_count(graph):
    assert graph.why_not("c.md", "NVIDIA") == graph.why_not("NVIDIA", "c.md")


@pytest.mark.parametrize(
    ("name", "other", "words"),
    [
        ("OpenAy", "Google", "nothing in the graph is called 'OpenAy': did you mean OpenAI"),
        ("Google", "OpenAy", "nothing in the graph is called 'OpenAy': did you mean OpenAI"),
        ("OpenAy", "a.md", "nothing in the graph is called 'OpenAy': did you mean OpenAI"),
        ("Google", "First tolk", "did you mean First talk"),
        ("Google", "Acme Rubble", "; 2 rows with the name rejected, by judgement: `kgraph judge"),
        ("Google", "none.md", "none.md: no such episode: give its file name, title or id"),
        ("", " ", "the name is empty: give the name or id of an entity"),
    ],
)
def test_unknown_names_get_suggestions(graph, name, other, words):
    with pytest.raises(UnknownNameError) as caught:
        graph.why_not(name, other)
    assert words in str(caught.value)


@pytest.mark.parametrize("names", [("John Smythe", "b.md"), ("b.md", "John Smythe")])
def test_a_file_that_was_left_out_is_the_reason_for_any_name(tmp_path, names):
    (tmp_path / "a.md").write_text(file_text("First talk", "a"))
    (tmp_path / "b.md").write_text('+++\ntitle = "B\nguests = ["John Smythe"]\n+++\n')
    build([tmp_path], tmp_path / "store", workers=1, judgements=None)
    with pytest.raises(UnknownNameError, match=r"^b\.md:2:\d+: .*: mend the file and build again$"):
        KnowledgeGraph(Store(tmp_path / "store")).why_not(*names)


def test_two_episodes_are_no_question(graph):
    with pytest.raises(
        InputError, match=r"^a\.md and Second talk are both episodes: give at least"
    ):
        graph.why_not("a.md", "Second talk")


def test_what_cannot_be_decided_again_is_said(store):
    (store.build / layout.KEPT_FILE).unlink()
    facts = KnowledgeGraph(store).why_not("NVIDIA", "OpenAI")
    assert facts.note.startswith("what the build knew besides the shipped lexicon is unknown")
    assert "candidate" not in kinds(facts)


def test_a_table_has_a_row_for_each_reason_and_its_evidence(graph):
    table = tabulate_why_not(graph.why_not("NVIDIA", "c.md"))
    rows = [dict(zip(WHY_NOT_COLUMNS, cells, strict=True)) for cells in table.rows]
    assert [(r["part"], r["evidence"], r["name"]) for r in rows[:3]] == [
        ("answer", "", ""),
        ("rejected", "", ""),
        ("rejected", "row", "NVIDIA"),
    ]


# -- texts ------------------------------------------------------------------------------


def test_names_are_found_as_whole_words_in_every_text():
    rows = {
        "companies": (Row("companies", 4, {"name": "Acme", "context": "at Acme, today"}),),
        "quotes": (Row("quotes", 1, {"text": "ACME is up. Acmes are not."}),),
    }
    values = {"title": "On Acme", "tags": ["acme"], "duration": 7}
    file = EpisodeFile("a.md", "", values, rows, {}, False, ("no Acme?",), "Acme+ and xAcme")
    hits = find_in_text(EpisodeGraph("a", (file,)), ["Acme"])
    assert [(hit.place, hit.name) for hit in hits] == [
        *(("/title", "Acme"), ("/companies/4/context", "Acme"), ("body", "Acme")),
        *(("comment 1", "Acme"), ("/tags/0", "acme"), ("/quotes/1/text", "ACME")),
    ]


@pytest.mark.parametrize("name", ["(a+)+$", "[", "\\", ".*", "C3.ai", "S&P 500", " "])
def test_names_are_no_patterns(name):
    text = f"x {name} y" if name.strip() else "x y"
    file = EpisodeFile("a.md", "", {"title": text}, {}, {})
    hits = find_in_text(EpisodeGraph("a", (file,)), [name])
    assert [hit.name for hit in hits] == ([name] if name.strip() else [])


@pytest.mark.parametrize(
    ("episode", "words"),
    [
        (
            "2025-05-06-the-power-wall-who-feeds-the-gpus.md",
            "It belongs to the show Second Derivative, 77 % sure: a host says Second Derivative; "
            "other episodes of the same place are of Second Derivative.",
        ),
        (
            "2025-07-15-data-centres-in-the-desert.md",
            "Its show is undecided: the best candidate has a probability of 0.343, below 0.65: "
            "other episodes of the same place are of Second Derivative.",
        ),
    ],
)
def test_an_episode_of_another_show_is_told_with_that_or_what_was_missing(sample, episode, words):
    facts = KnowledgeGraph(sample).why_not("The Ledger Line", episode)
    assert facts.answer == "The episode does not belong to The Ledger Line."
    assert (kinds(facts), facts.is_so) == (["other-show", "absent"], False)
    assert facts.reasons[0].words == words


def test_of_an_undecided_show_the_commands_that_decide_it_are_named(tmp_path):
    (tmp_path / "notes").mkdir()
    more = "source: Gear Talk\nsummary: This is an episode of Tea Hour Radio, as ever."
    (tmp_path / "notes" / "a.md").write_text(episode_text("On tea", more=more))
    store = tmp_path / "store"
    build([tmp_path / "notes"], store, workers=1)
    commands = [
        "kgraph judge accept show/geartalk",
        "kgraph judge accept show/teahourradio",
        "kgraph judge same 'Gear Talk' show/teahourradio",  # no episode is of either yet
    ]
    why = "undecided: the best candidate has a probability of 0.617, below 0.65, since the file "
    why += "names Gear Talk and Tea Hour Radio: "
    for name in ("Tea Hour Radio", "show/geartalk"):
        facts = KnowledgeGraph(Store(store)).why_not(name, "a.md")
        assert facts.reasons[0].words == f"Its show is {why}the file states the show Gear Talk."
        assert facts.commands == commands
    ((_, show, _, evidence),) = AUDITS["shows"](Store(store)).rows
    source = "source: the file states the show Gear Talk (+3.00)"
    told = " or ".join(f"`{command}`" for command in commands)
    assert (show, evidence) == ("", f"{why}{source}; to decide it: {told}")
    decisions = find_decisions(Store(store), "shows", DecisionFilter(), 0, 9)
    assert list(decisions.decided[0].commands) == commands
    page = html.unescape(render_decisions("shows", AuditForm(), decisions))
    assert all(f"<code>{command}</code>" in page for command in commands)
    for command, label in zip(commands, ("Gear Talk", "Tea Hour Radio", "Gear Talk"), strict=True):
        verb, *names = shlex.split(command)[2:]
        judged = tmp_path / f"{verb}-{label}.yaml"
        write_judgements(store, [make_judgement(verb, names)], file=judged)
        assert [episode.show.label for episode in Store(store).graph] == [label]
