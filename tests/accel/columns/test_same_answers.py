"""Columns give the engine's answers to generated queries."""

import json
import random
from collections import Counter

import pyoxigraph
import pytest
from accel.columns.conftest import FORMATS, Both
from accel.columns.generated import PREFIXES, Graph, Query

from kgraph.accel.columns import join

NUMBERS = ("integer", "decimal")


def bag(rows):
    return Counter(json.dumps(row, sort_keys=True) for row in rows)


def keys(rows, order):
    """What rows are ordered by; equal numbers of two types are one."""

    def value(term):
        if term.get("datatype", "").endswith(NUMBERS):
            return float(term["value"])
        return json.dumps(term, sort_keys=True)

    return [[value(row[name[1:]]) if name[1:] in row else None for name in order] for row in rows]


def same_rows(both, query):
    found = both.rows(query.text)
    if found is None:
        return False
    expected = both.rows_of_engine(query.text)
    assert len(found) == len(expected), query.text
    assert bag(found) <= bag(both.rows_of_engine(query.whole)), query.text
    assert query.text != query.whole or bag(found) == bag(expected), query.text
    assert keys(found, query.order) == keys(expected, query.order), query.text
    return True


def same_statements(both, query):
    found = both.columns.answer(query.text, PREFIXES, FORMATS)
    if found is None:
        return False
    read = [str(quad) for quad in pyoxigraph.parse(found.data, pyoxigraph.RdfFormat.TURTLE)]
    expected = {f"{triple}" for triple in both.engine.query(query.text, prefixes=PREFIXES)}
    assert len({*read}) == len(read), query.text
    assert {str(quad).removesuffix(" .") for quad in read} == expected, query.text
    return True


@pytest.mark.parametrize("seed", range(12))
def test_generated_queries_have_the_engines_answers(seed, tmp_path, monkeypatch):
    monkeypatch.setattr(join, "MIN_SUBJECTS", 0)
    chance = random.Random(seed)
    both = Both(tmp_path, Graph(chance).turtle)
    queries = [Query(chance) for _ in range(400)]
    answered = [
        same_statements(both, query) if query.is_graph else same_rows(both, query)
        for query in queries
    ]
    assert sum(answered) > 10, "chance gave hardly anything that columns answer"
