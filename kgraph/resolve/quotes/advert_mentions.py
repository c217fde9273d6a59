"""Which mentions stand in adverts alone.

Takes the rows of one mention and what its recording says aloud; gives the probability that the
episode names the thing only where it sells something, or says what it says in every episode, with
the reasons. A language model's row says so itself ("sponsor of the podcast": ``described`` in
``data/adverts.yaml``), or was written from what is said aloud: from the passages and quotes that
hold a name of the thing.

Invariants:
    * one row outside adverts makes the mention talk: the least likely advert counts;
    * so does the title, and so do a few quotes, since the transcript pass keeps few rows a name;
    * work is linear in the recording, in which at most :data:`LOOKED_FOR` names are looked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import islice
from typing import NamedTuple

from kgraph.base.model import Episode, Reason, Row
from kgraph.resolve.mentions.variants import outer_variants
from kgraph.resolve.name_counts import core
from kgraph.resolve.quotes.advert_rules import described, judge, weight_of
from kgraph.resolve.quotes.decide import QuoteDecision
from kgraph.resolve.quotes.passages import (
    TALK,
    Promotion,
    Repeated,
    judged,
    read_out,
    sentence,
    sides_of,
)
from kgraph.resolve.quotes.sponsors import Sponsor, paid_by
from kgraph.resolve.rows import is_llm
from kgraph.resolve.word_lists import Vocabulary
from kgraph.resolve.word_match import is_named, is_telling, places, plain

LOOKED_FOR = 1000
"""Names that are looked for in what one recording says; things of more are talk. A language model
lists some tens of things."""

SPOKEN = 3
"""Quotes outside of adverts that name a thing which is spoken of."""

SHOWN = 90
"""Characters of an advert that a reason shows."""


class _Said(NamedTuple):
    """A text that may be an advert's: as it is, as it is searched, the row of a passage."""

    text: str
    low: str
    row: Row | None = None


class Aloud:
    """What one recording says aloud.

    Args:
        files: the recording's.
        quotes: its quotes, decided.
        repeated: what the corpus repeats.
        vocabulary: ordinary words, which are no names in a title.
        sponsors: who pays for it.
    """

    def __init__(
        self,
        files: Sequence[Episode],
        quotes: Iterable[QuoteDecision],
        repeated: Repeated,
        vocabulary: Vocabulary | None = None,
        sponsors: Sequence[Sponsor] = (),
    ) -> None:
        self._repeated = repeated
        self._said: list[_Said] = []
        self._looked_for: dict[tuple[str, ...], Promotion | None] = {}
        self._left = LOOKED_FOR
        self._vocabulary = vocabulary or Vocabulary()
        self._sponsors = sponsors
        self._titles = [file.title for file in files]
        self._quotes: list[str] = []
        for quote in quotes:
            if quote.is_advert:  # or an opening, which sells nothing
                self._said.append(_Said(quote.text, _low(quote.text)))
            else:
                self._quotes.append(quote.text)
        for file in files:
            for row in file.rows.get("companies", ()):
                if not is_llm(row):
                    text = row.text("context")
                    self._said.append(_Said(text, _low(text), row))
        self._talk = _low("\n".join([*self._titles, *self._quotes]))

    def passage(self, row: Row) -> Promotion:
        """What the passage of a row of the transcript pass is."""
        return read_out(row, self._repeated)

    def speaks_of(self, name: str) -> bool:
        """Is a thing spoken of beside its adverts: in the title, or in :data:`SPOKEN` quotes?

        One quote or two with the name of a sponsor are more often adverts that nothing shows.

        Args:
            name: as a row writes it.
        """
        if not is_telling(name):
            return False
        is_word = self._vocabulary.is_word(name)
        if not is_word and any(is_named(name, plain(title)) for title in self._titles):
            return True
        named = (text for text in self._quotes if is_named(name, plain(text), is_word=is_word))
        return len(list(islice(named, SPOKEN))) == SPOKEN

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
        if any(is_named(name, self._talk) for name in names):
            return TALK
        found = []
        for said in self._said:
            for name in names:
                start = next(places(name, said.low), None)
                if start is not None:
                    one = self._judged(said, start, start + len(name))
                    if not one.is_likely:
                        return TALK
                    found.append(one)
        return min(found, key=_probability, default=None)

    def _judged(self, said: _Said, start: int, end: int) -> Promotion:
        text = said.text
        holding = sentence(text[:start], text[start:end], text[end:])
        sides = sides_of(said.row) if said.row else ()
        # Of the passages that name a sponsor most are talk; of the quotes only adverts are here.
        paid = None if said.row else paid_by(holding, self._sponsors)
        one = judged(text, holding, self._repeated, sides, (paid,) if paid else ())
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
    if not found or any(map(aloud.speaks_of, {plain(core(row.text("name"))) for row in rows})):
        return TALK
    return min(found, key=_probability)


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


def _probability(one: Promotion) -> float:
    return one.probability
