"""Which quotes are adverts, or what a show says about itself.

Takes quotes with their words and what the corpus repeats; gives a probability with its
reasons. Wording speaks (``data/adverts.yaml``: promo codes, sponsors, "link in the
description", openings and closings), and who is named (:mod:`kgraph.resolve.quotes.sponsors`), and
repetition. People do not say the same sentence in three episodes; adverts and intros are read
out again and again, with small changes. So repetition is counted over shingles
(:mod:`kgraph.resolve.quotes.fingerprints`), not over whole texts.

Invariant: every bit of the log-odds is one :class:`~kgraph.base.model.Reason`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from math import exp, log
from typing import Literal

import msgspec
import yaml

from kgraph.base.errors import DataError
from kgraph.base.model import Reason, Row
from kgraph.base.vocabulary import data_path

ADVERT_THRESHOLD = 0.5
"""Probability from which a quote counts as an advert."""

PRIOR_LOG_ODDS = -4.6
"""Log-odds of an advert before any evidence: one quote in a hundred."""
_LOG_ODDS_PER_SHINGLE = 2.25
_LOG_ODDS_PER_LOG_RECORDING = 1.2
"""Log-odds of each repeated shingle, and of the logarithm of how many recordings have it."""
_MAX_REPETITION_LOG_ODDS = 8.0
_MAX_LOG_ODDS = 9.0
"""Log-odds are held within this: no rule is surer than one in some thousands."""


class AdvertRule(msgspec.Struct, frozen=True):
    """One wording of ``data/adverts.yaml``."""

    kind: Literal["advert", "call", "opening", "closing", "disclaimer"]
    cues: tuple[str, ...]
    weight: float
    why: str
    pattern: str
    unless: str = ""


class AdvertRules(msgspec.Struct, frozen=True):
    """``data/adverts.yaml``: of texts, and of what the language model says of a quote
    (``stated``) and of a company (``described``)."""

    stated: AdvertRule
    described: dict[str, AdvertRule]
    rules: dict[str, AdvertRule]


PRIOR_PROBABILITY = round(1 / (1 + exp(-PRIOR_LOG_ODDS)), 3)
"""Probability for a quote that nothing speaks for."""


@cache
def load_advert_rules() -> AdvertRules:
    """The wordings that travel with the program.

    Raises:
        DataError: the file does not have the shape that its header describes.
    """
    path = data_path("data", "adverts.yaml")
    try:
        loaded = msgspec.convert(yaml.safe_load(path.read_text("utf-8")), AdvertRules)
        _compile_patterns(loaded)
    except (yaml.YAMLError, msgspec.ValidationError, re.error) as error:
        raise DataError(f"{path}: {error}: see the header of that file") from error
    return loaded


def load_cue_words() -> frozenset[str]:
    """The words without which no wording is looked for."""
    return frozenset(_index_cues()[0])


def description_reasons(text: str) -> tuple[Reason, ...]:
    """What a language model's description of a company says of its being a sponsor, or one of
    the names that a show says of itself.

    >>> [str(reason) for reason in description_reasons("Sponsor of the podcast, a maker of widgets.")]
    ['described: the extractor calls it a sponsor (+8.50)']
    """
    low = _fold(text)
    for name, rule in load_advert_rules().described.items():
        if _matches_description(name, low):
            return (Reason("described", rule.why, rule.weight),)
    return ()


def describes_sponsor(text: str) -> bool:
    """Does a language model's description of a company say that it pays for the show?

    >>> describes_sponsor("Sponsor of the podcast."), describes_sponsor("Sponsor of the largest fund.")
    (True, False)
    """
    return _matches_description("called_sponsor", _fold(text))


def wording_weight(marks: frozenset[str], text: str, row: Row) -> float:
    """Log-odds, 0 or more, that the :func:`wording_reasons` of a quote adds."""
    reasons = wording_reasons(marks, text, row)
    return min(_MAX_LOG_ODDS, total_weight(reasons)) if reasons else 0.0


def total_weight(reasons: Iterable[Reason]) -> float:
    """The log-odds of all of them."""
    return sum(reason.weight for reason in reasons)


def wording_reasons(marks: frozenset[str], text: str, row: Row) -> list[Reason]:
    """What in the wording of a quote, or in what the extractor says of it, speaks.

    Args:
        marks: the quote's words, folded, or those of them that are :func:`load_cue_words`.
        row: the quote's row, for its topic and the reason that is given for it.
    """
    by_cue, parts = _index_cues()
    reasons: list[Reason] = []
    if not by_cue.keys().isdisjoint(marks):
        reasons.extend(
            _match_rules(text, {name for mark in marks for name in by_cue.get(mark, ())})
        )
    stated = row.values.get("impact_reason")
    if isinstance(stated, str):
        for part in parts:
            if part in stated:
                return [*reasons, *_match_stated(stated)]
    return reasons


def sales_reasons(marks: frozenset[str], text: str) -> list[Reason]:
    """What in the wording of a text speaks for its selling something, not for an opening or
    a call to subscribe.

    Args:
        marks: its words, folded, or those of them that are :func:`load_cue_words`.
    """
    by_cue, _ = _index_cues()
    if by_cue.keys().isdisjoint(marks):
        return []
    names = {name for mark in marks for name in by_cue.get(mark, ())}
    rules = load_advert_rules().rules
    return list(_match_rules(text, [name for name in names if rules[name].kind == "advert"]))


def advert_probability(
    runs: Sequence[int], repeats: Mapping[int, int], beside: float = 0.0
) -> tuple[float, float]:
    """(probability that a text is an advert or boilerplate, log-odds from repetition).

    Args:
        runs: its shingles.
        repeats: shingle -> in how many recordings it stands, of those in several.
        beside: log-odds that all else adds, such as :func:`wording_weight`.
    """
    repetition = _repetition_weight(runs, repeats)
    if not repetition and not beside:
        return PRIOR_PROBABILITY, 0.0
    score = max(-_MAX_LOG_ODDS, min(_MAX_LOG_ODDS, PRIOR_LOG_ODDS + repetition + beside))
    return round(1 / (1 + exp(-score)), 3), repetition


def repetition_reason(runs: Sequence[int], repeats: Mapping[int, int], weight: float) -> Reason:
    """What repetition says of a quote, in words."""
    found = sorted(repeats[number] for number in runs if number in repeats)
    share, recordings = len(found) / len(runs), found[len(found) // 2]
    words = f"{share:.0%} of its wording stands in {recordings} recordings"
    return Reason("repetition", words, round(weight, 2))


def _repetition_weight(runs: Sequence[int], repeats: Mapping[int, int]) -> float:
    """How far the quote's words stand in other recordings too, in log-odds."""
    if repeats.keys().isdisjoint(runs):
        return 0.0
    found = sorted(repeats[number] for number in runs if number in repeats)
    share, recordings = len(found) / len(runs), found[len(found) // 2]
    weight = (
        _LOG_ODDS_PER_SHINGLE * len(found) + _LOG_ODDS_PER_LOG_RECORDING * log(recordings)
    ) * share - 1.0
    return max(0.0, min(weight, _MAX_REPETITION_LOG_ODDS))


def _compile_patterns(
    known: AdvertRules,
) -> dict[str, tuple[re.Pattern[str], re.Pattern[str] | None]]:
    """Name of a rule -> its pattern, and the one with which that counts for nothing."""
    rules = {**known.rules, **known.described, "stated": known.stated}
    return {
        name: (re.compile(rule.pattern), re.compile(rule.unless) if rule.unless else None)
        for name, rule in rules.items()
    }


@cache
def _patterns() -> dict[str, tuple[re.Pattern[str], re.Pattern[str] | None]]:
    return _compile_patterns(load_advert_rules())


def _matches_rule(name: str, low: str) -> bool:
    """Does a rule hold for a folded text?"""
    pattern, unless = _patterns()[name]
    return bool(pattern.search(low)) and not (unless and unless.search(low))


@cache
def _index_cues() -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Cue -> names of the rules that it calls for; and the parts of words that are stated."""
    by_cue: dict[str, tuple[str, ...]] = {}
    for name, rule in load_advert_rules().rules.items():
        for cue in rule.cues:
            by_cue[cue] = (*by_cue.get(cue, ()), name)
    return by_cue, load_advert_rules().stated.cues


def _fold(text: str) -> str:
    """A text as rules are tried on it."""
    return text.lower().replace("’", "'")


def _matches_description(name: str, low: str) -> bool:
    return any(part in low for part in load_advert_rules().described[name].cues) and _matches_rule(
        name, low
    )


def _match_rules(text: str, names: Iterable[str]) -> Iterable[Reason]:
    low = _fold(text)
    for name in sorted(names):
        if _matches_rule(name, low):
            rule = load_advert_rules().rules[name]
            yield Reason("wording", rule.why, rule.weight)


def _match_stated(text: str) -> Iterable[Reason]:
    if _matches_rule("stated", _fold(text)):
        rule = load_advert_rules().stated
        yield Reason("stated", rule.why, rule.weight)
