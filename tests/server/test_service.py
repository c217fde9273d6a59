"""Cache of replies, and bodies spooled to disk."""

from kgraph.server.service import CACHE_ENTRY_OVERHEAD_BYTES, ReplyCache
from kgraph.server.workers.messages import Reply, SpooledBody


def reply(size):
    return Reply("solutions", "text/csv", b"x" * size)


def test_the_least_recently_used_reply_is_dropped():
    cache = ReplyCache(3 * (CACHE_ENTRY_OVERHEAD_BYTES + 100))
    for name in "abc":
        cache.add(name, reply(100))
    assert cache.get("a") == reply(100)
    cache.add("d", reply(100))
    assert [name for name in "abcd" if cache.get(name)] == ["a", "c", "d"]


def test_large_and_spooled_replies_are_not_cached():
    cache = ReplyCache(2000)
    cache.add("large", reply(5000))
    cache.add("disk", Reply("graph", "text/turtle", SpooledBody()))
    assert [cache.get("large"), cache.get("disk")] == [None, None]
    cache.add("small", reply(10))
    assert cache.get("small") == reply(10)


def test_a_spooled_body_is_read_once():
    body = SpooledBody()
    pieces = [bytes([n]) * 100_000 for n in range(60)]
    for piece in pieces:
        body.append(piece)
    assert body.size == 6_000_000
    assert b"".join(body.iter_chunks()) == b"".join(pieces)
