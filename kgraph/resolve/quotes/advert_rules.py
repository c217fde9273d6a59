"""Rules that separate adverts and a show's words about itself from talk.

Takes texts and how many recordings repeat them; gives log-odds, each with its
:class:`~kgraph.base.model.Reason`. Wording counts (``data/adverts.yaml``), and so does repetition:
people do not say one sentence in three episodes, but adverts are read out again and again, with
small changes. So repetition is counted over shingles, not over whole texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import cache, cached_property
from math import exp, log, sqrt
from types import MappingProxyType
from typing import Literal, NamedTuple

import msgspec

from kgraph.base.model import Reason, Row
from kgraph.base.vocabulary import data_path, load_yaml
from kgraph.resolve.lookups import MAX_EXACT_COUNT
from kgraph.resolve.words import find_whole_word

MIN_REPEAT_RECORDINGS = 3  #: of a repeated text; two may be a rerun, and need other evidence
ADVERT_THRESHOLD = 0.5  #: probability from which a text counts as an advert
PRIOR_LOG_ODDS = -4.6  #: of an advert before any evidence: one quote in a hundred
PRIOR_PROBABILITY = round(1 / (1 + exp(-PRIOR_LOG_ODDS)), 3)

_LOG_ODDS_PER_SHINGLE = 2.25  #: of each repeated shingle
_LOG_ODDS_PER_LOG_RECORDING = 1.2  #: of the logarithm of how many recordings have it
_MAX_REPETITION_LOG_ODDS = 8.0
# Of 191 quotes with a repeated run that shingles do not tell, four in five of those with one run
# are adverts or boilerplate, and nine in ten of those with more. Below a quarter of a quote's runs
# it is more and more often a turn of phrase or a clip that several episodes play.
_FIRST_RUN_LOG_ODDS = 3.7
_LOG_ODDS_PER_RUN = 1.0  #: of each further repeated run
_LOG_ODDS_PER_LOG_RUN_RECORDING = 0.7
_FULL_RUN_SHARE = 0.25  #: of a quote's runs, at which the weight is as above
_MAX_RUN_FACTOR = 1.1  #: of the weight where nearly all of a quote repeats
# Two recordings that share a run may read the same advert, play one clip, or repeat a phrase. Of 55
# quotes with such a run a third are adverts, and of 13 of those that also have a seller's words 11.
_PAIR_LOG_ODDS = 3.2
_MAX_LOG_ODDS = 9.0  #: no rule is surer than one in some thousands


_SENTENCE_END = r"[.!?…][\"”]?\s+"


class AdvertRule(msgspec.Struct, frozen=True, dict=True):
    """One wording of ``data/adverts.yaml``, whose header describes the fields."""

    kind: Literal["advert", "call", "opening", "closing", "disclaimer"]
    cues: frozenset[str]
    weight: float
    why: str
    pattern: str | dict[str, str]
    unless: str = ""
    begins_sentence: bool = False

    def __post_init__(self) -> None:
        try:
            re.compile(self.unless)
            is_empty = not self.alternatives
        except re.error as error:
            raise ValueError(f"{error.pattern!r}: {error}") from error
        if is_empty:
            raise ValueError("a rule has at least one pattern")

    @cached_property
    def alternatives(self) -> tuple[tuple[frozenset[str], Callable[[str], object]], ...]:
        """Searches for the patterns, each with the words of which a text must hold one, if any."""
        patterns = self.pattern if isinstance(self.pattern, dict) else {"": self.pattern}
        return tuple(
            (frozenset(words.split()), search)
            for words, pattern in patterns.items()
            for search in self._compile(pattern)
        )

    def _compile(self, pattern: str) -> Iterator[Callable[[str], object]]:
        if self.begins_sentence:
            # One pattern for both would be tried at every character.
            yield re.compile(pattern).match
            yield re.compile(f"{_SENTENCE_END}(?:{pattern})").search
        else:
            yield re.compile(pattern).search

    def matches(self, folded: str) -> bool:
        """Return whether a text in lower case meets the rule, whatever its words."""
        return any(search(folded) for _, search in self.alternatives) and self.admits(folded)

    def admits(self, folded: str) -> bool:
        """Return whether nothing in a text in lower case excludes the rule."""
        return not (self.unless and re.search(self.unless, folded))


class AdvertRules(msgspec.Struct, frozen=True):
    """The rules of ``data/adverts.yaml``."""

    stated: AdvertRule  #: for the reason that the language model gives for a quote
    described: dict[str, AdvertRule]  #: for its description of a company
    introduced: AdvertRule  #: for what is said right before a sponsor's name
    rules: dict[str, AdvertRule]  #: for texts


@cache
def load_advert_rules() -> AdvertRules:
    """Load the rules of ``data/adverts.yaml``.

    Raises:
        DataError: the file does not have the shape that its header describes.
    """
    return load_yaml(data_path("data", "adverts.yaml"), AdvertRules)


class _PatternIndex(NamedTuple):
    """The patterns of rules, by name of the rule, and where the words of a text lead to them."""

    patterns: list[tuple[AdvertRule, Callable[[str], object]]]
    numbers: dict[str, list[int]]  #: of the patterns that a text with a word is searched for


@cache
def _index_patterns(kind: str) -> _PatternIndex:
    """Index the patterns of the rules of one kind or of all."""
    index = _PatternIndex([], {})
    for _, rule in sorted(load_advert_rules().rules.items()):
        for needed, search in rule.alternatives if kind in ("", rule.kind) else ():
            for word in needed or rule.cues:
                index.numbers.setdefault(word, []).append(len(index.patterns))
            index.patterns.append((rule, search))
    return index


@cache
def load_cue_words() -> frozenset[str]:
    """Return the words that decide which rules, and which patterns of a rule, are tried."""
    rules = load_advert_rules().rules.values()
    return frozenset(_index_patterns("").numbers).union(*(rule.cues for rule in rules))


def description_reasons(text: str) -> tuple[Reason, ...]:
    """Return why a language model's description of a company makes it an advert's, if it does.

    >>> [str(reason) for reason in description_reasons("Sponsor of the podcast.")]
    ['described: the extractor calls it a sponsor (+8.50)']
    """
    folded = _fold(text)
    for rule in load_advert_rules().described.values():
        if _matches_description(rule, folded):
            return (Reason("described", rule.why, rule.weight),)
    return ()


def describes_sponsor(text: str) -> bool:
    """Return whether a description of a company says that it pays for the show.

    >>> [describes_sponsor(f"Sponsor of the {name}.") for name in ("podcast", "largest fund")]
    [True, False]
    """
    return _matches_description(load_advert_rules().described["called_sponsor"], _fold(text))


def calls_sponsor(row: Row) -> bool:
    """Return whether a row says that what it names pays for the show.

    The language model describes a sponsor; a transcript introduces it.

    >>> text = "All is well. Today's show is brought to you by Acme, the maker of widgets."
    >>> calls_sponsor(Row("companies", 0, {"name": "Acme", "context": text, "position": 7}))
    True
    """
    text, name, rule = row.text("context"), row.text("name"), load_advert_rules().introduced
    if row.extractor != "regex":
        return describes_sponsor(text)
    if not any(cue in text for cue in rule.cues):
        return False
    return any(rule.matches(_fold(text[:start])) for start in find_whole_word(name, text))


def wording_weight(cues: Set[str], text: str, row: Row) -> float:
    """Return the log-odds, 0 or more, that the :func:`wording_reasons` of a quote add."""
    return min(_MAX_LOG_ODDS, total_weight(wording_reasons(cues, text, row)))


def total_weight(reasons: Iterable[Reason]) -> float:
    return sum(reason.weight for reason in reasons)


def wording_reasons(cues: Set[str], text: str, row: Row) -> list[Reason]:
    """Return what in a quote's wording, or in the extractor's reason for it, makes it an advert.

    Of the quote's folded words, ``cues`` has at least those that are :func:`load_cue_words`.
    """
    reasons = match_rules(cues, text)
    stated, rule = row.values.get("impact_reason"), load_advert_rules().stated
    has_cue = isinstance(stated, str) and any(map(stated.__contains__, rule.cues))
    if has_cue and rule.matches(_fold(str(stated))):
        reasons.append(Reason("stated", rule.why, rule.weight))
    return reasons


def match_rules(cues: Set[str], text: str, kind: str = "") -> list[Reason]:
    """Return the reasons of the rules that a text meets, of one kind or of all.

    Only ``advert`` sells something; openings and calls to subscribe do not.
    """
    index = _index_patterns(kind)
    numbers = {number for word in cues if word in index.numbers for number in index.numbers[word]}
    folded = _fold(text)
    reasons: list[Reason] = []
    last = None
    for number in sorted(numbers):
        rule, search = index.patterns[number]
        is_tried = rule is not last and not rule.cues.isdisjoint(cues)
        if is_tried and search(folded) and rule.admits(folded):
            reasons.append(Reason("wording", rule.why, rule.weight))
            last = rule
    return reasons


def advert_probability(
    shingles: Sequence[int],
    recordings_by_shingle: Mapping[int, int],
    other_log_odds: float = 0.0,
    runs: Sequence[int] = (),
    recordings_by_run: Mapping[int, int] = MappingProxyType({}),
) -> tuple[float, Reason | None]:
    """Return the probability that a text is an advert or boilerplate, and how it repeats.

    Of shingles and runs, which count the same words, the stronger evidence counts.
    """
    repetition = max(
        _weigh_shingles(shingles, recordings_by_shingle),
        _weigh_runs(runs, recordings_by_run),
    )
    weight = min(repetition.weight, _MAX_REPETITION_LOG_ODDS)
    if not weight and not other_log_odds:
        return PRIOR_PROBABILITY, None
    log_odds = max(-_MAX_LOG_ODDS, min(_MAX_LOG_ODDS, PRIOR_LOG_ODDS + weight + other_log_odds))
    probability = round(1 / (1 + exp(-log_odds)), 3)
    if not weight:
        return probability, None
    count = repetition.recordings
    least = f"at least {count}" if count > MAX_EXACT_COUNT else str(count)
    words = f"{repetition.share:.0%} of its wording stands in {least} recordings"
    return probability, Reason("repetition", words, round(weight, 2))


class _Repetition(NamedTuple):
    """How much a text repeats."""

    weight: float = 0.0  #: log-odds, 0 or more
    share: float = 0.0  #: of its shingles or runs
    recordings: int = 0  #: median of those that have one


def _weigh_shingles(hashes: Sequence[int], recordings_by_hash: Mapping[int, int]) -> _Repetition:
    counts = sorted(recordings_by_hash[n] for n in hashes if n in recordings_by_hash)
    if not counts:
        return _Repetition()
    share, recordings = len(counts) / len(hashes), counts[len(counts) // 2]
    weight = _LOG_ODDS_PER_SHINGLE * len(counts) + _LOG_ODDS_PER_LOG_RECORDING * log(recordings)
    return _Repetition(max(0.0, weight * share - 1.0), share, recordings)


def _weigh_runs(hashes: Sequence[int], recordings_by_hash: Mapping[int, int]) -> _Repetition:
    found = sorted(recordings_by_hash[n] for n in hashes if n in recordings_by_hash)
    if not found:
        return _Repetition()
    counts = [count for count in found if count >= MIN_REPEAT_RECORDINGS]
    if not counts:
        share = len(found) / len(hashes)
        return _Repetition(_PAIR_LOG_ODDS * min(1.0, sqrt(share / _FULL_RUN_SHARE)), share, 2)
    share, recordings = len(counts) / len(hashes), counts[len(counts) // 2]
    weight = _FIRST_RUN_LOG_ODDS + _LOG_ODDS_PER_RUN * (len(counts) - 1)
    weight += _LOG_ODDS_PER_LOG_RUN_RECORDING * log(recordings)
    factor = min(_MAX_RUN_FACTOR, sqrt(share / _FULL_RUN_SHARE))
    return _Repetition(weight * factor, share, recordings)


def _fold(text: str) -> str:
    return text.lower().replace("’", "'")


def _matches_description(rule: AdvertRule, folded: str) -> bool:
    return any(cue in folded for cue in rule.cues) and rule.matches(folded)
