"""The first of many groups: how they are asked for, and that the answers stay the same."""

import json
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QueryResultsFormat, RdfFormat
from pyoxigraph import Store as Database

from kgraph.base.vocabulary import PREFIXES
from kgraph.joins import Counts, ask
from kgraph.joins.late import Late
from kgraph.joins.leading import CANDIDATES, leading
from kgraph.joins.tokens import Unfit


def of(text, **counts):
    """What is put in a query's place, by numbers of patterns by their predicates."""
    return leading(text, lambda said: counts.get(said.split("{")[1].split()[1][2:], 500))


GROUPS = "SELECT ?a (COUNT(?b) AS ?n) { ?a e:p ?b } GROUP BY ?a"


def test_candidates_are_ordered_by_the_count_alone():
    found = of(
        "BASE <http://e/> SELECT ?b (COUNT(*) AS ?n) WHERE { ?a e:p ?b } "
        "GROUP BY ?a ?b HAVING (COUNT(*) > 1) ORDER BY DESC(?n) ASC(?a) ?b LIMIT 5 OFFSET 7"
    )
    assert found == (
        "BASE <http://e/> SELECT ?b (COUNT(*) AS ?n) ?a WHERE { ?a e:p ?b } "
        "GROUP BY ?a ?b HAVING (COUNT(*) > 1) ORDER BY DESC(?n)",
        "n",
        12,
        "BASE <http://e/> ",
        ["b", "n"],
        ["b", "n", "a"],
        Late(),
        "ORDER BY DESC(?n) ASC(?a) ?b LIMIT 5 OFFSET 7",
    )


def test_the_last_as_many_as_the_last_wanted_is_read_and_no_more():
    counted = "SELECT ?a ?n { VALUES (?a ?n) { (<e:0> 3) (<e:1> 2) (<e:2> 2) (<e:3> 1) } }"
    found = of(f"{GROUPS} ORDER BY DESC(?n) ?a LIMIT 2")
    integer = "^^<http://www.w3.org/2001/XMLSchema#integer>"
    assert found.again(put(Database(), counted), partial(put, Database())) == (
        f'SELECT ?a ?n {{VALUES (?a ?n) {{(<e:0> "3"{integer}) (<e:1> "2"{integer}) '
        f'(<e:2> "2"{integer})}}}} ORDER BY DESC(?n) ?a LIMIT 2'
    )


@pytest.mark.parametrize(
    "text",
    [
        f"{GROUPS} ORDER BY DESC(?n) ?a",
        f"{GROUPS} ORDER BY DESC(?n) LIMIT 5",
        f"{GROUPS} ORDER BY ?a DESC(?n) LIMIT 5",
        f"{GROUPS} ORDER BY DESC(?n + 1) ?a LIMIT 5",
        f"{GROUPS} ORDER BY DESC(?n) STR(?a) LIMIT 5",
        f"{GROUPS} ORDER BY DESC(?n) ?a LIMIT 0",
        f"{GROUPS} ORDER BY DESC(?n) ?a LIMIT {CANDIDATES}",
        f"{GROUPS} ORDER BY DESC(?n) ?a OFFSET 5",
        f"{GROUPS} ORDER BY DESC(?n) ?a LIMIT 5 VALUES ?a {{ 1 }}",
        f"{GROUPS} ORDER BY DESC(?n) ?a LIMIT 5 LIMIT 6",
        f"{GROUPS} ORDER BY DESC(?n) ?a LIMIT 5 OFFSET",
        f"{GROUPS} ORDER BY DESC(?n) ?a LIMIT -5",
        f"{GROUPS} ORDER BY DESC(?n) ?a EXISTS {{ ?a e:p ?b }} LIMIT 5",
        GROUPS.replace("COUNT", "SUM") + " ORDER BY DESC(?n) ?a LIMIT 5",
        GROUPS.replace("COUNT(?b)", "COUNT(?b) + MAX(?b)") + " ORDER BY DESC(?n) ?a LIMIT 5",
        GROUPS.replace("SELECT", "SELECT DISTINCT") + " ORDER BY DESC(?n) ?a LIMIT 5",
        "SELECT * { ?a e:p ?n } GROUP BY ?a ORDER BY DESC(?n) ?a LIMIT 5",
        "SELECT ?n ?a { ?a e:p ?n } ORDER BY DESC(?n) ?a LIMIT 5",
        "SELECT (COUNT(?b) AS ?n) (EXISTS { ?a e:p ?b } AS ?is) {} ORDER BY ?n ?b LIMIT 5",
        "CONSTRUCT { ?a e:p ?b } WHERE { ?a e:p ?b } ORDER BY ?a ?b LIMIT 5",
        "ASK { ?a e:p ?b }",
        "",
    ],
)
def test_other_queries_stay_as_they_are(text):
    with pytest.raises(Unfit):
        of(text)


# -- what waits --------------------------------------------------------------------

NAMED = "{ ?a e:is e:C ; e:name ?name . ?b e:p ?a }"
OF_NAMES = f"SELECT ?name (COUNT(?b) AS ?n) {NAMED} GROUP BY ?a ?name"
ORDER = "ORDER BY DESC(?n) ?name LIMIT 5"


def test_what_says_more_of_the_first_waits_until_they_are_known():
    found = of(f"{OF_NAMES} {ORDER}")
    assert found.text == (
        "SELECT  (COUNT(?b) AS ?n) ?a { ?a e:is e:C . ?b e:p ?a   } GROUP BY ?a  ORDER BY DESC(?n)"
    )
    assert (found.columns, found.known, found.late.names) == (["name", "n"], ["n", "a"], ["name"])


def test_what_leaves_fewer_does_not_wait():
    assert not of(f"{OF_NAMES} {ORDER}", name=499).late.patterns
    assert of(f"{OF_NAMES} {ORDER}", name=499, p=499).late.patterns


@pytest.mark.parametrize(
    "text",
    [
        OF_NAMES.replace("GROUP BY ?a ?name", "GROUP BY ?name"),
        OF_NAMES.replace("GROUP BY ?a ?name", "GROUP BY ?a ?name (STR(?a) AS ?text)"),
        OF_NAMES.replace("COUNT(?b)", "COUNT(?name)"),
        OF_NAMES.replace("(COUNT", "(MIN(STR(?name)) AS ?m) (COUNT"),
        OF_NAMES.replace("?b e:p ?a", "?b e:p ?a FILTER(?name != 1)"),
        OF_NAMES.replace("?b e:p ?a", "?b e:p ?a OPTIONAL { ?a e:q $name }"),
        OF_NAMES.replace("?b e:p ?a", "?b e:p ?a ; e:q ?name"),
        OF_NAMES.replace("?b e:p ?a", "?b e:p/e:q ?a"),
        OF_NAMES.replace("GROUP BY ?a", "GROUP BY ?b").replace("?b e:p ?a", "?b e:p ?c ; e:q ?d"),
        OF_NAMES.replace("e:name ?name", "?name ?name"),
        OF_NAMES.replace("?a e:is e:C ; ", "").replace("?b e:p ?a", "?b e:p ?c"),
        OF_NAMES.replace("{ ?a", "FROM <e:g> { ?a"),
        f"{OF_NAMES} HAVING (STR(?name) > 1)",
        "SELECT ?m ?name (COUNT(*) AS ?n) { ?a e:name ?name ; e:mark ?m } GROUP BY ?a ?m ?name",
    ],
)
def test_what_else_there_is_does_not_wait(text):
    assert of(f"{text} {ORDER}").late == Late()


def test_things_without_a_name_are_counted_at_once():
    graph = Database()
    graph.load(
        b"""@prefix e: <http://e/> .
        e:a e:is e:C . e:b e:is e:C ; e:name "b" . e:c e:is e:C ; e:name "c", "d" .
        e:1 e:p e:a, e:b, e:c . e:2 e:p e:a, e:b . e:3 e:p e:a .""",
        format=RdfFormat.TURTLE,
    )
    asked = []

    def engine(text):
        asked.append(text)
        return put(graph, f"PREFIX e: <http://e/> {text}")

    for wanted, at_once in ((1, True), (2, True), (3, False), (5, False)):
        text = f"{OF_NAMES} {ORDER.replace('5', str(wanted))}"
        found = rows(ask(text, engine, lambda _: 500))
        assert found == rows(engine(text))
        assert ("VALUES" not in asked[-2]) is at_once


# -- what is answered --------------------------------------------------------------

TERMS = st.builds(
    NamedNode, st.sampled_from(["http://e/a", "http://e/b", "http://e/c"])
) | st.sampled_from(
    [
        *(
            Literal("a\n\"b'\\"),
            Literal("a", language="en"),
            Literal(1),
            Literal(1.5),
            Literal(True),
        ),
        *(Literal("1", datatype=NamedNode("http://e/t")), Literal("x" * 20), BlankNode("b")),
        Literal("2024-01-01", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#date")),
    ]
)
TRIPLES = st.lists(
    st.tuples(st.builds(lambda n: NamedNode(f"http://e/s{n}"), st.integers(0, 6)), TERMS),
    max_size=30,
)
WAYS = st.sampled_from(["?{}", "DESC(?{})", "ASC(?{})"])


def database(triples):
    found = Database()
    found.extend(Quad(s, NamedNode("http://e/p"), o) for s, o in triples)
    return found


def put(graph, text):
    return graph.query(text, prefixes=PREFIXES)


def rows(found):
    return json.loads(found.serialize(format=QueryResultsFormat.JSON))


@settings(deadline=None)
@given(
    triples=TRIPLES,
    ways=st.tuples(WAYS, WAYS),
    shown=st.booleans(),
    limit=st.integers(1, 8),
    offset=st.integers(0, 4),
    optional=st.booleans(),
)
def test_the_answers_are_the_same(triples, ways, shown, limit, offset, optional):
    graph = database(triples)
    pattern = "?s ?p ?o OPTIONAL { ?s ?q ?k FILTER(isIRI(?k)) }" if optional else "?s ?p ?k"
    order = f"{ways[0].format('n')} {ways[1].format('k')}"
    text = (
        f"SELECT {'?k ' if shown else ''}(COUNT(?s) AS ?n) {{ {pattern} }} GROUP BY ?k "
        f"ORDER BY {order} LIMIT {limit} OFFSET {offset}"
    )
    engine = partial(put, graph)
    leading(text, Counts(engine))
    assert rows(ask(text, engine, Counts(engine))) == rows(engine(text))


THINGS = st.integers(0, 3).map(lambda n: NamedNode(f"http://e/{n}"))
BEHIND = [
    *("", "FILTER(?a != ?b)", "OPTIONAL { ?a e:q ?c }", "MINUS { ?b e:q ?a }", "?a e:q ?c ."),
    *("FILTER NOT EXISTS { ?b e:q ?b }", "BIND(1 AS ?c)"),
    "OPTIONAL { ?a e:q ?c } { ?b e:p ?a } UNION { ?a e:p ?c }",
]


@settings(deadline=None)
@given(
    links=st.lists(st.tuples(THINGS, st.sampled_from(["p", "q"]), THINGS), max_size=20),
    names=st.lists(st.tuples(THINGS, st.sampled_from("xyz").map(Literal)), max_size=6),
    behind=st.sampled_from(BEHIND),
    counted=st.sampled_from(["?b", "*", "DISTINCT ?b"]),
    limit=st.integers(1, 6),
)
def test_what_waits_changes_no_answer(links, names, behind, counted, limit):
    graph = Database()
    graph.extend(Quad(s, NamedNode(f"http://e/{p}"), o) for s, p, o in links)
    graph.extend(Quad(s, NamedNode("http://e/name"), o) for s, o in names)
    text = (
        f"PREFIX e: <http://e/> SELECT ?name (COUNT({counted}) AS ?n) "
        f"{{ ?a e:name ?name . ?b e:p ?a . {behind} }} GROUP BY ?a ?name "
        f"ORDER BY DESC(?n) ?name ?a LIMIT {limit}"
    )
    assert of(text).late.patterns
    engine = partial(put, graph)
    assert rows(ask(text, engine, lambda _: 500)) == rows(engine(text))


def test_more_equals_than_can_be_ordered_again_are_ordered_at_once():
    graph = database(
        [(NamedNode("http://e/s"), NamedNode(f"http://e/{n}")) for n in range(CANDIDATES + 1)]
    )
    asked = []

    def engine(text):
        asked.append(text)
        return put(graph, text)

    text = "SELECT ?k (COUNT(*) AS ?n) { ?s ?p ?k } GROUP BY ?k ORDER BY DESC(?n) ?k LIMIT 3"
    assert rows(ask(text, engine, Counts(engine))) == rows(put(graph, text))
    assert asked[-1] == text


def test_numbers_are_remembered_up_to_a_bound(monkeypatch):
    monkeypatch.setattr("kgraph.joins.asking.NUMBERS", 2)
    asked = []

    def engine(text):
        asked.append(text)
        return put(database([]), text)

    texts = [f"SELECT (COUNT(*) AS ?n) {{ ?s <e:{n}> ?o }}" for n in (1, 2)]
    counts = Counts(engine)
    assert [counts(text) for text in [*texts, *texts]] == [0, 0, 0, 0]
    assert asked == texts
    third = texts[0].replace("e:1", "e:3")
    assert [counts(third), counts(texts[0])] == [0, 0]
    assert asked == [*texts, third, texts[0]]
