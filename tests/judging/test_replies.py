"""Answers to a review are parsed as judgements, and wrong ones are explained."""

import pytest
from reviewed import graph

from kgraph.base.errors import InputError, UnknownNameError
from kgraph.base.lexicon import LexiconMeaning
from kgraph.graph import Entity, SharedData
from kgraph.judging.replies import REPLY_COMMANDS, REPLY_USAGE, parse_reply
from kgraph.judging.review import build_review_queue
from kgraph.resolve.judgement import Judgement

SHARED = SharedData({
    "company/acmelabs": Entity("company", "acmelabs", "Acme Labs", {"ACL": 3}, 2),
    "product/acme": Entity("product", "acme", "Acme", {"Acme": 1}, 1),
    "company/gemini": Entity("company", "gemini", "Gemini", {"Gemini": 1}, 1),
    "product/gemini": Entity("product", "gemini", "Gemini", {"Gemini": 2}, 2),
})  # fmt: skip
MEANINGS = {
    "bolt": LexiconMeaning("Bolt", "company/bolt"),
    "show/bolt": LexiconMeaning("Bolt", "show/bolt"),
}
ROWS = {
    "company": [("company", "Acme", "Acme", 0.4)],
    "noise": [("noise", "Acme", "So Acme", 0.6)],
    "partly": [("noise", "Acme", "Acme", 0.3), ("show", "Acme", "Acme", 0.1)],
    "mixed": [("company", "Acme", "Acme", 0.4), ("product", "Acme", "Acme", 0.1)],
}


def answer(line, rows="company"):
    case = build_review_queue(graph(ROWS[rows]))[0]
    return parse_reply(case, line, SHARED, lambda: MEANINGS)


@pytest.mark.parametrize(
    ("rows", "line", "said"),
    [
        ("company", "accept", [Judgement("accept", ("Acme",), "company")]),
        ("company", "accept show", [Judgement("accept", ("Acme",), "show")]),
        ("noise", "a company", [Judgement("accept", ("Acme",), "company")]),
        ("mixed", "accept", [Judgement("accept", ("Acme",))]),
        ("company", "reject", [Judgement("reject", ("Acme",))]),
        ("company", "R -- no name", [Judgement("reject", ("Acme",), why="no name")]),
        ("company", "type product", [Judgement("type", ("Acme",), "product")]),
        ("company", "same acl", [Judgement("same", ("Acme Labs", "Acme"))]),
        ("company", "same bolt", [Judgement("same", ("company/bolt", "Acme"))]),
        ("company", "different bolt", [Judgement("different", ("company/bolt", "Acme"))]),
        (
            "company",
            "same show/bolt",
            [Judgement("same", ("show/bolt", "Acme")), Judgement("type", ("Acme",), "show")],
        ),
        ("company", "same company/gemini", [Judgement("same", ("company/gemini", "Acme"))]),
        (
            "noise",
            "s ACL -- short -- form",
            [
                Judgement("same", ("Acme Labs", "Acme"), why="short -- form"),
                Judgement("type", ("Acme",), "company", why="short -- form"),
            ],
        ),
        ("company", "different acl", [Judgement("different", ("company/acmelabs", "Acme"))]),
        ("company", "d ACL", [Judgement("different", ("company/acmelabs", "Acme"))]),
        ("company", "rename ACME Inc", [Judgement("rename", ("Acme", "ACME Inc"))]),
        (
            "partly",
            "rename ACME",
            [Judgement("rename", ("Acme", "ACME")), Judgement("type", ("Acme",), "show")],
        ),
        ("company", "skip", []),
        ("company", "", []),
        ("company", " \n", []),
    ],
)
def test_what_an_answer_means(rows, line, said):
    assert answer(line, rows) == tuple(said)


@pytest.mark.parametrize("line", ["quit", "q", "Q\n"])
def test_what_ends_the_review(line):
    assert answer(line) is None


@pytest.mark.parametrize(
    ("rows", "line", "words"),
    [
        ("company", "praise", f"praise: no such answer: write {REPLY_USAGE}"),
        ("company", "-- because", f"-- because: no such answer: write {REPLY_USAGE}"),
        ("company", "type", "type: no such type: choose one of company, institution"),
        ("company", "accept firm", "firm: no such type: choose one of company"),
        ("company", "same", "same: a name is missing: write same NAME"),
        ("company", "different", "different: a name is missing: write different NAME"),
        ("company", "same acme", "same acme: that is Acme itself: accept it, or give its type"),
        ("company", "rename", "rename: a name is missing: write rename NAME"),
        ("company", "reject it", "reject it: nothing follows reject but -- and a reason"),
        ("noise", "accept", "Acme was rejected, so say what it is, such as accept company"),
        ("noise", "rename Acme Inc", "Acme was rejected: accept it with a type, or write same"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said(rows, line, words):
    with pytest.raises(InputError) as caught:
        answer(line, rows)
    assert words in str(caught.value)


def test_the_same_as_nothing_known_gets_suggestions():
    with pytest.raises(UnknownNameError, match=r"called 'Acme Lab': did you mean Acme Labs"):
        answer("same Acme Lab")


def test_no_two_answers_share_a_word_or_a_letter():
    said = [name for one in REPLY_COMMANDS for name in (one.word, one.letter)]
    assert len(said) == len(set(said))
