"""Asking: answers, refusals, limits and mistakes."""

import re
from itertools import pairwise

import msgspec
import pytest
from support import drop_error_of_thread

from kgraph.accel.columns.writer import write_columns
from kgraph.analysis import answer_query
from kgraph.api import KnowledgeGraph
from kgraph.base.errors import (
    DataError,
    InputError,
    QueryError,
    QueryRefusedError,
    QueryTimeoutError,
    UnknownNameError,
)
from kgraph.base.vocabulary import PREFIXES, data_path
from kgraph.graph import Entity, Selection
from kgraph.graph.absence import find_other_kind
from kgraph.pipeline import build
from kgraph.query import ANSWER_FORMATS, Lookup, evaluate, load_saved_queries, run_query
from kgraph.query.parameters import (
    Parameter,
    bind_arguments,
    resolve_value,
)
from kgraph.query.saved import parse_saved_query, read_query_text
from kgraph.query.sparql_text import bind_variables, check_read_only, has_from_clause
from kgraph.resolve.judgement import make_judgement
from kgraph.search import Filters, Index, search
from kgraph.store import Store
from kgraph.store.layout import COLUMNS_FOLDER, DATABASE_FOLDER
from kgraph.views.open_graph import OpenGraph
from kgraph.views.theme_and_show import ThemeFacts
from kgraph.views.thing import look_up
from kgraph.views.values import EntityRef

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?e a schema:PodcastEpisode }"
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
CHIPS = "Chips are the new oil of the data centre economy."
QUERIES = {"solutions": COUNT, "boolean": "ASK { ?s ?p ?o }", "graph": "DESCRIBE <company/nvidia>"}


def test_prefixes_are_known_without_being_declared(store):
    assert run_query(store, COUNT, format="csv").data == b"n\r\n2\r\n"


@pytest.mark.parametrize("timeout", [None, 60])
def test_a_limit_changes_no_answer(store, timeout):
    assert run_query(store, COUNT, format="tsv", timeout=timeout).data == b"?n\n2\n"


@pytest.mark.parametrize("kind", QUERIES)
@pytest.mark.parametrize("name", ANSWER_FORMATS)
def test_every_format_carries_what_it_can_and_says_what_it_cannot(store, name, kind):
    if kind in ANSWER_FORMATS[name].kinds:
        assert run_query(store, QUERIES[kind], format=name).data
    else:
        with pytest.raises(InputError, match=f"{name} cannot carry this answer: choose one of"):
            run_query(store, QUERIES[kind], format=name)


@pytest.mark.parametrize(
    ("question", "format"),
    [("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", "csv"), ("SELECT * { ?s ?p ?o }", "turtle")],
)
def test_an_error_may_be_dropped_in_another_thread(store, question, format):
    """The engine frees a result only in the thread that made it."""
    error = drop_error_of_thread(lambda: run_query(store, question, format=format))
    assert error == (InputError, [])


def test_an_error_of_the_engine_may_be_dropped_in_another_thread(store, monkeypatch):
    def fail(result, *_):
        next(result)
        raise RuntimeError("Corruption: block checksum mismatch")

    monkeypatch.setattr(evaluate, "complete_answer", fail)
    assert drop_error_of_thread(lambda: run_query(store, COUNT)) == (QueryError, [])


def test_an_error_of_an_analysis_may_be_dropped_in_another_thread(store):
    error = drop_error_of_thread(lambda: answer_query(store, "clusters", format="turtle"))
    assert error == (InputError, [])


def test_an_error_that_the_caller_handles_keeps_its_variables(store):
    def fail():
        answer = 42
        raise KeyError(answer)

    with pytest.raises(KeyError) as caught:
        fail()
    try:
        raise caught.value
    except KeyError:
        with pytest.raises(InputError):
            run_query(store, COUNT, format="turtle")
    assert caught.traceback[-1].locals["answer"] == 42


MENTIONS = "SELECT ?e ?c { ?e a schema:PodcastEpisode . ?m kg:episode ?e ; kg:entity ?c }"


def test_an_open_store_answers_from_columns_once_a_server_wrote_them(store):
    before = run_query(store, MENTIONS)
    assert store.columns is None
    columns = store.build / COLUMNS_FOLDER
    write_columns(str(store.build / DATABASE_FOLDER), columns, store.build / "columns-draft")
    reopened = Store(store.path)
    from_columns = run_query(reopened, MENTIONS)
    assert "database" not in vars(reopened)  # the engine was not asked
    assert sorted(map(str, from_columns)) == sorted(map(str, before))
    assert run_query(reopened, MENTIONS, format="csv").data.startswith(b"e,c\r\n")
    assert run_query(reopened, MENTIONS, limit=1).more


def test_columns_that_cannot_be_read_are_no_hindrance(store):
    (store.build / COLUMNS_FOLDER).mkdir()
    assert run_query(store, MENTIONS)
    assert store.columns is None


def test_an_open_store_counts_patterns_once(store, monkeypatch):
    counted = []
    count = store.count_solutions
    monkeypatch.setitem(
        vars(store), "count_solutions", lambda text: counted.append(text) or count(text)
    )
    expected = store.database.query(MENTIONS, prefixes=PREFIXES)
    assert len(run_query(store, MENTIONS)) == len(list(expected)) > 0
    assert counted
    counted.clear()
    assert run_query(store, MENTIONS, timeout=60)  # a child process
    assert run_query(store, "best-quotes", {"about": "NVIDIA"})  # a saved query
    assert not counted


def test_an_endless_query_is_stopped(store):
    many = " ".join(f"?s{i} ?p{i} ?o{i} ." for i in range(9))
    with pytest.raises(QueryTimeoutError, match="passed its limit of 0.5 s"):
        run_query(store, f"SELECT (COUNT(*) AS ?n) WHERE {{ {many} }}", timeout=0.5)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * WHERE { SERVICE <http://example.org/sparql> { ?s ?p ?o } }",
        'SELECT * WHERE { # a comment with a "\n service ?x { ?s ?p ?o } }',
        "SELECT * WHERE { \\u0053ERVICE <http://example.org/> { ?s ?p ?o } }",
        "INSERT DATA { <a> <b> <c> }",
        "LOAD <http://example.org/data>",
    ],
)
def test_what_would_leave_or_write_is_refused(store, text):
    with pytest.raises(QueryRefusedError):
        run_query(store, text)


@pytest.mark.parametrize(
    "text",
    [
        r'SELECT * { ?s ?p "\u0022" . SERVICE <http://example.org/> { ?s ?p ?o } }',
        r"SELECT * { ?s ?p '\'' . SERVICE <http://example.org/> { ?s ?p ?o } }",
        'SELECT * { ?s ?p """a"b""" . SERVICE <http://example.org/> {} ?s ?p "" }',
        "SELECT * { ?a a ?b.SERVICE<http://example.org/>{} }",
        "SELECT * { ?a ?b 1.SERVICE<http://example.org/>{} }",
        "SELECT * { ?a ?b 1SERVICE<http://example.org/>{} }",
        "SELECT * { ?a ?b ex:c.SERVICE<http://example.org/>{} }",
        "SELECT * { BIND(1 AS ?x).SERVICE<http://example.org/>{} }",
        "SELECT * { OPTIONAL{{}.SERVICE<http://example.org/>{}} }",
        "PREFIX : <http://example.org/> SELECT * { SERVICE:x{} }",
        "SELECT * { SERVICESILENT<http://example.org/>{} }",
    ],
)
def test_nothing_hides_what_would_leave(text):
    with pytest.raises(QueryRefusedError):
        check_read_only(text)


@pytest.mark.parametrize(
    "text",
    ["SELECT ?service { ?service a ex:Service }", 'ASK { ?s ex:service "SERVICE" } # SERVICE'],
)
def test_what_only_is_named_so_is_asked(text):
    check_read_only(text)


@pytest.mark.parametrize("start", ['"', '"""', "'", "<", "#", "\\", "'''"])
def test_a_hostile_text_takes_no_longer_than_another(start):
    check_read_only(start + r"\"\'" * 100_000)  # tried twice at each quote, it would take minutes


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("SELECT * FROM <http://example.org/x> {}", True),
        (r"SELECT * \u0046ROM NAMED <http://example.org/x> {}", True),
        ('SELECT ?from { ?from ex:from "FROM <x>" } # FROM', False),
    ],
)
def test_a_query_that_names_graphs_is_known(text, named):
    assert has_from_clause(text) == named


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service WHERE { ?service a schema:Thing }",
        'SELECT * WHERE { ?s ?p "a SERVICE <x> { }" } # SERVICE',
        "SELECT * WHERE { ?s <http://example.org/SERVICE> ?load }",
    ],
)
def test_a_keyword_in_a_name_or_a_text_is_none(text):
    check_read_only(text)


def test_a_mistake_is_shown_where_it_is(store):
    with pytest.raises(QueryError) as caught:
        run_query(store, "SELECT * WHERE {\n  ?s ?p ?o")
    assert str(caught.value).startswith("line 2, column 11: expected")
    assert "it opens 1 braces and closes 0" in str(caught.value)


def test_an_unknown_prefix_is_named_with_the_known_ones(store):
    with pytest.raises(QueryError) as caught:
        run_query(store, "PREFIX a: <http://b/> SELECT * WHERE { ?s a:b/kg:c/foo:bar 'd:e' }")
    first, *_, advice, known = str(caught.value).splitlines()
    assert first == "line 1, column 59: a prefix is not declared"
    assert advice == "write PREFIX foo: <its address> first"
    assert known.startswith("prefixes known without declaration: kg, schema")


@pytest.mark.parametrize(
    ("query", "is_named"),
    [
        ("SELECT * WHERE { ?s :name 'a :b' }", True),
        ("SELECT * WHERE { ?s :name ?o ; a foo:X }", True),
        ("PREFIX : <http://b/> SELECT * WHERE { ?s :name ?o ; a foo:X }", False),
        ("SELECT * WHERE { ?s foo:name ':b' }", False),
    ],
)
def test_an_empty_prefix_without_a_declaration_is_named(store, query, is_named):
    with pytest.raises(QueryError, match="prefixes known without declaration") as caught:
        run_query(store, query)
    advice = "write PREFIX : <its address> first, as the empty prefix of :name has none"
    assert (advice in str(caught.value).splitlines()) == is_named


def test_a_query_that_the_engine_cannot_run_is_no_traceback(store):
    with pytest.raises(QueryError):
        run_query(
            store, "SELECT * WHERE { ?s ?p ?o FILTER(<http://example.org/f>(?s)) } GROUP BY ?x"
        )


# -- saved queries -------------------------------------------------------------


SAMPLE = {"episode": "2025-10-02-tll-137-polymarket-comes-home.md", "theme": "Strategy"}
"""Type of a parameter -> what the sample corpus knows, where the default is of another."""


@pytest.mark.parametrize("name", load_saved_queries())
def test_every_saved_query_answers(sample, name):
    given = {
        p.name: SAMPLE.get(p.type, "NVIDIA" if p.type in ("entity", "thing") else p.default)
        for p in load_saved_queries()[name].parameters
    }
    assert run_query(sample, name, given, format="csv").data


def test_co_mentioned_counts_episodes(store):
    answer = run_query(store, "co-mentioned", {"company": "nvidia"}, format="csv")
    rows = [line.split(",")[:2] for line in answer.data.decode().splitlines()[1:]]
    assert rows == [["Coinbase", "1"], ["OpenAI", "1"]]


def test_a_parameter_cannot_become_syntax(store):
    evil = '" ) } INSERT DATA { <a> <b> <c> } #\\'
    answer = run_query(store, "best-quotes", {"about": evil}, format="csv")
    assert answer.data.count(b"\n") == 1  # the header alone


def test_wrong_parameters_are_said():
    takes = load_saved_queries()["co-mentioned"].parameters
    with pytest.raises(InputError, match="no parameter nme; it takes: company, since"):
        bind_arguments("co-mentioned", takes, {"nme": "x"})


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"company": "NVIDIA", "since": "June"}, "since=June: not a date"),
        ({"company": "NVIDA"}, r"did you mean Nvidia\?"),
    ],
)
def test_values_that_cannot_be_are_said(store, parameters, message):
    with pytest.raises(InputError, match=message):
        run_query(store, "co-mentioned", parameters)


def test_a_month_is_its_first_day_where_a_day_is_asked_for(store):
    month = run_query(store, "co-mentioned", {"company": "NVIDIA", "since": "2025-10"})
    assert month == run_query(store, "co-mentioned", {"company": "NVIDIA", "since": "2025-10-01"})
    assert [row["name"] for row in month.rows()] == ["Coinbase"]


def test_a_limit_holds_beside_that_of_the_text(store):
    text = "SELECT ?s { ?s ?p ?o } LIMIT 5"
    for limit, rows, more in ((3, 3, True), (5, 5, False), (9, 5, False)):
        found = run_query(store, text, limit=limit)
        assert (len(found.rows()), found.more) == (rows, more)
    for limit in (0, 1_000_001):
        with pytest.raises(InputError, match=f"limit {limit}: write a whole number from 1 to"):
            run_query(store, text, limit=limit)


def test_a_header_that_is_none():
    with pytest.raises(DataError, match="x.rq:1: no header"):
        parse_saved_query("x", "SELECT * WHERE { ?s ?p ?o }")
    with pytest.raises(DataError, match="x.rq:2: # param a: colour -- it"):
        parse_saved_query("x", "# It.\n# param a: colour -- it\nSELECT")


def test_what_several_queries_share_is_in_one_place(tmp_path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "all.rq").write_text("{ ?s ?p ?o }\nUNION { }\n")
    path = tmp_path / "x.rq"
    path.write_text("# It.\nSELECT * {\n  #insert all\n}\n")
    assert read_query_text(path) == "# It.\nSELECT * {\n  { ?s ?p ?o }\n  UNION { }\n}\n"
    path.write_text("SELECT * {\n#insert none\n}\n")
    with pytest.raises(DataError, match="x.rq: #insert none: there is no file parts/none.rq"):
        read_query_text(path)
    assert not any("#insert" in q.source.text for q in load_saved_queries().values())


def test_only_variables_are_bound():
    text = 'SELECT ?x { ?s ?p ?x . ?s ?q "?s" . <http://e/?s> ?s2 ?o } # ?s'
    bound = bind_variables(text, {"s": "<e>"})
    assert bound == 'SELECT ?x { <e> ?p ?x . <e> ?q "?s" . <http://e/?s> ?s2 ?o } # ?s'


# -- names ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        *("NVIDIA", "nvidia", "N Vidia", "company/nvidia"),
        "https://w3id.org/kgraph/id/company/nvidia",
        "http://localhost:8000/company/nvidia",
    ],
)
def test_names_are_found_in_any_writing(store, name):
    assert Lookup(store.shared.entities).find(name).id == "company/nvidia"


def test_a_name_means_what_is_most_often_written_so():
    bank = Entity("company", "acmebank", "Acme Bank", {"Acme": 9}, 9)
    person = Entity("person", "acme", "Acme", {"Acme": 1}, 1)
    found = Lookup({entity.id: entity for entity in (bank, person)})
    assert [entity.id for entity in found.find_all("ACME")] == ["company/acmebank", "person/acme"]
    assert found.find("acme", ["person"]) == person


@pytest.mark.parametrize("base", ["", "https://w3id.org/kgraph/id/"])
def test_what_is_spoken_of_goes_by_its_id_too(sample, base):
    parameter = Parameter("about", "subject", None, "what")
    for id_, of_theme in (("company/nvidia", False), ("theme/regulation", True)):
        found = resolve_value(sample.shared, parameter, base + id_)
        assert (found.theme, found.entity) == ((id_, "") if of_theme else ("", id_))
        assert re.search(found.pattern, f"of {found.text.lower()}", re.IGNORECASE)


def test_a_question_knows_how_many_rows_it_gives_at_the_most():
    saved = load_saved_queries()
    assert [saved[name].most for name in ("co-mentioned", "thin-evidence", "best-quotes")] == [
        *(20, 100, 50),
    ]
    assert saved["talk-by-month"].most == 0


@pytest.mark.parametrize("kind", ["chip-maker", "CHIP"])
def test_a_kind_is_found_in_any_case(sample, kind):
    rows = run_query(sample, "ranked-by-month", {"kind": kind, "since": "2025-01"}).rows()
    assert {row["exactKind"] for row in rows} == {"chip-maker"}


def test_an_id_that_there_is_not_is_no_subject(sample):
    for id_ in ("company/nosuch", "https://w3id.org/kgraph/id/theme/nosuch"):
        with pytest.raises(UnknownNameError, match="nothing in the graph is called"):
            run_query(sample, "best-quotes", {"about": id_})


def test_why_takes_an_iri(store):
    [edge] = KnowledgeGraph(store).why("a.md", f"{store.meta.base}company/nvidia").trees
    assert edge.thing.id == "company/nvidia"


def test_a_query_that_names_another_graph_is_refused(store):
    for timeout in (None, 60):
        with pytest.raises(QueryError, match="the store has one graph, the default graph"):
            run_query(store, "SELECT * FROM <http://example.org/> { ?s ?p ?o }", timeout=timeout)


def test_an_unknown_name_gets_suggestions(store):
    with pytest.raises(UnknownNameError) as caught:
        Lookup(store.shared.entities).find("Coinbas")
    assert caught.value.suggestions == ("Coinbase",)


def test_what_is_written_as_a_number_and_is_none_stays_text(store):
    query = 'SELECT ("abc"^^xsd:integer AS ?a) ("4"^^xsd:integer AS ?b) {}'
    assert run_query(store, query).rows() == [{"a": "abc", "b": 4}]


def test_a_limited_query_asks_the_graph_that_was_opened(folder, store):
    (folder / "a.md").unlink()
    build([folder], store.path, workers=1)
    assert run_query(Store(store.path), COUNT, format="tsv", timeout=60).data == b"?n\n1\n"
    assert run_query(store, COUNT, format="tsv", timeout=60).data == b"?n\n2\n"


@pytest.mark.parametrize("given", ["0", "-1", "1000000001", "9" * 30])
def test_a_number_of_things_is_one_or_more(store, given):
    with pytest.raises(
        InputError, match="minShows=.*: not a count: write a whole number from 1 to"
    ):
        run_query(store, "companies-by-shows", {"minShows": given})


def test_an_episode_goes_by_the_same_names_everywhere(store):
    slug = "youtube-abcdefghijk"
    for name in (slug, f"episode/{slug}", "a.md", "a", "FIRST talk!"):
        assert KnowledgeGraph(store).why(name, "OpenAI").episode.title == "First talk"
        assert look_up(OpenGraph(store), name).episode.slug == slug
        assert [e.slug for e in store.graph.select(Selection(episodes=frozenset({name})))] == [slug]
    with pytest.raises(
        UnknownNameError, match="frist talk: no such episode: .*First talk"
    ) as error:
        KnowledgeGraph(store).why("frist talk", "OpenAI")
    assert error.value.suggestions[0] == "First talk"


def test_a_show_has_its_own_episodes_and_those_that_mention_it(sample):
    own = [e for e in sample.graph if e.show and e.show.key == "theledgerline"]
    page = look_up(OpenGraph(sample), "The Ledger Line", limit=100)
    assert page.series == len(own) > 1
    assert {line.slug for line in page.belonging} == {episode.slug for episode in own}
    assert [line.date for line in page.belonging] == sorted(
        (line.date for line in page.belonging), reverse=True
    )
    assert page.entity.episodes == len(page.episodes) != page.series
    assert look_up(OpenGraph(sample), "NVIDIA").series == 0


def test_a_theme_is_shown_by_name_and_id(sample):
    page = look_up(OpenGraph(sample), "theme/policy-and-law", limit=2)
    term = sample.shared.themes["theme/policy-and-law"]
    assert isinstance(page, ThemeFacts)
    assert (page.thing.label, page.episodes) == (term.label, term.episodes)
    assert len(page.quotes) == len(page.latest) == 2
    assert look_up(OpenGraph(sample), "policies and law", limit=2) == page
    assert "theme/bitcoin" in look_up(OpenGraph(sample), "Bitcoin").others
    with pytest.raises(UnknownNameError, match="did you mean .*Regulation"):
        look_up(OpenGraph(sample), "Regulatoin")


def test_topics_and_tags_are_suggested():
    lookups = [
        Lookup({entity.id: entity})
        for entity in (
            Entity("company", "quorvex", "Quorvex", {}, 9),
            Entity("tag", "querfeld", "Querfeld", {"Querfeld": 1}, 1),
            Entity("topic", "quorvix", "Quorvix", {"Quorvix": 1}, 1),
        )
    ]
    assert Lookup.suggest_from(lookups, "Querfelt") == ["Querfeld"]
    assert Lookup.suggest_from(lookups, "Quorvax") == ["Quorvex", "Quorvix"]


def test_a_topic_and_a_tag_are_shown_with_their_episodes(tmp_path):
    for name, day, terms in (
        ("a", "2025-09-01", f"topics: [AI chips]\ntags: [fabs]\nquotes: [{CHIPS}]"),
        ("b", "2025-09-02", "topics: [{topic: ai chips, mentions: 3}]\ntags: [AI chips, NVIDIA]"),
        ("c", "2025-09-03", "topics: [memory]"),
    ):
        head = f"title: Talk {name}\ndate: {day}\ncompanies: [NVIDIA]\n{terms}"
        (tmp_path / f"{name}.md").write_text(f"---\n{head}\n---\n")
    build([tmp_path], tmp_path / "store", workers=1)
    graph = OpenGraph(Store(tmp_path / "store"))
    page = look_up(graph, "ai chips")
    assert (page.thing, page.episodes, page.rows) == (
        EntityRef("topic/aichips", "AI chips", "topic"),
        2,
        2,
    )
    assert [line.title for line in page.latest] == ["Talk b", "Talk a"]
    assert {spelling.text for spelling in page.spellings} == {"AI chips", "ai chips"}
    (quote,) = page.quotes
    assert quote.text == CHIPS
    iri = "https://w3id.org/kgraph/id/topic/aichips"
    assert page.others == ["tag/aichips"]
    page = msgspec.structs.replace(page, others=[])
    assert page == look_up(graph, "topic/AI chips") == look_up(graph, iri)
    tag = look_up(graph, "tag/nvidia", limit=1)
    assert (tag.thing.type, tag.same_thing.id) == ("tag", "company/nvidia")
    assert [line.title for line in look_up(graph, "fabs").latest] == ["Talk a"]
    assert [line.title for line in look_up(graph, "tag/aichips").latest] == ["Talk b"]
    assert look_up(graph, "NVIDIA").id == "company/nvidia"
    episode = look_up(graph, "Talk b")
    assert [term.id for term in episode.topics] == ["topic/aichips"]
    assert [term.id for term in episode.tags] == ["tag/aichips", "tag/nvidia"]


def test_entities_of_one_letter_differ_in_its_signs(tmp_path):
    names = ("C", "C++", "C#", "F", "F#", "T+1")
    rows = ", ".join(f"{{name: '{name}', category: programming language}}" for name in names)
    for number in range(3):
        head = f"title: Talk {number}\nsource: Show {number}\ncompanies: [{rows}]"
        (tmp_path / f"{number}.md").write_text(f"---\n{head}\n---\n")
    graph = KnowledgeGraph.build([tmp_path], tmp_path / "store", judgements=None)
    ids = {name: graph.how(name).things[0].id for name in names}
    keys = [id_.partition("/")[2] for id_ in ids.values()]
    assert keys == ["c", "cplusplus", "csharp", "f", "fsharp", "t1"]
    answer = f"C++ ({ids['C++']}) and C# ({ids['C#']}) are two things."
    assert graph.why_not("C++", "C#").answer == answer
    assert make_judgement("different", ["C++", "C#"]).names == ("C++", "C#")


def test_tags_of_one_letter_differ_in_its_signs(tmp_path):
    tags = {"a": "[C, 'C#', Disney+]", "b": "[C++, '#c', Disney]", "c": "[c++, csharp]"}
    for name, text in tags.items():
        (tmp_path / f"{name}.md").write_text(f"---\ntitle: Talk {name}\ntags: {text}\n---\n")
    build([tmp_path], tmp_path / "store", workers=1)
    graph = OpenGraph(Store(tmp_path / "store"))
    assert {id_: sorted(term.spellings) for id_, term in graph.shared.tags.items()} == {
        "tag/c": ["C", "c"],
        "tag/cplusplus": ["C++", "c++"],
        "tag/csharp": ["C#", "csharp"],
        "tag/disney": ["Disney", "Disney+"],
    }
    parameter = Parameter("tag", "tag", None, "a tag")
    ids = {"C": "tag/c", "c#": "tag/csharp", "C++": "tag/cplusplus", "disney +": "tag/disney"}
    for name, id_ in ids.items():
        assert look_up(graph, name).thing.id == look_up(graph, f"tag/{name}").thing.id == id_
        assert resolve_value(graph.shared, parameter, name) == id_
        assert find_other_kind(graph.shared, name) == id_
    with pytest.raises(UnknownNameError, match=r"did you mean Disney\?"):
        look_up(graph, "tag/Disnay")
    assert {line.title for line in look_up(graph, "C++").latest} == {"Talk b", "Talk c"}


def test_every_list_tells_dates_of_processing_apart(sample):
    dated = {episode.slug: episode.is_dated for episode in sample.graph}
    assert set(dated.values()) == {True, False}
    lines = (
        look_up(OpenGraph(sample), "NVIDIA", limit=100).episodes
        + look_up(OpenGraph(sample), "OpenAI", limit=100).episodes
    )
    hits = search(Index(sample), "the", Filters(kinds=frozenset({"episode"})), limit=500).hits
    assert {line.dated for line in lines} == {hit.episode.dated for hit in hits} == {True, False}
    for one in [*lines, *(hit.episode for hit in hits)]:
        assert one.dated == dated[one.slug]
    for slug, is_dated in dated.items():
        assert look_up(OpenGraph(sample), slug).episode.dated is is_dated


def test_a_lookup_is_made_once_and_is_that_of_its_graph(store, sample):
    first = Lookup.cached_for(sample.shared)
    assert Lookup.cached_for(sample.shared) is first
    assert Lookup.cached_for(store.shared).find("Nvidia") is store.shared.entities["company/nvidia"]
    assert (
        Lookup.cached_for(sample.shared).find("Nvidia") is sample.shared.entities["company/nvidia"]
    )


def test_the_optional_source_of_an_episode_follows_what_has_to_match():
    # The engine joins what follows an OPTIONAL after it: a minute in place of a second for a
    # thousand episodes.
    inserts = 0
    for path in sorted(data_path("ontology", "queries").glob("*.rq")):
        lines = [line.strip() for line in path.read_text("utf-8").splitlines()]
        for line, following in pairwise(lines):
            if line == "#insert source-of-episode":
                inserts += 1
                assert following.startswith(("OPTIONAL", "BIND", "LATERAL", "}")), path.name
    assert inserts >= 5
