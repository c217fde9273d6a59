import pytest
from msgspec.structs import replace
from sample_graph import handmade

from kgraph.api import KnowledgeGraph
from kgraph.base.errors import UnknownNameError
from kgraph.base.model import Reason
from kgraph.resolve.mentions.explain import explain_name, explain_prevailing_entry
from kgraph.views.explanation import SHOW_EDGE_RULE
from kgraph.views.open_graph import OpenGraph
from kgraph.views.why import WhyRequest, explain_edges, view_evidence


def test_of_a_quote_it_is_said_where_its_decision_is_told(sample):
    episode = next(episode for episode in sample.graph if episode.quotes)
    quote = episode.quotes[0]
    for name in (f"quote/{quote.key}", quote.text, quote.text.upper()):
        with pytest.raises(UnknownNameError, match="`kgraph audit quotes`"):
            explain_edges(episode, name, (), sample)
    with pytest.raises(UnknownNameError, match="nothing called"):
        explain_edges(episode, "quote/0123456789abcdef", (), sample)


@pytest.mark.parametrize(
    "name", ["Ours", "ours", "show/ours", "https://w3id.org/kgraph/id/show/ours"]
)
def test_that_an_episode_is_of_its_show_has_reasons_too(name, sample):
    [episode] = handmade()
    [edge] = explain_edges(episode, name, (), sample)
    assert (edge.rule, edge.target, edge.confidence, edge.rows) == (
        SHOW_EDGE_RULE,
        "show/ours",
        0.9,
        [],
    )
    assert edge.reasons == episode.show.reasons


def test_another_show_is_none_of_its_edges(sample):
    [episode] = handmade()
    with pytest.raises(UnknownNameError, match="nothing called 'Theirs'"):
        explain_edges(episode, "Theirs", (), sample)


def test_an_edge_goes_by_the_ids_that_its_entity_has_in_other_registers(sample):
    [episode] = handmade()
    with pytest.raises(UnknownNameError):
        explain_edges(episode, "NASDAQ:NVDA", (), sample)
    [edge] = explain_edges(episode, "NASDAQ:NVDA", ["company/nvidia"], sample)
    assert edge.target == "company/nvidia"


def test_a_name_that_may_be_in_what_could_not_be_read_leads_to_the_problem(tmp_path):
    texts = {
        "list.md": "title: A\ncompanies: [NVIDIA, 'TSMC\ntags: [chips",
        "rows.md": "title: B\ncompanies:\n- NVIDIA\n- {nam: TSMC}\n- [TSMC]\n- 'TS\n- {}",
        "hashtag.md": "title: D\ncompanies: #TSMC",
        "sound.md": "title: C\ncompanies: [NVIDIA]\ntags: [chips",
    }
    for file, text in texts.items():
        (tmp_path / file).write_text(f"---\n{text}\ndate: 2025-06-01\n---\n")
    store = KnowledgeGraph.build([tmp_path], tmp_path / "store", judgements=None).store
    expected = {
        "list.md": "it mentions nothing; what could not be read may have it: list.md:3:21: "
        "/companies: found unexpected end of stream (a quotation mark is not closed): companies: "
        "[NVIDIA, 'TSMC (field set aside) [yaml-broken]: mend the file and build again",
        "hashtag.md": "it mentions nothing; what could not be read may have it: hashtag.md:3:1: "
        '/companies: # begins a comment (put the text in quotes: "#TSMC") (left empty) '
        "[yaml-comment]: mend the file and build again",
        "sound.md": "it mentions Nvidia",
    }
    for file, words in expected.items():
        for look_up in (
            lambda file=file: KnowledgeGraph(store).why(file, "TSMC"),
            lambda file=file: view_evidence(OpenGraph(store), WhyRequest(file, "TSMC")),
        ):
            with pytest.raises(UnknownNameError) as caught:
                look_up()
            assert str(caught.value) == f"nothing called 'TSMC' in {texts[file][7]!r}: {words}"
    with pytest.raises(
        UnknownNameError, match=r"rows\.md:5:.*; rows\.md:6:.*; and 1 more problem: "
    ):
        KnowledgeGraph(store).why("rows.md", "TSMC")


def test_a_file_that_was_left_out_is_told_with_the_reason(tmp_path):
    (tmp_path / "note.md").write_text("Only a text.\n")
    (tmp_path / "a.md").write_text("---\ntitle: A\ndate: 2025-06-01\ncompanies: [Stripe]\n---\n")
    graph = KnowledgeGraph.build([tmp_path], tmp_path / "store", judgements=None)
    told = r"^note\.md:1:1: the file does not begin with front matter: .* \(file left out\)"
    for look_up in (
        lambda: graph.why("note.md", "Stripe"),
        lambda: view_evidence(OpenGraph(graph.store), WhyRequest("note.md", "Stripe")),
        lambda: graph.why_not("Stripe", "note.md"),
        lambda: graph.why(str(tmp_path / "note.md"), "Stripe"),
    ):
        with pytest.raises(UnknownNameError, match=told):
            look_up()
    with pytest.raises(UnknownNameError, match="no such episode"):
        graph.why("other.md", "Stripe")


def test_what_is_the_same_in_every_row_of_a_person_is_no_reason_of_its_own(tmp_path):
    listed = "---\ntitle: A\ndate: 2025-06-01\ncompanies: [Robinhood]\n---\n"
    (tmp_path / "a.md").write_text(listed)
    graph = KnowledgeGraph.build([tmp_path], tmp_path / "store", judgements=None)
    [row] = graph.why("a.md", "Robinhood")[0].rows
    assert [reason.part for reason in row.reasons] == ["known", "name", "always", "hand"]
    assert [reason.part for reason in row.own_reasons] == ["known", "name", "hand"]
    assert replace(row, extractor="llm").own_reasons == row.reasons


def test_a_type_that_the_lexicon_decides_is_told_as_a_reason(sample):
    file = "2025-05-20-agents-that-actually-finish-the-job.md"
    [edge] = KnowledgeGraph(sample).why(file, "Notion", steps=True)
    [row] = edge.rows
    [prior] = [step for step in row.steps if step.part == "prior"]
    assert prior.words.endswith("though the lexicon's entry makes it a company")
    assert str(row.reasons[-1]) == (
        "lexicon: its entry there makes it a company, which goes before the likeliest type, a"
        " product"
    )


def test_a_type_that_is_likeliest_or_judged_is_none_of_the_lexicons_alone():
    name = explain_name("person", "company", 0.7)
    assert explain_prevailing_entry("person", (name,)) is None
    assert explain_prevailing_entry("company", (Reason("judgement", "so"), name)) is None
    assert explain_prevailing_entry("company", (Reason("joined", "two"),)) is None
    assert explain_prevailing_entry("company", (Reason("name", "of another version"),)) is None


def test_a_show_is_explained_by_the_address_that_files_state_for_it(tmp_path):
    address = "https://acquired.fm"
    text = f"---\ntitle: A talk\ndate: 2025-09-01\nsource: {address}\n---\n"
    (tmp_path / "a.md").write_text(text)
    graph = KnowledgeGraph.build([tmp_path], tmp_path / "store", judgements=None)
    [edge] = graph.why("a.md", address)
    assert (edge.rule, edge.label) == (SHOW_EDGE_RULE, "Acquired")
    with pytest.raises(UnknownNameError, match="nothing called 'https://other.example' in"):
        graph.why("a.md", "https://other.example")


def test_where_there_is_nothing_to_explain_why_not_is_named_if_it_answers(tmp_path):
    for file, names, summary in (
        ("a.md", "[NVIDIA, Quorvex Dynamics]", "Of chips."),
        ("-b.md", "[NVIDIA, Visa]", "Of Zorblat Labs."),
    ):
        head = f"title: Of {file[-4]}\ndate: 2025-09-01\nsummary: {summary}\ncompanies: {names}"
        (tmp_path / file).write_text(f"---\n{head}\n---\n")
    graph = KnowledgeGraph.build([tmp_path], tmp_path / "store", judgements=None)
    listed = "nothing called '{}' in 'Of b': {}it mentions Nvidia, Visa{}"
    for name, hint, command in (
        ("Quorvex Dynamics", "", "; `kgraph why-not -- 'Quorvex Dynamics' -b.md` says why not"),
        ("Zorblat Labs", "", "; `kgraph why-not -- 'Zorblat Labs' -b.md` says why not"),
        ("Gnarf", "", ""),
        ("Nvidai", "did you mean Nvidia? ", ""),
        ("visaa", "did you mean Visa? ", ""),
        ("Quorvex Dinamics", "did you mean Quorvex Dynamics? ", ""),  # of another episode
    ):
        with pytest.raises(UnknownNameError) as caught:
            graph.why("-b.md", name)
        assert str(caught.value) == listed.format(name, hint, command)
        assert caught.value.suggestions[0] in (hint or "Nvidia")
        if command:
            assert not graph.why_not(name, "-b.md").is_so
    for name, command in (
        ("Quorvex Dynamics", "kgraph why-not visa 'Quorvex Dynamics'"),
        ("company/visa", "kgraph why-not visa company/visa"),
    ):
        with pytest.raises(UnknownNameError) as caught:
            graph.why("visa", name)
        assert str(caught.value) == (
            f"'visa' is company/visa, and no episode: `{command}` says why the two are one thing, "
            "or why they are not"
        )
    with pytest.raises(UnknownNameError, match="visa: no such episode"):
        graph.why("visa", "Gnarf")
