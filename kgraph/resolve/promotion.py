"""Which mentions stand in adverts alone.

Takes the rows of one mention and what its recording says aloud; gives the probability that the
episode names the thing only where it sells something, or says what it says in every episode, with
the reasons. A language model's row says so itself ("sponsor of the podcast": ``described`` in
``data/adverts.yaml``), or was written from what is said aloud: from the passages and quotes that
hold a name of the thing.

Invariants:
    * one row outside adverts makes the mention talk: the least likely advert counts;
    * work is linear in the recording, in which at most :data:`LOOKED_FOR` names are looked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import islice
from typing import NamedTuple

from kgraph.model import Episode, Reason, Row
from kgraph.resolve.adverts import described, judge, weight_of
from kgraph.resolve.occurrences import QuoteDecision
from kgraph.resolve.passages import (
    TALK,
    Promotion,
    Repeated,
    judged,
    read_out,
    sentence,
    sides_of,
)
from kgraph.resolve.place import places
from kgraph.resolve.rows import is_llm
from kgraph.resolve.sponsors import SPONSOR
from kgraph.resolve.surfaces import outer_variants

LOOKED_FOR = 1000
"""Names that are looked for in what one recording says; things of more are talk. A language model
lists some tens of things."""

SHOWN = 90
"""Characters of an advert that a reason shows."""


class _Said(NamedTuple):
    """A text that may be an advert's: as it is, as it is searched, the row of a passage, what
    says that it is paid for."""

    text: str
    low: str
    row: Row | None = None
    paid: tuple[Reason, ...] = ()


class Aloud:
    """What one recording says aloud.

    Args:
        files: the recording's.
        quotes: its quotes, decided.
        repeated: what the corpus repeats.
    """

    def __init__(
        self, files: Sequence[Episode], quotes: Iterable[QuoteDecision], repeated: Repeated
    ) -> None:
        self._repeated = repeated
        self._said: list[_Said] = []
        self._looked_for: dict[tuple[str, ...], Promotion | None] = {}
        self._left = LOOKED_FOR
        talk = [file.title for file in files]
        for quote in quotes:
            if quote.is_advert:  # or an opening, which sells nothing
                paid = tuple(reason for reason in quote.reasons if reason.part == SPONSOR)
                self._said.append(_Said(quote.text, _low(quote.text), paid=paid))
            else:
                talk.append(quote.text)
        for file in files:
            for row in file.rows.get("companies", ()):
                if not is_llm(row):
                    text = row.text("context")
                    self._said.append(_Said(text, _low(text), row))
        self._talk = _low("\n".join(talk))

    def passage(self, row: Row) -> Promotion:
        """What the passage of a row of the transcript pass is."""
        return read_out(row, self._repeated)

    def named(self, names: tuple[str, ...]) -> Promotion | None:
        """What all that holds one of the names is, as whole words; None where nothing does.

        Args:
            names: of one thing, in lower case.
        """
        if names not in self._looked_for:
            if len(names) > self._left:
                return TALK
            self._left -= len(names)
            self._looked_for[names] = self._found(names)
        return self._looked_for[names]

    def _found(self, names: tuple[str, ...]) -> Promotion | None:
        if any(_stands(name, self._talk) for name in names):
            return TALK
        found = []
        for said in self._said:
            for name in names:
                for start in islice(places(name, said.low), 1):
                    one = self._judged(said, start, start + len(name))
                    if not one.is_likely:
                        return TALK
                    found.append(one)
        return min(found, key=_probability, default=None)

    def _judged(self, said: _Said, start: int, end: int) -> Promotion:
        text = said.text
        holding = sentence(text[:start], text[start:end], text[end:])
        sides = sides_of(said.row) if said.row else ()
        one = judged(text, holding, self._repeated, sides, said.paid)
        shown = " ".join(text[max(0, start - SHOWN // 2) : end + SHOWN // 2].split())
        why = Reason("aloud", f"the name stands only in adverts: “{shown}”")
        return Promotion(one.probability, (*one.reasons, why))


def promotion_of(rows: Sequence[Row], aloud: Aloud) -> Promotion:
    """What the rows of one mention say of its being an advert's alone.

    A name that is never said as it is written was heard otherwise, by the transcript pass, too:
    then that row's passages speak for both.

    Args:
        rows: at least one.
        aloud: what their recording says.
    """
    is_heard = not all(map(is_llm, rows))
    named = cache(lambda: aloud.named(_names(rows)))
    found: list[Promotion] = []
    for row in rows:
        one = _described(row) or named() if is_llm(row) else aloud.passage(row)
        if one is not None and one.is_likely:
            found.append(one)
        elif one is not None or not is_heard:
            return TALK
    return min(found, key=_probability, default=TALK)


def _described(row: Row) -> Promotion | None:
    """What a row of the language model says itself; None where it was written from others."""
    reasons = described(row.text("context"))
    return Promotion(judge((), {}, weight_of(reasons))[0], reasons) if reasons else None


def _names(rows: Sequence[Row]) -> tuple[str, ...]:
    """What a thing is called in its rows: ``AMD``, of "Advanced Micro Devices (AMD)", too."""
    variants = (one for row in rows for one in outer_variants(row.text("name")))
    return tuple(sorted({_low(one.text) for one in variants}))


def _low(text: str) -> str:
    """The text as it is searched: each letter at its place."""
    plain = text.replace("’", "'")
    low = plain.lower()
    return low if len(low) == len(text) else plain


def _stands(name: str, text: str) -> bool:
    return next(places(name, text), None) is not None


def _probability(one: Promotion) -> float:
    return one.probability
