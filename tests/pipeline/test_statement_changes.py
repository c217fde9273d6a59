"""What of two graphs' Turtle is not the same."""

import pyoxigraph
import pytest

from kgraph.pipeline import statement_changes
from kgraph.pipeline.statement_changes import compare_statements
from kgraph.rdf import Turtle

BASE = "https://example.org/"


def compare(old, new):
    turtle = Turtle(BASE)
    texts = ([turtle.serialize([block]) for block in blocks] for blocks in (old, new))
    removed, added = set(), set()
    for gone, made in compare_statements(turtle, *texts):
        removed |= gone
        added |= made
    return [sorted(f"{t.subject} {t.predicate} {t.object}" for t in t_) for t_ in (removed, added)]


def line(subject, predicate, value):
    return f'<{BASE}{subject}> <https://schema.org/{predicate}> "{value}"'


def test_a_predicate_with_another_value_is_removed_and_added():
    old = [("pair/a/b", [("schema:name", ['"one"']), ("schema:url", ['"u"', '"v"'])])]
    new = [("pair/a/b", [("schema:name", ['"two"']), ("schema:url", ['"u"', '"w"'])])]
    assert compare(old, new) == [
        [line("pair/a/b", "name", "one"), line("pair/a/b", "url", "v")],
        [line("pair/a/b", "name", "two"), line("pair/a/b", "url", "w")],
    ]


def test_a_statement_that_another_block_makes_stays():
    """Two episodes state the name of a thing, and one of them is gone or says more."""
    first, second = ("x", [("schema:name", ['"X"'])]), ("x", [("schema:name", ['"X"', '"Y"'])])
    assert compare([first, second], [first]) == [[line("x", "name", "Y")], []]
    assert compare([first], [second]) == [[], [line("x", "name", "Y")]]
    assert compare([first, second], [second, first]) == [[], []]
    assert compare([first], []) == [[line("x", "name", "X")], []]


def test_text_that_looks_like_the_end_of_a_statement_is_text():
    text = '"a ;     schema:name \\" . \\n\\n<y> a <z> ."'
    block = ("x", [("schema:name", [text]), ("schema:url", ['"1"', '"2"', '"3"', '"4"'])])
    removed, added = compare([block], [])
    assert (len(removed), added) == (5, [])
    assert compare([block], [("x", [("schema:url", ['"1"', '"2"', '"3"', '"4"'])])]) == [
        [removed[0]],
        [],
    ]


def test_only_what_is_written_differently_is_parsed(monkeypatch):
    parsed, parse = [], pyoxigraph.parse

    def note_document(document, *arguments, **options):
        parsed.append(document.decode().splitlines()[-1])
        return parse(document, *arguments, **options)

    monkeypatch.setattr(statement_changes.pyoxigraph, "parse", note_document)
    same = ("schema:url", ['"u"'])
    compare(
        [("a", [same]), ("b", [same, ("schema:name", ['"B"'])])],
        [("a", [same]), ("b", [same, ("schema:name", ['"C"'])])],
    )
    assert parsed == ['<b> schema:name "B" .', '<b> schema:name "C" .']


@pytest.mark.parametrize("size", [1, 2, 100])
def test_statements_are_compared_in_batches(monkeypatch, size):
    monkeypatch.setattr(statement_changes, "BATCH_PREDICATES", size)
    old = [(f"s/{n}", [("schema:name", [f'"{n}"'])]) for n in range(5)]
    assert compare(old, old[2:]) == [[line("s/0", "name", "0"), line("s/1", "name", "1")], []]
