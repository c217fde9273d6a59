"""Mentions in adverts alone.

Takes the rows of a mention and the :class:`SpokenText` of its recording; gives the probability that
the episode names the thing only to sell it, or in words that it repeats in every episode. A row of
the language model may state it ("sponsor of the podcast": ``described`` in
``data/adverts.yaml``). If it does not, the passages and quotes with a name of the thing decide.

Invariant: the text that is least likely an advert decides. One row, the title or a few quotes are
enough to show talk outside adverts, since the transcript pass keeps few rows for each name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

from kgraph.base.model import EpisodeFile, Reason, Row
from kgraph.base.word_lists import Vocabulary
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
from kgraph.resolve.words import (
    find_whole_word,
    is_distinctive,
    is_name_in_text,
    normalize_spacing,
)

#: Names that are searched in a recording; a language model lists some tens. The names of more
#: things count as discussed.
MAX_SEARCHED_NAMES = 1000
MIN_TALK_QUOTES = 3  #: quotes outside adverts that name a thing which is discussed
ADVERT_SNIPPET_CHARS = 90  #: of an advert in a reason


class _AdvertText(NamedTuple):
    """A text that may be an advert's."""

    text: str
    lowered: str
    row: Row | None = None  #: of a passage; None for a quote


class SpokenText:
    """The texts that a recording says aloud: its title, quotes, and passages around names."""

    def __init__(
        self,
        files: Sequence[EpisodeFile],
        quotes: Iterable[QuoteDecision],
        repetition: RepetitionCounts,
        vocabulary: Vocabulary,
        sponsors: Sequence[Sponsor] = (),
    ) -> None:
        self.repetition = repetition
        self._vocabulary = vocabulary
        self._sponsors = sponsors
        self._advert_texts: list[_AdvertText] = []
        self._talk_quotes: list[str] = []
        for quote in quotes:
            if quote.is_advert:  # or an opening, which sells nothing
                self._advert_texts.append(_AdvertText(quote.text, _lower_same_length(quote.text)))
            else:
                self._talk_quotes.append(quote.text)
        for file in files:
            for row in file.rows.get("companies", ()):
                if not row.is_by_llm:
                    text = row.text("context")
                    self._advert_texts.append(_AdvertText(text, _lower_same_length(text), row))
        titles = [file.title for file in files]
        self._titles = [normalize_spacing(title) for title in titles]
        self._talk_text = _lower_same_length("\n".join([*titles, *self._talk_quotes]))
        self._names_in_talk: dict[tuple[str, ...], bool] = {}
        self._score_by_names: dict[tuple[str, ...], AdvertScore | None] = {}
        self._names_left = MAX_SEARCHED_NAMES

    def is_discussed(self, name: str) -> bool:
        """Return whether the title or :data:`MIN_TALK_QUOTES` quotes of talk contain a name.

        One quote or two with the name of a sponsor are more often undetected adverts.
        """
        if not is_distinctive(name):
            return False
        is_word = self._vocabulary.is_word_or_first_name(name)
        if not is_word and any(is_name_in_text(name, title) for title in self._titles):
            return True
        naming = (
            text
            for text in self._spaced_quotes
            if name in text and is_name_in_text(name, text, is_word=is_word)
        )
        return len(list(islice(naming, MIN_TALK_QUOTES))) == MIN_TALK_QUOTES

    @cached_property
    def _spaced_quotes(self) -> list[str]:
        return [normalize_spacing(text) for text in self._talk_quotes]

    def is_in_talk(self, names: tuple[str, ...]) -> bool:
        """Return whether the title or a quote of talk contains one of a thing's lower-case names.

        Of more names than :data:`MAX_SEARCHED_NAMES` it is taken to.
        """
        if names not in self._names_in_talk:
            if len(names) > self._names_left:
                return True
            self._names_left -= len(names)
            is_in_talk = any(is_name_in_text(name, self._talk_text) for name in names)
            self._names_in_talk[names] = is_in_talk
        return self._names_in_talk[names]

    def score_names(self, names: tuple[str, ...]) -> AdvertScore | None:
        """Score the texts with a thing's lower-case names; None where no text contains one.

        The least likely advert decides.
        """
        if self.is_in_talk(names):
            return NOT_ADVERT
        if names not in self._score_by_names:
            self._score_by_names[names] = self._search_names(names)
        return self._score_by_names[names]

    def _search_names(self, names: tuple[str, ...]) -> AdvertScore | None:
        scores = []
        for advert in self._advert_texts:
            for name in filter(advert.lowered.__contains__, names):
                start = next(find_whole_word(name, advert.lowered), None)
                if start is not None:
                    score = self._score_occurrence(advert, start, start + len(name))
                    if not score.is_likely:
                        return NOT_ADVERT
                    scores.append(score)
        return min(scores, key=attrgetter("probability"), default=None)

    def _score_occurrence(self, advert: _AdvertText, start: int, end: int) -> AdvertScore:
        text = advert.text
        sentence = extract_sentence(text[:start], text[start:end], text[end:])
        # Most passages that name a sponsor are talk; of the quotes only adverts are here.
        sponsor = None if advert.row else sponsor_reason(sentence, self._sponsors)
        contexts = context_hashes(advert.row) if advert.row else ()
        reasons = (sponsor,) if sponsor else ()
        score = score_text(text, sentence, self.repetition, contexts, reasons)
        margin = ADVERT_SNIPPET_CHARS // 2
        snippet = " ".join(text[max(0, start - margin) : end + margin].split())
        why = Reason("aloud", f"the name stands only in adverts: “{snippet}”")
        return AdvertScore(score.probability, (*score.reasons, why))


def score_mention(rows: Sequence[Row], spoken: SpokenText) -> AdvertScore:
    """Score whether a mention occurs in adverts alone.

    Where no text contains the name as the language model writes it, the transcript pass wrote it
    otherwise: the passages of its rows decide for both.
    """
    is_heard = not all(row.is_by_llm for row in rows)
    described = [
        description_reasons(row.text("context")) if row.is_by_llm else None for row in rows
    ]
    names: tuple[str, ...] = ()
    if () in described:
        # Of "Advanced Micro Devices (AMD)" also AMD.
        variants = (v for row in rows for v in generate_outer_variants(row.text("name")))
        names = tuple(sorted({_lower_same_length(variant.text) for variant in variants}))
        if spoken.is_in_talk(names):  # which is faster to tell than whether a passage repeats
            return NOT_ADVERT
    scores: list[AdvertScore] = []
    for row, reasons in zip(rows, described, strict=True):
        score: AdvertScore | None
        if reasons is None:
            score = score_passage(row, spoken.repetition)
        elif reasons:
            score = AdvertScore(advert_probability((), {}, total_weight(reasons))[0], reasons)
        else:
            score = spoken.score_names(names)
        if score is not None and score.is_likely:
            scores.append(score)
        elif score is not None or not is_heard:
            return NOT_ADVERT
    # In order, so that each build logs the same lookups.
    cores = dict.fromkeys(normalize_spacing(strip_surroundings(row.text("name"))) for row in rows)
    if any(map(spoken.is_discussed, cores)):
        return NOT_ADVERT
    return min(scores, key=attrgetter("probability"), default=NOT_ADVERT)


def _lower_same_length(text: str) -> str:
    """Return a text in lower case, each letter at the same offset."""
    plain = text.replace("’", "'")
    low = plain.lower()
    return low if len(low) == len(text) else plain
