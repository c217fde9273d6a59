"""Hash joins: which queries are rewritten, how, and that their answers stay the same."""

import json
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, Store

from kgraph.accel.rewrite import hash_joins
from kgraph.accel.rewrite.grammar import MAX_TEXT_CHARS
from kgraph.accel.rewrite.hash_joins import (
    HASH_RATIO,
    MAX_HASHED_ROWS,
    MIN_ROWS,
    cache_counts,
    rewrite_joins,
)
from kgraph.base.vocabulary import PREFIXES


def numbers(**counts):
    """Counts by the last word of a pattern's predicate."""

    def count(text):
        predicate = text.split("{")[1].split()[1]
        return counts[predicate.partition(":")[2] or predicate]

    return count


def plan(pattern, **counts):
    """The braces of a query of that pattern, without spaces that do not matter."""
    text = rewrite_joins(f"SELECT ?x {{{pattern}}}", numbers(**counts))
    return " ".join(text.removeprefix("SELECT ?x {").removesuffix("}").split())


GRAPH = """
@prefix : <http://e/> . @prefix e: <http://e/> .
e:1 e:p 5 ; e:r e:z1 ; e:s e:w1 ; e:q 5 ; e:k :optional .
e:2 e:p 6 ; e:r e:z2 ; e:s e:z2 ; e:q 9 ; e:k :OPTIONAL .
e:3 e:p 7 ; e:r e:z3 ; e:s e:w3 .
"""
PROLOGUE = "PREFIX : <http://e/> PREFIX e: <http://e/> "


@pytest.mark.parametrize(
    "text",
    [
        r"SELECT ?x ?y ?z { ?x e:p ?y FILTER NOT EXISTS { ?x e:r ?z } BIND(1 AS ?one) "
        "FILTER(?x != e:a\\'b) ?x e:s ?z .\n}",
        "SELECT ?x ?z { ?x e:p ?y FILTER NOT EXISTS { ?x e:r ?z } BIND((?y<7)AS?z)FILTER(?y>0) }",
        "SELECT ?x ?z { ?x e:p ?y FILTER NOT EXISTS { ?x e:r ?z } BIND((?y <7)AS?z)FILTER(?y>0) }",
        "SELECT ?x ?y ?z { ?x e:p ?y BIND(1 AS ?one) ?x e:k :optional { ?x e:q ?z } }",
        "SELECT ?x { ?x e:p ?y . ?x e:r ?z . $x e:s $w }",
        "SELECT ?x (COUNT(DISTINCT *) AS ?n) { ?x e:s/^e:s ?z } GROUP BY ?x",
        'SELECT (GROUP_CONCAT(?x; separator=" ") AS ?all) { ?x e:p ?y . ?x e:r ?z }',
    ],
)
def test_ambiguous_texts_have_the_same_answers(text):
    database = Store()
    database.load(GRAPH.encode(), format=RdfFormat.TURTLE)
    for count in (MIN_ROWS, 5 * MIN_ROWS):
        written = rewrite_joins(PROLOGUE + text, lambda _, count=count: count)
        plain, ours = (answer(database, each) for each in (PROLOGUE + text, written))
        assert counted(ours) == counted(plain), written


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?x { ?x e:p ?y . . ?x e:q ?z }",
        "SELECT ?x { ?x e:p ?y FILTER(1) ?x e:q ?z . . }",
        "SELECT ?x { ?x e:p ?y . ?x ?p/e:q ?z }",
        "SELECT ?x { ?x e:p ?y . ?x ^?p ?z }",
        "SELECT ?x { ?x\u00a0e:p ?y . ?x e:q ?z }",
        "SELECT ?x FROM <http://e/g> { ?x e:p ?y . ?x e:q ?z }",
        f"SELECT ?x {{ {' . '.join(f'?x e:p ?v{n}' for n in range(40))} }}",
    ],
)
def test_invalid_and_unsuitable_queries_are_unchanged(text):
    assert rewrite_joins(text, lambda _: 5 * MIN_ROWS) == text


# -- what is written ---------------------------------------------------------------


def test_tables_of_similar_size_are_joined_by_hash():
    assert plan("?x e:p ?y . ?y e:q ?z", p=300, q=200) == (
        "{SELECT ?y ?z {?y e:q ?z}} {SELECT ?x ?y {?x e:p ?y}}"
    )


def test_a_much_larger_table_is_looked_up():
    assert plan(
        "?x a e:C ; e:p ?y ; e:q ?z",
        a=MIN_ROWS,
        p=HASH_RATIO * MIN_ROWS,
        q=HASH_RATIO * MIN_ROWS + 1,
    ) == ("{SELECT ?x {?x a e:C}} {SELECT ?x ?y {?x e:p ?y}} LATERAL {?x e:q ?z}")


def test_fewer_tables_are_hashed_before_a_filter():
    counts = {"a": 1000, "p": 3000, "r": 9000}
    assert plan("?x a e:C ; e:p ?y", **counts).startswith("{SELECT")
    assert plan("?x a e:C ; e:p ?y FILTER(?y > 3)", **counts) == "?x a e:C ; e:p ?y FILTER(?y > 3)"
    assert plan("?x a e:C ; e:p ?y FILTER NOT EXISTS { ?x e:r 1 }", **counts) == (
        "{SELECT ?x {?x a e:C}} {SELECT ?x ?y {?x e:p ?y}} FILTER NOT EXISTS { ?x e:r 1 }"
    )


def test_a_large_table_is_not_hashed():
    assert plan("?x a e:C ; e:p ?y", a=MAX_HASHED_ROWS, p=MAX_HASHED_ROWS).startswith("{SELECT")
    assert (
        plan("?x a e:C ; e:p ?y", a=MAX_HASHED_ROWS, p=MAX_HASHED_ROWS + 1) == "?x a e:C ; e:p ?y"
    )


def test_all_hash_tables_together_fit_into_memory():
    names = "qrstuvw"
    said = plan(
        f"?x e:p ?p ; {' ; '.join(f'e:{n} ?{n}' for n in names)}",
        **dict.fromkeys(f"p{names}", MAX_HASHED_ROWS),
    )
    assert (said.count("} {SELECT"), said.count("LATERAL")) == (1, len(names) - 1)


def test_patterns_that_differ_in_variables_share_counts():
    asked = []
    text = "SELECT ?x { ?x e:p ?a . ?x e:p ?b . ?y e:p ?y . ?x e:q ?y }"
    rewrite_joins(text, lambda said: asked.append(said) or 500)
    assert sorted(set(asked)) == [
        f"SELECT (COUNT(*) AS ?n) {{ ?s e:{said} }}" for said in ("p ?o", "p ?s", "q ?o")
    ]


def test_fresh_variables_of_a_path_are_not_selected():
    assert plan("?x e:p/^e:q ?y", p=500, q=600) == (
        "{SELECT ?x ?y {{SELECT ?x ?step_0 {?x e:p ?step_0}} {SELECT ?y ?step_0 {?y e:q ?step_0}}}}"
    )


def test_an_inverse_path_from_a_constant_is_joined_by_hash():
    for space in (" ", ""):
        assert plan(f"e:x{space}^e:p/e:q ?y", p=500, q=600) == (
            "{SELECT ?y {{SELECT ?step_0 {?step_0 e:p e:x}} {SELECT ?step_0 ?y {?step_0 e:q ?y}}}}"
        )


def test_other_elements_stay_where_they_are():
    text = "?x e:p ?y . FILTER(?y != ?x) ?x e:q ?z OPTIONAL { ?z e:r ?w } BIND(1 AS ?one) ?x e:r ?v"
    assert plan(text, p=500, q=600, r=9000) == (
        "{SELECT ?x ?y {?x e:p ?y}} {SELECT ?x ?z {?x e:q ?z}} "
        "FILTER(?y != ?x) OPTIONAL { ?z e:r ?w } BIND(1 AS ?one) ?x e:r ?v"
    )


# -- beside the patterns ---------------------------------------------------------------


@pytest.mark.parametrize(
    "group",
    [
        "?x e:p ?y FILTER NOT EXISTS { ?w e:r ?z }",  # joined to nothing
        "?x e:p ?y OPTIONAL { ?x e:q ?z } FILTER NOT EXISTS { ?x e:r ?z }",  # ?z may be unbound
        "?x e:p ?y FILTER NOT EXISTS { ?x e:r ?z } BIND(1 AS ?z)",
        "FILTER NOT EXISTS { ?x e:r ?z } ?x e:p ?y",  # before what binds it
        "?x e:p ?y FILTER NOT EXISTS { $x e:r ?z }",
        "?x e:p ?y FILTER NOT EXISTS { ?x e:r ?z FILTER(?z > 1) }",
        "?x e:p ?y FILTER NOT EXISTS { ?x e:r ?z OPTIONAL { ?z e:r ?v } }",
        "?x e:p ?y FILTER NOT EXISTS { ?x ?r ?z }",
        "?x e:p ?y FILTER NOT EXISTS { e:x e:r ?y }",
        "?x e:p ?y FILTER NOT EXISTS {}",
        "?x e:p ?y FILTER (NOT EXISTS { ?x e:r ?z })",
        "?x e:p ?y OPTIONAL { ?x e:r ?z FILTER(?z > ?y) }",
        "?x e:p ?y OPTIONAL { ?v e:r ?z }",
        "?x e:p ?y OPTIONAL { ?x e:r ?z OPTIONAL { ?z e:r ?v } }",
        "?x e:p ?y MINUS { ?x e:r ?z }",
        "?x e:p ?y { ?x e:r ?z }",
    ],
)
def test_other_groups_are_unchanged(group):
    counts = {"p": 1000, "q": HASH_RATIO * 1000 + 1, "r": 1000}
    text = f"SELECT ?x {{ {group} }}"
    assert rewrite_joins(text, numbers(**counts)) == text


PATTERN = "{ ?x e:p ?y . ?x e:q ?z }"


@pytest.mark.parametrize(
    "text",
    [
        "ASK " + PATTERN,
        "DESCRIBE ?x " + PATTERN,
        "CONSTRUCT { ?x e:p ?y } WHERE " + PATTERN,
        "CONSTRUCT WHERE " + PATTERN,
        "SELECT * " + PATTERN,
        "SELECT DISTINCT * " + PATTERN,
        f"SELECT ?x {PATTERN} LIMIT 5",
        f"SELECT ?x {PATTERN} VALUES ?x {{ 1 }}",
        f"SELECT (EXISTS {PATTERN} AS ?is) {{}}",
        "SELECT ?x { ?x e:p ?y }",
        "SELECT ?x { ?x e:p ?y . ?v e:q ?z }",
        "SELECT ?x { e:a e:p ?y . ?x e:q ?y }",
        "SELECT ?x { ?x ?p ?y . ?x a ?z }",
        "SELECT ?x { ?x e:p _:y . ?x e:q ?z }",
        "SELECT ?x { ?x e:p [] ; e:q ?z }",
        "SELECT ?x { ?x e:p (1) ; e:q ?z }",
        "SELECT ?x { ?x e:p+ ?y ; e:q ?z }",
        "SELECT ?x { ?x e:p ?y ; (e:q|e:r) ?z }",
        'SELECT ?x { ?x e:p ?y ; e:q "1"^^e:t }',
        "SELECT ?x { ?x e:p ?y ; e:q -1 }",
        "SELECT ?x { ?x e:p ?y ; e:q e:a%20b }",
        "SELECT ?x { ?x e:p ?y ; e:q true }",
        "SELECT ?x { ?x e:p ?y ?x e:q ?z }",
        "SELECT ?x { 1 ^e:p ?y . ?y ^e:q 1 }",
        "SELECT ?x { { ?x e:p ?y } UNION { ?x e:p ?z } ?x e:q ?y }",
        "SELECT ?x { ?x e:p ?y ; e:q ?z . GRAPH ?g { ?x e:p ?y } }",
        "SELECT ?x { ?x e:p ?y ; e:q ?z . VALUES ?z { 1 } }",
        "SELECT ?x { ?x e:p ?y ; e:q ?z . { SELECT ?z { ?z e:p 1 } } }",
        "SELECT ?x { ?x e:p ?y ; e:q ?step_0 }",
        "SELECT ?x { ?x e:p ?y ; e:q '\\u0031' }",
        "SELECT ?x { ?x e:p ?y ; e:q ?z",
        "SELECT ?x { ?x e:p ?y ; e:q ?z FILTER",
        "SELECT ?x { ?x e:p ?y ; e:q ?z FILTER(1 }",
        f"SELECT ?x {PATTERN} # {'.' * MAX_TEXT_CHARS}",
        "",
    ],
)
def test_unsupported_queries_are_unchanged(text):
    assert rewrite_joins(text, lambda _: 500) == text


@pytest.mark.parametrize("word", ["OPTIONAL", "FILTER NOT EXISTS", "FILTER EXISTS"])
def test_mismatched_brackets_are_not_repaired(word):
    text = f"SELECT ?a {{ ?a e:p ?b ; e:q ?c . {word} {{ ?a e:r ?d ) }}"
    assert rewrite_joins(text, lambda _: 500) == text


def test_small_tables_are_not_joined_by_hash():
    text = "SELECT ?x " + PATTERN
    assert rewrite_joins(text, lambda _: MIN_ROWS - 1) == text


@pytest.mark.parametrize("start", ['"', '"""', "'", "<", "#", "\\", "'''", "a-", "{", "FILTER("])
def test_a_hostile_text_is_tokenized_in_linear_time(start):
    text = "SELECT ?x { ?x e:p ?y ; e:q ?z " + start * (MAX_TEXT_CHARS // len(start) - 20)
    assert rewrite_joins(text, lambda _: 500) == text


# -- what is answered --------------------------------------------------------------

VARIABLES = st.sampled_from(["?a", "?b", "?c"])
PREDICATES = st.sampled_from(
    ["a", "schema:mentions", "schema:name", "kg:entity", "kg:episode", "kg:confidence", "kg:status"]
)
PATHS = st.builds(
    lambda steps: "/".join(back + step for back, step in steps),
    st.lists(st.tuples(st.sampled_from(["", "^"]), PREDICATES), min_size=1, max_size=2),
)
OBJECTS = VARIABLES | st.sampled_from(["kg:Mention", "kg:Company", '"NVIDIA"', "kg:Accepted"])
PATTERNS = st.lists(
    st.builds(" ".join, st.tuples(VARIABLES, PATHS, OBJECTS)), min_size=1, max_size=3
).map(" . ".join)
GROUPS = st.lists(
    st.builds(" ".join, st.tuples(VARIABLES | st.sampled_from(["?d"]), PATHS, OBJECTS)),
    min_size=1,
    max_size=2,
).map(" . ".join)
ENDS = st.lists(
    st.sampled_from(["FILTER(?a != ?b)", "?b schema:name ?c .", "OPTIONAL { ?a schema:name ?d }"])
    | st.builds("OPTIONAL {{ {} }}".format, GROUPS)
    | st.builds("FILTER NOT EXISTS {{ {} }}".format, GROUPS)
    | st.builds("FILTER EXISTS {{ {} }}".format, GROUPS),
    max_size=3,
).map(" ".join)
COUNTS = st.lists(st.integers(MIN_ROWS, 100 * MIN_ROWS), min_size=1)


def answer(database, text):
    found = database.query(text, prefixes=PREFIXES)
    assert isinstance(found, QuerySolutions)
    return found.serialize(format=QueryResultsFormat.JSON)


def counted(answer):
    told = json.loads(answer)
    return told["head"], Counter(
        json.dumps(row, sort_keys=True) for row in told["results"]["bindings"]
    )


def said(counts):
    """Counts that no graph has: answers are the same whatever is counted."""
    return lambda text: counts[sum(map(ord, text)) % len(counts)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(patterns=PATTERNS, end=ENDS, counts=COUNTS)
def test_rewritten_queries_have_the_same_answers(store, patterns, end, counts):
    text = f"SELECT ?a ?b ?c ?d {{ {patterns} . {end} }}"
    one = answer(store.database, text)
    other = answer(store.database, rewrite_joins(text, said(counts)))
    assert counted(other) == counted(one)


SHAPES = {
    "an order": """SELECT ?n { ?m kg:entity ?c . ?c a kg:Company ; schema:name ?n }
        ORDER BY ?n LIMIT 9""",
    "groups": """SELECT ?topic (AVG(?p) AS ?mean) (COUNT(*) AS ?n) {
        ?edge kg:topic/skos:prefLabel ?topic ; kg:prominence ?p } GROUP BY ?topic""",
    "a filter": """SELECT ?text { ?o kg:quote ?q ; kg:relevance ?r . ?q schema:text ?text
        FILTER(?r >= 0.7 && CONTAINS(LCASE(?text), "a")) }""",
    "more behind": """SELECT DISTINCT ?title ?show ?text { ?e a schema:PodcastEpisode ;
        schema:name ?title OPTIONAL { ?e schema:partOfSeries/schema:name ?show }
        ?o kg:episode ?e ; kg:quote/schema:text ?text
        FILTER NOT EXISTS { ?e kg:actionItem ?item } }""",
}


@pytest.mark.parametrize("name", SHAPES)
def test_usual_queries_have_the_same_answers(sample, name):
    text = rewrite_joins(SHAPES[name], lambda _: 500)
    assert "{SELECT" in text
    assert counted(answer(sample.database, text)) == counted(answer(sample.database, SHAPES[name]))


def test_counts_are_cached_up_to_a_limit(monkeypatch):
    monkeypatch.setattr(hash_joins, "MAX_COUNTS", 2)
    asked = []

    def run(text):
        asked.append(text)
        return Store().query(text)

    first, second, third = (f"SELECT (COUNT(*) AS ?n) {{ ?s <e:{n}> ?o }}" for n in (1, 2, 3))
    count = cache_counts(run)
    assert [count(text) for text in (first, second, first, second)] == [0, 0, 0, 0]
    assert asked == [first, second]
    assert [count(third), count(first)] == [0, 0]
    assert asked == [first, second, third, first]
