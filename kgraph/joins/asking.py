"""A query put to the engine in the way that the graph's numbers call for.

Takes a text and what puts a text to a database, gives what the engine finds. What cannot be read
is put as it came, so that an error speaks of the text that its writer wrote.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from kgraph.joins.hashing import hashed
from kgraph.joins.leading import Put, leading
from kgraph.joins.tokens import Unfit

NUMBERS = 1 << 12
"""Counts of patterns that are remembered."""


class Counts:
    """The numbers that SELECT queries of one give, the latest remembered.

    Args:
        put: puts a text to the database, which stays as it is, under the same base and prefixes.
    """

    def __init__(self, put: Put) -> None:
        self._put = put
        self._numbers: dict[str, int] = {}

    def __call__(self, text: str) -> int:
        """The number that a query gives.

        Raises:
            SyntaxError: it cannot be read.
        """
        number = self._numbers.get(text)
        if number is None:
            number = int(str(next(self._put(text))[0].value))
            if len(self._numbers) >= NUMBERS:
                self._numbers.clear()
            self._numbers[text] = number
        return number


def ask(text: str, put: Put, count: Counts, *, whole: bool = True) -> Any:
    """What the engine finds.

    Args:
        text: a query.
        put: puts a text to the database.
        count: counts in it.
        whole: whether all of the answer is wanted.

    Raises:
        SyntaxError: it cannot be read.
    """
    with suppress(SyntaxError, Unfit):
        few = leading(text, count)
        return put(few.again(put(hashed(few.text, count)), put))
    if whole:
        with suppress(SyntaxError):
            return put(hashed(text, count))
    return put(text)
