"""Which mentions stand in adverts alone.

Takes the rows of one mention and what its recording says aloud; gives the probability that the
episode names the thing only where it sells something, or says what it says in every episode, with
the reasons. A language model's row says so itself ("sponsor of the podcast": ``described`` in
``data/adverts.yaml``), or was written from what is said aloud: from the passages and quotes that
hold its name.

Invariant: one row outside adverts makes the mention talk: the least likely advert counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kgraph.model import Episode, Row
from kgraph.resolve.adverts import described, judge
from kgraph.resolve.occurrences import QuoteDecision
from kgraph.resolve.passages import Promotion, Repeated, read_out, weight_of
from kgraph.resolve.rows import is_llm

TALK = Promotion()
"""The mention is no advert's."""


class Aloud:
    """What one recording says aloud, each passage judged once, when it is first asked for.

    Args:
        files: the recording's.
        quotes: its quotes, decided.
        repeated: what the corpus repeats.
    """

    def __init__(
        self, files: Iterable[Episode], quotes: Iterable[QuoteDecision], repeated: Repeated
    ) -> None:
        self._repeated = repeated
        self._rows: list[tuple[str, Row]] = []
        self._talk: list[str] = []
        self._adverts: list[tuple[str, Promotion]] = []
        self._read: dict[str, Promotion] = {}
        for file in files:
            self._talk.append(file.title.lower())
            spoken = (row for row in file.rows.get("companies", ()) if not is_llm(row))
            self._rows += [(row.text("context").lower(), row) for row in spoken]
        for quote in quotes:
            text = quote.text.lower()
            if quote.is_advert:
                self._adverts.append((text, Promotion(quote.advert, quote.reasons)))
            else:
                self._talk.append(text)

    def passage(self, row: Row) -> Promotion:
        """What the passage of a row of the transcript pass is."""
        found = self._read.get(key := f"{row.text('name')}\n{row.text('context')}")
        if found is None:
            found = self._read[key] = read_out(row, self._repeated)
        return found

    def named(self, name: str) -> Promotion | None:
        """What all that holds a name is; None where nothing does."""
        low = name.lower()
        if any(low in text for text in self._talk):
            return TALK
        found = [advert for text, advert in self._adverts if low in text]
        for text, row in self._rows:
            if low in text:
                one = self.passage(row)
                if not one.is_likely:
                    return TALK
                found.append(one)
        return min(found, key=_probability, default=None)


def promotion_of(rows: Sequence[Row], aloud: Aloud) -> Promotion:
    """What the rows of one mention say of its being an advert's alone.

    Args:
        rows: at least one.
        aloud: what their recording says.
    """
    spoken = [row for row in rows if not is_llm(row)]
    found: list[Promotion] = []
    for row in rows:
        one = _told(row, aloud) if is_llm(row) else aloud.passage(row)
        if one is not None and one.is_likely:
            found.append(one)
        elif one is not None or not spoken:
            return TALK
    return min(found, key=_probability, default=TALK)


def _told(row: Row, aloud: Aloud) -> Promotion | None:
    """What a row of the language model says; None where it may have been written from anything.

    A name that is never said as it is written there was heard otherwise, by the transcript pass
    too: then that row's passages speak for both.
    """
    reasons = described(row.text("context"))
    if reasons:
        return Promotion(judge((), {}, weight_of(reasons))[0], reasons)
    return aloud.named(row.text("name").partition(" (")[0])


def _probability(one: Promotion) -> float:
    return one.probability
