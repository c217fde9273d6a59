"""The talk of the review, without a terminal."""

from functools import partial

import pytest
from reviewed import graph

from kgraph.base.errors import DataError, InputError
from kgraph.cli.review import format_case, run_dialogue
from kgraph.graph import SharedData
from kgraph.judging.replies import REPLY_COMMANDS, REPLY_HELP, REPLY_USAGE, parse_reply
from kgraph.judging.review import build_review_queue
from kgraph.judging.review_queue import Case, NameOutcome
from kgraph.views.misheard import Misheard

CASES = build_review_queue(
    graph([("company", "Acme", "Acme", 0.3), ("noise", "Gather", "So Gather", 0.6)])
)


class Scene:
    """Lines that somebody says, and all that happens."""

    def __init__(self, *lines):
        self.lines = iter(lines)
        self.asked, self.said, self.refused, self.written = [], [], [], []
        self.writes = 0
        self.is_locked = False

    def ask(self, words):
        self.asked.append(words.partition(":")[0])
        line = next(self.lines, None)
        if isinstance(line, BaseException):
            raise line
        if line is None:
            raise EOFError
        return line

    def write(self, judgements):
        if judgements[0].why == "fails":
            raise DataError("disk full")
        self.writes += 1
        self.written += [(judged.verb, judged.names) for judged in judgements]
        return judgements

    def remove(self, judgements):
        if self.is_locked:
            raise DataError("disk full")
        del self.written[-len(judgements) :]

    def say(self, text):
        self.said.append(text)

    def refuse(self, error):
        self.refused.append(str(error))

    def play(self, entities=None):
        parse = partial(parse_reply, shared=SharedData(entities or {}), list_meanings=dict)
        return run_dialogue(CASES, self, parse, self.write, self.remove)


def test_each_case_is_asked_and_written_at_once():
    scene = Scene("accept", "reject")
    assert scene.play() is True
    assert scene.asked == ["1/2  Acme", '2/2  Gather (written "So Gather")']
    assert scene.written == [("accept", ("Acme",)), ("reject", ("Gather",))]


def test_the_judgements_of_an_answer_are_written_together():
    scene = Scene("skip", "same OpenAI")
    entities = graph([("company", "OpenAI", "OpenAI", 0.9)]).shared.entities
    assert scene.play(entities) is True
    assert scene.written == [("same", ("OpenAI", "Gather")), ("type", ("Gather",))]
    assert scene.writes == 1


@pytest.mark.parametrize(
    ("lines", "written"),
    [
        (["quit"], []),
        (["reject", "quit"], [("reject", ("Acme",))]),
        (["reject"], [("reject", ("Acme",))]),
        ([], []),
    ],
)
def test_quitting_and_the_end_of_input_keep_what_was_written(lines, written):
    scene = Scene(*lines)
    assert (scene.play(), scene.written) == (False, written)


def test_an_interrupt_keeps_what_was_written():
    scene = Scene("reject", KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        scene.play()
    assert scene.written == [("reject", ("Acme",))]


def test_a_wrong_answer_is_said_and_asked_again():
    scene = Scene("what", "skip", "type company")
    assert scene.play() is True
    assert scene.asked == ["1/2  Acme", "", '2/2  Gather (written "So Gather")']
    assert scene.refused == [f"what: no such answer: write {REPLY_USAGE}"]


def test_undo_asks_the_case_of_the_last_judgements_again():
    scene = Scene("reject", "u", "accept", "undo", "skip", "UNDO", "reject")
    assert scene.play() is True
    acme, gather = "1/2  Acme", '2/2  Gather (written "So Gather")'
    assert scene.asked == [acme, gather, acme, gather, acme, gather, ""]
    assert scene.refused == ["undo: nothing was judged in this review: answer first, or skip"]
    assert scene.written == [("reject", ("Gather",))]


def test_an_undo_that_fails_is_said_and_can_be_tried_again():
    scene = Scene("reject", "u", "skip")
    scene.is_locked = True
    assert scene.play() is True
    assert (scene.refused, scene.written) == (["disk full"], [("reject", ("Acme",))])


def test_a_card_and_the_answer_to_a_wrong_word_list_undo_and_help():
    assert ", quit (q), undo (u), help (?); a reason may follow after --" in REPLY_USAGE


def test_help_lists_the_answers():
    scene = Scene("?", "skip", "help", "skip")
    assert scene.play() is True
    assert scene.said == [REPLY_HELP] * 2
    letters = [line.split()[0] for line in REPLY_HELP.splitlines()]
    assert letters == [*(command.letter for command in REPLY_COMMANDS), "u", "?"]


@pytest.mark.parametrize("wrong", ["reject -- fails", InputError("no UTF-8")])
def test_what_cannot_be_read_or_written_is_said_too(wrong):
    scene = Scene(wrong, "skip", "skip")
    assert scene.play() is True
    assert scene.refused in (["disk full"], ["no UTF-8"])
    assert scene.written == []


def test_a_card_shows_what_is_to_be_judged():
    rows = [("company", "Acme", "Acme", 0.4), ("company", "Acme", "So Acme", 0.3)]
    more = [("product", "Acme", "Acme", 0.1)]
    assert list(format_case(build_review_queue(graph(rows, more))[0], "1/9")) == [
        "1/9  Acme: company Acme, 0.35 sure, 2 rows",
        "  3 rows in 2 episodes, 73 % likely to be wrong on average; "
        "a judgement corrects at most 2.1 of them",
        "  also: product Acme, 0.10 sure, 1 row",
        "  written: Acme 2, So Acme 1",
        "  name: by itself, for a company (+0.40)",
        "  0.10 Acme in Talk 1 (1.md, 2025-01-02): … we met Acme there …",
        "  0.30 So Acme in Talk 0 (0.md, 2025-01-01): … we met So Acme there …",
        REPLY_USAGE,
    ]


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (
            0.92,
            "44 % likely to be Suite, misheard; apart from that, 8 % likely to be wrong on average"
            "; a judgement corrects at most 6.6 of them",
        ),
        (0.5, "50 % likely to be wrong on average; a judgement corrects at most 6.6 of them"),
    ],
)
def test_a_card_tells_a_misheard_name_from_the_doubts_of_its_rows(confidence, words):
    means = ("product/suite", "Suite", "product", 4, "Suite")
    guess = Misheard("Sweet", *means, 1.0, 1.0, 1.0, 0.44, (), "", "")
    outcomes = (NameOutcome("crypto", "Sweet", 15, confidence),)
    wrong = 15 * max(0.44, 1 - confidence)
    case = Case("Sweet", 6.6, wrong, 15, 9, outcomes, (("Sweet", 15),), (), guess)
    assert case.describe_doubt() == words


@pytest.mark.parametrize(
    ("rows", "wrong", "pays", "words"),
    [
        (1, 0.42, 0.42, "42 % likely to be wrong"),
        (1, 0.0004, 0.0004, "<0.1 % likely to be wrong"),
        (
            *(3, 2.2, 2.1),
            "73 % likely to be wrong on average; a judgement corrects at most 2.1 of them",
        ),
        (
            *(12, 0.24, 0.04),
            "2 % likely to be wrong on average; a judgement corrects less than 0.1 of them",
        ),
    ],
)
def test_a_card_says_how_likely_its_rows_are_wrong(rows, wrong, pays, words):
    case = Case("Acme", pays, wrong, rows, rows, (), (), ())
    assert case.describe_doubt() == words
