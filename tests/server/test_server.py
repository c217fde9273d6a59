"""What the server listens with."""

import socket

from kgraph.server.http import server


def test_an_answer_in_two_pieces_does_not_wait_for_the_client():
    with (
        server.open_listener("127.0.0.1", 0) as listener,
        socket.create_connection(listener.getsockname()),
    ):
        connection, _ = listener.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
