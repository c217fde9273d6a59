"""Answers given before: bounded, the longest unused first to go."""

from kgraph.server.service import CACHE_ENTRY_OVERHEAD_BYTES, ReplyCache
from kgraph.server.workers.messages import Reply, SpooledBody


def reply(size):
    return Reply("solutions", "text/csv", b"x" * size)


def test_what_was_not_used_for_longest_is_forgotten():
    answers = ReplyCache(3 * (CACHE_ENTRY_OVERHEAD_BYTES + 100))
    for name in "abc":
        answers.add(name, reply(100))
    assert answers.get("a") == reply(100)
    answers.add("d", reply(100))
    assert [name for name in "abcd" if answers.get(name)] == ["a", "c", "d"]


def test_what_is_too_large_or_on_disk_is_not_kept():
    answers = ReplyCache(2000)
    answers.add("large", reply(5000))
    answers.add("disk", Reply("graph", "text/turtle", SpooledBody()))
    assert [answers.get("large"), answers.get("disk")] == [None, None]
    answers.add("small", reply(10))
    assert answers.get("small") == reply(10)


def test_a_body_gives_what_was_added_once():
    body = SpooledBody()
    pieces = [bytes([n]) * 100_000 for n in range(60)]
    for piece in pieces:
        body.append(piece)
    assert body.size == 6_000_000
    assert b"".join(body.iter_chunks()) == b"".join(pieces)
