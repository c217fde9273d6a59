"""What the server listens with."""

import socket

import pytest

from kgraph.base.errors import InputError
from kgraph.server.http import server


def test_an_answer_in_two_pieces_does_not_wait_for_the_client():
    with (
        server.open_listener("127.0.0.1", 0) as listener,
        socket.create_connection(listener.getsockname()),
    ):
        connection, _ = listener.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_an_address_that_cannot_be_listened_at_is_told_in_words():
    with server.open_listener("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(InputError) as taken:
            server.open_listener("127.0.0.1", port)
    assert str(taken.value) == (
        f"127.0.0.1:{port}: another program listens there: choose another port (--port); "
        "0 is any free one"
    )
    with pytest.raises(InputError) as foreign:
        server.open_listener("203.0.113.5", 0)  # of an example (RFC 5737)
    assert str(foreign.value) == (
        "203.0.113.5:0: this machine has no such address: choose another "
        "host, such as 127.0.0.1, or 0.0.0.0 for all of its addresses"
    )
