"""Columns: the queries that they answer, those that they leave to the engine, and their limits."""

import numpy as np
import pytest
from accel.columns.conftest import FORMATS
from accel.columns.generated import PREFIXES
from pyoxigraph import RdfFormat, parse

from kgraph.accel.columns import aggregate, group_pattern, join
from kgraph.accel.columns.graph import (
    ENDS_FILE,
    KINDS_FILE,
    NUMBERS_FILE,
    PROPERTIES_FILE,
    STATEMENTS_FILE,
    TERMS_FILE,
)
from kgraph.accel.columns.query import ColumnEngine
from kgraph.store import layout

TALKS = """
x:e1 a x:Talk ; x:day "2025-06-01"^^xsd:date ; x:of x:nvidia , x:openai ; x:title "Chips" .
x:e2 a x:Talk ; x:day "2025-06-20"^^xsd:date ; x:of x:nvidia ; x:title "Café \\"Q\\"\\n" .
x:e3 a x:Talk ; x:day "2025-07-01"^^xsd:date ; x:of x:nvidia-x ; x:share 0.25 ; x:to x:todo .
x:e1 x:late "ɤ" .
x:e4 a x:Note ; x:of x:openai ; x:share 1 ; x:say "hi"@en .
x:nvidia x:name "NVIDIA" . x:openai x:name "OpenAI" . x:nvidia-x x:name "NVIDIA X" .
"""

ANSWERED = {
    "a join": "SELECT ?n { ?e a x:Talk ; x:of/x:name ?n } ORDER BY ?n",
    "a path backwards": "SELECT ?t { x:nvidia ^x:of/x:title ?t } ORDER BY ?t",
    "counts": "SELECT ?c (COUNT(?e) AS ?n) { ?e x:of ?c } GROUP BY ?c ORDER BY DESC(?n) ?c LIMIT 2",
    "months": "SELECT ?m (COUNT(*) AS ?n) { ?e x:day ?d BIND(SUBSTR(STR(?d), 1, 7) AS ?m) "
    "FILTER(?d != x:none) } GROUP BY ?m ORDER BY ?m",
    "months in the key": "SELECT ?m (COUNT(*) AS ?n) { ?e x:day ?d } "
    "GROUP BY (SUBSTR(STR(?d), 1, 7) AS ?m) ORDER BY ?m",
    "what may be": "SELECT ?e ?t { ?e x:of ?c OPTIONAL { ?e x:title ?t } } ORDER BY ?e ?t",
    "what is not": "SELECT ?e { ?e a x:Talk FILTER NOT EXISTS { ?e x:to ?x } } ORDER BY ?e",
    "what is": "SELECT ?e { ?e x:of ?c . FILTER EXISTS { ?e x:to ?x } } ORDER BY ?e",
    "a word": 'SELECT ?e { ?e x:title ?t FILTER CONTAINS(LCASE(?t), "café") }',
    "a number": "SELECT ?e { ?e x:share ?s FILTER(0.5 > ?s && ?e != x:e4) }",
    "sums": "SELECT (SUM(?s) AS ?a) (COUNT(DISTINCT ?c) AS ?n) { ?e x:of ?c ; x:share ?s . "
    "FILTER(?s < 1) }",
    "means": "SELECT (AVG(?s) AS ?a) { ?e x:share ?s }",
    "one distinct count": "SELECT DISTINCT (COUNT(*) AS ?n) { ?e x:share ?s }",
    "greatest": "SELECT (MAX(?s) AS ?a) (MIN(?s) AS ?b) { ?e x:share ?s FILTER(?s >= 1) }",
    "none at all": "SELECT (COUNT(*) AS ?n) { ?e x:nothing ?x }",
    "a term of no statement": "SELECT ?e { ?e x:of x:nobody }",
    "own prefixes": "PREFIX y: <http://x.example/> SELECT ?e { ?e y:of y:openai } ORDER BY ?e",
    "days in order": "SELECT ?e ?d { ?e x:day ?d } ORDER BY DESC(?d)",
    "the first day": "SELECT (MIN(?d) AS ?a) (MAX(?d) AS ?b) { ?e x:day ?d }",
    "since a day": 'SELECT ?e { ?e x:day ?d FILTER(?d >= "2025-06-15"^^xsd:date) } ORDER BY ?e',
    "up to a day": 'SELECT ?e { ?e x:day ?d FILTER(?d <= "2025-06-20"^^xsd:date) } ORDER BY ?e',
    "a day as a number": "SELECT ?e { ?e x:day ?d FILTER(?d > 5) }",
    "not that day": 'SELECT ?e { ?e x:day ?d FILTER(?d != "2025-06-20"^^xsd:date) } ORDER BY ?e',
    "another spelling": "select $e where { $e <http://x.example/of> x:openai } order by $e",
    "IRIs in their order": "SELECT ?c { ?c x:name ?n } ORDER BY DESC(?c)",
    "a literal": 'SELECT ?e { ?e x:title "Chips" ; x:of x:nvidia } ORDER BY ?e',
    "other literals": "SELECT ?s ?t { ?e x:share ?s ; x:say ?t }",
}

NOT_SPARQL = (
    "PREFIX <http://a/> SELECT ?e { ?e x:of ?c }",
    "PREFIX y : <http://a/> SELECT ?e { ?e x:of ?c }",
    "PREFIX 5: <http://a/> SELECT ?e { ?e x:of ?c }",
    "PREFIX _y: <http://a/> SELECT ?e { ?e x:of ?c }",
    "PREFIX ?y: <http://a/> SELECT ?e { ?e x:of ?c }",
    "PREFIX y: <http://a/%> SELECT ?e { ?e x:of ?c }",
    "PREFIX y: <http://a:8> SELECT ?e { ?e y:b ?c }",
    "SELECT ?e { ?e x:of ?c } LIMIT 1 ORDER BY ?e",
    "SELECT ?c (COUNT(?e) AS ?n) { ?e x:of ?c } LIMIT 1 GROUP BY ?c",
    "SELECT ?e { ?e x:of ?c } ORDER BY ?e LIMIT 99999999999999999999",
    "SELECT ?e { ?e x:of ?c } ORDER BY ?e LIMIT ١",
    "SELECT ?e { ?e x:of ?c } ORDER BY ?e lımıt 2",
    "SELECT ?e { ?e x:share ?s FILTER { ?s = x:c } }",
    "SELECT ?e { ?e x:share ?s FILTER(?s > 0 & & ?s < 3) }",
    "SELECT ?e { ?e x:share ?s FILTER(?s > = 0) }",
    "SELECT ?a² { ?a² x:of ?c }",
    "SELECT ?e { ?e x:-p ?c }",
    "SELECT ?e { ?e <http://[::1> ?c }",
    "SELECT ?e { ?e <http://a:bc/> ?c }",
    "SELECT ?e { ?e <http://a/%zz> ?c }",
    "SELECT ?e { ?e <http://a/#b#c> ?c }",
    "CONSTRUCT { ?c ^x:of ?e } { ?e x:of ?c }",
    "CONSTRUCT { ?e ^a ?c } { ?e a ?c }",
    "CONSTRUCT { ?e x:of/x:of ?c } { ?e x:of ?c }",
)

LEFT = {
    "all columns": "SELECT * { ?e x:of ?c }",
    "some rows": "SELECT ?e { ?e x:of ?c } LIMIT 1",
    "any property": "SELECT ?p { x:e1 ?p ?o }",
    "a union": "SELECT ?e { { ?e x:of x:nvidia } UNION { ?e x:of x:openai } }",
    "a union behind a filter": "SELECT ?e { ?e x:of ?c FILTER(?c != x:a) { ?e a x:A } UNION {} }",
    "a group within": "SELECT ?e { ?e x:of ?c OPTIONAL { ?e x:title ?t FILTER(?t > 1) } }",
    "a difference": "SELECT ?e { ?e x:of ?c MINUS { ?e a x:Note } }",
    "values": "SELECT ?e { ?e x:of ?c VALUES ?c { x:nvidia } }",
    "no join": "SELECT ?a ?b { ?a x:of x:nvidia . ?b x:of x:openai }",
    "either": "SELECT ?e { ?e x:share ?s FILTER(?s > 1 || ?s < 1) }",
    "a sum of texts": "SELECT (SUM(?t) AS ?n) { ?e x:title ?t }",
    "a text with a language": 'SELECT ?e { ?e x:say ?t FILTER CONTAINS(?t, "h") }',
    "a day that is none": 'SELECT ?e { ?e x:day ?d FILTER(?d < "2025-02-30"^^xsd:date) }',
    "a mixed order": "SELECT ?d { ?e x:day|x:share ?d } ORDER BY ?d",
    "a term under another name": "SELECT ?m { ?e x:of ?c BIND(?c AS ?m) }",
    "what is bound later": "SELECT ?m { ?e x:of ?c BIND(STR(?t) AS ?m) ?e x:title ?t }",
    "what may be, used again": "SELECT ?t { ?e x:of ?c OPTIONAL { ?e x:title ?t } ?f x:title ?t }",
    "what groups have": "SELECT ?c { ?e x:of ?c } GROUP BY ?c HAVING (COUNT(?e) > 1)",
    "what is not grouped by": "SELECT ?e (COUNT(?c) AS ?n) { ?e x:of ?c } GROUP BY ?c",
    "a query within": "SELECT ?e { { SELECT ?e { ?e x:of ?c } } }",
    "a base": "BASE <http://x.example/> SELECT ?e { ?e <of> x:nvidia }",
    "a relative IRI": "SELECT ?e { ?e <of> x:nvidia }",
    "dots": "SELECT ?e { ?e <http://x.example/a/../of> x:nvidia }",
    "an unknown prefix": "SELECT ?e { ?e y:of x:nvidia }",
    "an escape": r'SELECT ?e { ?e x:title "Ch\u0069ps" ; x:of ?c }',
    "a yes or no": "ASK { ?e x:of x:nvidia }",
    "a description": "DESCRIBE x:e1",
    "another graph": "SELECT ?e FROM <http://x.example/g> { ?e x:of x:nvidia }",
    "no query": "SELECT ?e {{{",
    "nothing": "",
    "a loose end": "SELECT ?e { ?e x:of x:nvidia } ORDER",
    "statements of new terms": "CONSTRUCT { ?e x:by ?c } { ?e x:of ?c }",
    **{f"not a query: {text}": text for text in NOT_SPARQL},
    "a number that nobody holds": "SELECT ?m { ?e x:title ?t BIND(SUBSTR(?t,1,9999999999) AS ?m) }",
    "many brackets": f"SELECT ?e {{ ?e x:share ?s FILTER{'(' * 1100}?s > 1{')' * 1100} }}",
    "many functions": f"SELECT ?m {{ ?e x:title ?t BIND({'STR(' * 500}?t{')' * 500} AS ?m) }}",
    "half a character": 'SELECT ?e { ?e x:title "\ud800" ; x:of ?c }',
    "a later letter": 'SELECT ?e { ?e x:late ?t FILTER CONTAINS(UCASE(?t), "A") }',
    "many things beside": "SELECT ?e { ?e x:of ?c "
    + "".join(f"OPTIONAL {{ ?e x:title ?t{place} }}" for place in range(30))
    + " }",
    "some statements": "CONSTRUCT { ?e x:to ?c } { ?e x:of ?c } LIMIT 1",
}


@pytest.fixture
def talks(both):
    return both(TALKS)


@pytest.mark.parametrize("text", ANSWERED.values(), ids=ANSWERED)
def test_columns_answer_as_the_engine_does(talks, text):
    found = talks.rows(text)
    assert found is not None
    assert found == talks.rows_of_engine(text)


@pytest.mark.parametrize("text", LEFT.values(), ids=LEFT)
def test_unsupported_queries_are_left_to_the_engine(talks, text):
    assert talks.columns.answer(text, PREFIXES, FORMATS) is None


def test_turtle_groups_statements_by_subject_and_shortens_terms(talks):
    text = "CONSTRUCT { ?e a x:Talk ; x:share ?s ; x:say ?t } { ?e x:share ?s ; x:say ?t }"
    found = talks.columns.answer(text, PREFIXES, FORMATS)
    assert found.kind == "graph"
    assert found.data.decode().splitlines()[2:] == [
        "x:e4 a x:Talk ;",
        '\tx:say "hi"@en ;',
        "\tx:share 1 .",
    ]
    plain = talks.columns.answer(text, PREFIXES, {"graph": "application/n-triples"})
    assert b'<http://x.example/e4> <http://x.example/say> "hi"@en .\n' in plain.data


def test_invalid_statements_are_not_constructed(talks):
    text = "CONSTRUCT { ?t x:of ?e } { ?e x:title ?t }"
    found = talks.columns.answer(text, PREFIXES, {"graph": "application/n-triples"})
    assert found.data == b""


def test_other_formats_are_left_to_the_engine(talks):
    text = ANSWERED["a join"]
    for formats in ({"solutions": "text/csv"}, {"graph": "text/turtle"}, {}):
        assert talks.columns.answer(text, PREFIXES, formats) is None


@pytest.mark.parametrize(
    ("room", "name"),
    [(join, "MAX_ROWS"), (group_pattern, "MAX_ELEMENTS"), (aggregate, "MAX_CELLS")],
)
def test_what_exceeds_a_limit_is_left_to_the_engine(talks, monkeypatch, room, name):
    text = "SELECT ?e ?c ?n { ?e x:of ?c . ?c x:name ?n }"
    assert talks.rows(text) is not None
    monkeypatch.setattr(room, name, 1)
    assert talks.rows(text) is None


def test_a_sum_that_overflows_is_left_to_the_engine(talks, monkeypatch):
    text = ANSWERED["sums"]
    assert talks.rows(text) is not None
    monkeypatch.setattr(aggregate, "MAX_SUM", 1e8)
    assert talks.rows(text) is None


def test_out_of_memory_is_left_to_the_engine(talks, monkeypatch):
    def refuse(*_):
        raise MemoryError

    monkeypatch.setattr(join, "_join_step", refuse)
    assert talks.rows(ANSWERED["a join"]) is None


def test_hostile_texts_are_escaped(both):
    evil = r"\"}]}} <script>alert(1)</script> \\ \u2028 \u0000\u001f ' % ${x} \n\r\t"
    graph = both(f'x:a x:title "{evil}" ; x:of <http://x.example/%22%3E%3Cscript%3E> .')
    text = "SELECT ?t ?c { ?e x:title ?t ; x:of ?c }"
    assert graph.rows(text) == graph.rows_of_engine(text)
    made = graph.columns.answer(
        "CONSTRUCT { ?e x:of ?c ; x:title ?t } { ?e x:title ?t ; x:of ?c }", PREFIXES, FORMATS
    )
    assert {quad.triple for quad in parse(made.data, RdfFormat.TURTLE)} == {
        quad.triple for quad in graph.engine
    }


def test_an_escaped_quote_does_not_end_a_string(both):
    graph = both('x:a x:title "x" .')
    assert graph.rows('SELECT ?e { ?e x:title "x\\" . ?e ?p ?o #" }') is None


@pytest.mark.parametrize("left", [0.0, 0.5])
@pytest.mark.parametrize(
    "name", [TERMS_FILE, ENDS_FILE, KINDS_FILE, NUMBERS_FILE, STATEMENTS_FILE, PROPERTIES_FILE]
)
def test_damaged_columns_cannot_be_opened(talks, name, left):
    data = (talks.folder / name).read_bytes()
    (talks.folder / name).write_bytes(data[: int(left * len(data))])
    with pytest.raises((OSError, ValueError)):
        ColumnEngine(talks.folder)


def test_optional_groups_make_no_more_rows_than_the_limit(talks, monkeypatch):
    text = "SELECT ?e ?c ?o { ?e a ?t OPTIONAL { ?e x:of ?c } OPTIONAL { ?e x:to ?o } }"
    assert len(talks.rows(text)) == 5
    monkeypatch.setattr(join, "MAX_ROWS", 4)
    assert talks.rows(text) is None


def test_terms_of_rdf_1_2_are_left_to_the_engine(both):
    graph = both('x:a x:say "a"@en--ltr ; x:of <<( x:b x:c x:d )>> ; x:at _:b .')
    for name in ("say", "of", "at"):
        assert graph.rows(f"SELECT ?o {{ ?s x:{name} ?o }}") is None
        made = f"CONSTRUCT {{ ?s x:say ?o }} {{ ?s x:{name} ?o }}"
        found = graph.columns.answer(made, PREFIXES, FORMATS)
        assert found is None or b"--ltr" in found.data


def test_the_engine_refuses_invalid_queries(talks):
    for text in NOT_SPARQL:
        with pytest.raises(SyntaxError):
            talks.engine.query(text, prefixes=PREFIXES)


def test_columns_have_exactly_the_statements_of_the_sample(sample, tmp_path):
    """Every statement of the sample, by subject and by object, and no other."""
    from kgraph.accel.columns.graph import ColumnGraph
    from kgraph.accel.columns.writer import write_columns

    write_columns(
        str(sample.build / layout.DATABASE_FOLDER), tmp_path / "columns", tmp_path / "draft"
    )
    graph = ColumnGraph(tmp_path / "columns")
    subjects, objects = set(), set()
    for number in graph.properties:
        name, table = graph.term(number).decode(), graph.table(number)
        assert (np.diff(table.subjects) >= 0).all()
        assert (np.diff(table.sorted_objects) >= 0).all()
        assert table.distinct == (len({*table.subjects}), len({*table.objects}))
        for found, (one, other) in (
            (subjects, (table.subjects, table.objects)),
            (objects, (table.subjects_by_object, table.sorted_objects)),
        ):
            pairs = zip(graph.terms(one), graph.terms(other), strict=True)
            found |= {f"{s.decode()} {name} {o.decode()}" for s, o in pairs}
    expected = {f"{quad.subject} {quad.predicate} {quad.object}" for quad in sample.database}
    assert subjects == objects == expected
