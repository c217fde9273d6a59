"""Answers given before: bounded, the longest unused first to go."""

from kgraph.server.service import OVERHEAD, Answers
from kgraph.server.workers.messages import Body, Reply


def reply(size):
    return Reply("solutions", "text/csv", b"x" * size)


def test_what_was_not_used_for_longest_is_forgotten():
    answers = Answers(3 * (OVERHEAD + 100))
    for name in "abc":
        answers.add(name, reply(100))
    assert answers.get("a") == reply(100)
    answers.add("d", reply(100))
    assert [name for name in "abcd" if answers.get(name)] == ["a", "c", "d"]


def test_what_is_too_large_or_on_disk_is_not_kept():
    answers = Answers(2000)
    answers.add("large", reply(5000))
    answers.add("disk", Reply("graph", "text/turtle", Body()))
    assert [answers.get("large"), answers.get("disk")] == [None, None]
    answers.add("small", reply(10))
    assert answers.get("small") == reply(10)


def test_a_body_gives_what_was_added_once():
    body = Body()
    pieces = [bytes([n]) * 100_000 for n in range(60)]
    for piece in pieces:
        body.add(piece)
    assert body.size == 6_000_000
    assert b"".join(body.pieces()) == b"".join(pieces)
