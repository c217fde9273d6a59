"""Which mentions stand in adverts alone.

Takes the rows of one mention and what its recording says aloud; gives the probability that the
episode names the thing only where it sells something, or says what it says in every episode, with
the reasons. A language model's row says so itself ("sponsor of the podcast": ``described`` in
``data/adverts.yaml``), or was written from what is said aloud: from the passages and quotes that
hold a name of the thing.

Invariants:
    * one row outside adverts makes the mention talk: the least likely advert counts;
    * so does the title, and so do a few quotes, since the transcript pass keeps few rows a name;
    * work is linear in the recording, in which at most :data:`MAX_SEARCHED_NAMES` names are looked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import islice
from typing import NamedTuple

from kgraph.base.model import Episode, Reason, Row
from kgraph.resolve.mentions.variants import generate_outer_variants
from kgraph.resolve.name_counts import strip_surroundings
from kgraph.resolve.quotes.advert_rules import advert_probability, description_reasons, total_weight
from kgraph.resolve.quotes.decide import QuoteDecision
from kgraph.resolve.quotes.passages import (
    NOT_ADVERT,
    AdvertScore,
    RepetitionCounts,
    context_hashes,
    extract_sentence,
    score_passage,
    score_text,
)
from kgraph.resolve.quotes.sponsors import Sponsor, sponsor_reason
from kgraph.resolve.rows import is_llm_row
from kgraph.resolve.word_lists import Vocabulary
from kgraph.resolve.word_match import (
    find_whole_word,
    is_distinctive,
    is_name_in_text,
    normalize_spacing,
)

MAX_SEARCHED_NAMES = 1000
"""Names that are looked for in what one recording says; things of more are talk. A language model
lists some tens of things."""

MIN_TALK_QUOTES = 3
"""Quotes outside of adverts that name a thing which is spoken of."""

ADVERT_SNIPPET_CHARS = 90
"""Characters of an advert that a reason shows."""


class _AdvertText(NamedTuple):
    """A text that may be an advert's: as it is, as it is searched, the row of a passage."""

    text: str
    lowered: str
    row: Row | None = None


class SpokenText:
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
        repeated: RepetitionCounts,
        vocabulary: Vocabulary | None = None,
        sponsors: Sequence[Sponsor] = (),
    ) -> None:
        self._repetition = repeated
        self._advert_texts: list[_AdvertText] = []
        self._score_by_names: dict[tuple[str, ...], AdvertScore | None] = {}
        self._names_left = MAX_SEARCHED_NAMES
        self._vocabulary = vocabulary or Vocabulary()
        self._sponsors = sponsors
        self._titles = [file.title for file in files]
        self._talk_quotes: list[str] = []
        for quote in quotes:
            if quote.is_advert:  # or an opening, which sells nothing
                self._advert_texts.append(_AdvertText(quote.text, _lower_same_length(quote.text)))
            else:
                self._talk_quotes.append(quote.text)
        for file in files:
            for row in file.rows.get("companies", ()):
                if not is_llm_row(row):
                    text = row.text("context")
                    self._advert_texts.append(_AdvertText(text, _lower_same_length(text), row))
        self._talk_text = _lower_same_length("\n".join([*self._titles, *self._talk_quotes]))

    def score_passage(self, row: Row) -> AdvertScore:
        """What the passage of a row of the transcript pass is."""
        return score_passage(row, self._repetition)

    def is_discussed(self, name: str) -> bool:
        """Is a thing spoken of beside its adverts: in the title, or in :data:`MIN_TALK_QUOTES` quotes?

        One quote or two with the name of a sponsor are more often adverts that nothing shows.

        Args:
            name: as a row writes it.
        """
        if not is_distinctive(name):
            return False
        is_word = self._vocabulary.is_word_or_first_name(name)
        if not is_word and any(
            is_name_in_text(name, normalize_spacing(title)) for title in self._titles
        ):
            return True
        named = (
            text
            for text in self._talk_quotes
            if is_name_in_text(name, normalize_spacing(text), is_word=is_word)
        )
        return len(list(islice(named, MIN_TALK_QUOTES))) == MIN_TALK_QUOTES

    def score_names(self, names: tuple[str, ...]) -> AdvertScore | None:
        """What all that holds one of the names is, as whole words; None where nothing does.

        Args:
            names: of one thing, in lower case.
        """
        if names not in self._score_by_names:
            if len(names) > self._names_left:
                return NOT_ADVERT
            self._names_left -= len(names)
            self._score_by_names[names] = self._search_names(names)
        return self._score_by_names[names]

    def _search_names(self, names: tuple[str, ...]) -> AdvertScore | None:
        if any(is_name_in_text(name, self._talk_text) for name in names):
            return NOT_ADVERT
        found = []
        for said in self._advert_texts:
            for name in names:
                start = next(find_whole_word(name, said.lowered), None)
                if start is not None:
                    one = self._score_occurrence(said, start, start + len(name))
                    if not one.is_likely:
                        return NOT_ADVERT
                    found.append(one)
        return min(found, key=_probability, default=None)

    def _score_occurrence(self, said: _AdvertText, start: int, end: int) -> AdvertScore:
        text = said.text
        holding = extract_sentence(text[:start], text[start:end], text[end:])
        sides = context_hashes(said.row) if said.row else ()
        # Of the passages that name a sponsor most are talk; of the quotes only adverts are here.
        paid = None if said.row else sponsor_reason(holding, self._sponsors)
        one = score_text(text, holding, self._repetition, sides, (paid,) if paid else ())
        shown = " ".join(
            text[
                max(0, start - ADVERT_SNIPPET_CHARS // 2) : end + ADVERT_SNIPPET_CHARS // 2
            ].split()
        )
        why = Reason("aloud", f"the name stands only in adverts: “{shown}”")
        return AdvertScore(one.probability, (*one.reasons, why))


def score_mention(rows: Sequence[Row], aloud: SpokenText) -> AdvertScore:
    """What the rows of one mention say of its being an advert's alone.

    A name that is never said as it is written was heard otherwise, by the transcript pass, too:
    then that row's passages speak for both.

    Args:
        rows: at least one.
        aloud: what their recording says.
    """
    is_heard = not all(map(is_llm_row, rows))
    named = cache(lambda: aloud.score_names(_lowered_variants(rows)))
    found: list[AdvertScore] = []
    for row in rows:
        one = _score_description(row) or named() if is_llm_row(row) else aloud.score_passage(row)
        if one is not None and one.is_likely:
            found.append(one)
        elif one is not None or not is_heard:
            return NOT_ADVERT
    if not found or any(
        map(
            aloud.is_discussed,
            {normalize_spacing(strip_surroundings(row.text("name"))) for row in rows},
        )
    ):
        return NOT_ADVERT
    return min(found, key=_probability)


def _score_description(row: Row) -> AdvertScore | None:
    """What a row of the language model says itself; None where it was written from others."""
    reasons = description_reasons(row.text("context"))
    return (
        AdvertScore(advert_probability((), {}, total_weight(reasons))[0], reasons)
        if reasons
        else None
    )


def _lowered_variants(rows: Sequence[Row]) -> tuple[str, ...]:
    """What a thing is called in its rows: ``AMD``, of "Advanced Micro Devices (AMD)", too."""
    variants = (one for row in rows for one in generate_outer_variants(row.text("name")))
    return tuple(sorted({_lower_same_length(one.text) for one in variants}))


def _lower_same_length(text: str) -> str:
    """The text as it is searched: each letter at its place."""
    plain = text.replace("’", "'")
    low = plain.lower()
    return low if len(low) == len(text) else plain


def _probability(one: AdvertScore) -> float:
    return one.probability
