"""Break the confidence of a decision down into steps of log-odds that add up to it.

The confidence is a logistic regression over features of the whole decision
(:mod:`kgraph.resolve.mentions.ranking`), so its log-odds are a sum. One of the features is the
log-odds of the likeliest type, which is the decided one unless the lexicon's entry prevails. They
are a sum themselves: of what the name and the features of the row weigh for it against the next
likely type, of the other types, and of cues. The picture is known as a waterfall: SHAP (Lundberg
and Lee 2017) and Splink draw it of their models.

Invariants:
    * the steps of a breakdown add up to the log-odds of the decision's confidence;
    * a step is computed from weights and probabilities, and none is what the others leave, but for
      bounds and for listed names, whose confidence is no sum of log-odds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from kgraph.base.entity_types import ENTITY_TYPES, TRAINED_TYPES
from kgraph.base.model import REJECTED, Decision, Reason
from kgraph.resolve.mentions import explain, ranking
from kgraph.resolve.mentions.candidates_in_context import is_absent_namesake
from kgraph.resolve.mentions.classifier import MENTION_CLASSES
from kgraph.resolve.mentions.explain import TYPE_PHRASES, explain_candidate, load_phrases
from kgraph.resolve.mentions.weigh import WeighedRow

ALWAYS_FEATURE = "always"  #: the feature that every row has: the prior of its types

MAX_FEATURE_STEPS = 5  #: features with a step of their own, the heaviest; the others are added up
MIN_STEP_LOG_ODDS = 0.005  #: a lighter feature is among those that are added up
ROUNDING_LOG_ODDS = 1e-9  #: two equal sums may differ by less


def break_down_confidence(weighing: WeighedRow, decision: Decision) -> tuple[Reason, ...]:
    """Return the steps of a confidence, from the prior on, each with its weight in log-odds.

    Args:
        decision: the one that the weighing led to, before judgements.
    """
    type_steps = tuple(_type_steps(weighing, decision.type))
    if weighing.type == REJECTED:
        scale = weighing.row.knowledge.model.decision.get("noise:odds", 0.0)
        start = _step("noise", weighing, _weigh_marks(weighing, ("noise",)))
        return (start, *_scale(type_steps, scale))
    if weighing.is_listed:
        return (*type_steps, *_listed_steps(weighing, decision.confidence))
    scale = weighing.row.knowledge.model.decision.get("named:odds", 0.0)
    steps = (*_label_steps(weighing), *_scale(type_steps, scale))
    return (*steps, *_namesake_steps(weighing, steps, decision.confidence))


def log_odds(probability: float) -> float:
    """Return the log-odds of a probability between 0 and 1, without bounds.

    >>> log_odds(0.5), round(log_odds(0.9), 3)
    (0.0, 2.197)
    """
    return math.log(probability / (1 - probability))


def _scale(steps: Iterable[Reason], scale: float) -> Iterator[Reason]:
    for step in steps:
        yield Reason(step.part, step.words, scale * step.weight)


def _step(name: str, weighing: WeighedRow, weight: float, **values: str) -> Reason:
    first, second = explain.top_two_classes(weighing.probabilities)
    kinds = {
        "kind": TYPE_PHRASES[MENTION_CLASSES[first]],
        "rival": TYPE_PHRASES[MENTION_CLASSES[second]],
    }
    return Reason(name, load_phrases().steps[name].format(**kinds, **values), weight)


# -- the type -------------------------------------------------------------------


def _type_steps(weighing: WeighedRow, decided: str) -> Iterator[Reason]:
    """Yield the steps of the log-odds of the likeliest type.

    Args:
        decided: the type of the decision, which is another one where the lexicon's entry prevails.
    """
    first, second = explain.top_two_classes(weighing.probabilities)
    type_, rival = MENTION_CLASSES[first], MENTION_CLASSES[second]
    totals: dict[str, float] = {}
    for name, weights in weighing.weighed:
        totals[name] = totals.get(name, 0.0) + weights[first] - weights[second]
    prior = totals.pop(ALWAYS_FEATURE, 0.0)
    comparison = explain.compare_types(type_, rival, prior)
    if TRAINED_TYPES.get(decided, decided) == type_:
        yield _step("prior", weighing, prior, comparison=comparison)
    else:
        kinds = {"type": ENTITY_TYPES[decided].phrase, "comparison": comparison}
        yield Reason("prior", _step("overruled", weighing, prior, **kinds).words, prior)
    if weighing.is_listed:
        shift, words = weighing.listed_prior
        yield Reason("listed", words, shift[first] - shift[second])
    scores = weighing.row.form.name_scores
    name_weight = scores[first] - scores[second]
    yield Reason("name", explain.explain_name(type_, rival, name_weight).words, name_weight)
    ranked = sorted(totals.items(), key=lambda item: (-abs(item[1]), item[0]))
    heavy = [item for item in ranked if abs(item[1]) >= MIN_STEP_LOG_ODDS][:MAX_FEATURE_STEPS]
    for name, weight in heavy:
        yield explain.explain_feature(name, weight, type_, rival)
    if light := [weight for _, weight in ranked[len(heavy) :]]:
        yield _step("lighter", weighing, math.fsum(light))
    yield from _probability_steps(weighing, first, second)


def _probability_steps(weighing: WeighedRow, first: int, second: int) -> Iterator[Reason]:
    """Yield what turns the lead over one type into log-odds against all others."""
    before, after = weighing.by_features, weighing.probabilities
    if after is not before:
        change = _log_ratio(after, first, second) - _log_ratio(before, first, second)
        yield _step("cues", weighing, change)
    others = math.fsum(p for number, p in enumerate(after) if number != first)
    odds = math.log(after[first]) - math.log(others)
    yield _step("rivals", weighing, odds - _log_ratio(after, first, second))
    bounded = ranking.bounded_log_odds(after[first])
    if not weighing.is_listed and abs(bounded - odds) > ROUNDING_LOG_ODDS:
        bound = f"{1 - ranking.MIN_PROBABILITY:.1%}".replace("%", " %")
        yield _step("bound", weighing, bounded - odds, bound=bound)


def _log_ratio(probabilities: Iterable[float], first: int, second: int) -> float:
    values = list(probabilities)
    return math.log(values[first]) - math.log(values[second])


# -- the label --------------------------------------------------------------------


def _label_steps(weighing: WeighedRow) -> Iterator[Reason]:
    """Yield the steps of an accepted decision besides the log-odds of its type."""
    top, share = weighing.ranked[0]
    source, row = top.candidate.source, weighing.row
    extractor = row.mention.extractor
    yield _step("named", weighing, _weigh_marks(weighing, ("named",)))
    yield _step("type", weighing, _weigh_marks(weighing, (f"type:{weighing.type}",)))
    found = (
        *(f"source:{source}", f"source:{source}:{extractor}"),
        f"entry:{top.candidate.entry is not None}:{extractor}",
    )
    words = explain_candidate(row.profile, top).words
    author = load_phrases().authors[extractor]
    yield _step("found", weighing, _weigh_marks(weighing, found), source=words, author=author)
    if row.form.is_unambiguous:
        yield _step("sure", weighing, _weigh_marks(weighing, ("sure",)))
    weight = _weigh_marks(weighing, ("named:share",))
    if len(weighing.ranked) == 1:
        yield _step("alone", weighing, weight)
    else:
        yield _step("candidates", weighing, weight, share=_format_percent(share))
    spread = _describe_spread(row.knowledge.frequencies.get(row.profile.key, 1))
    weight = _weigh_marks(weighing, ("named:spread", "sure:spread"))
    yield _step("spread", weighing, weight, spread=spread)


def _namesake_steps(
    weighing: WeighedRow, steps: Iterable[Reason], confidence: float
) -> Iterator[Reason]:
    """Yield what the bound on a shared given name takes from the sum of the other steps."""
    if is_absent_namesake(weighing.ranked[0][0].candidate, weighing.row):
        change = log_odds(confidence) - math.fsum(step.weight for step in steps)
        if change < -ROUNDING_LOG_ODDS:
            yield _step("namesake", weighing, change, cap=f"{confidence:.0%}".replace("%", " %"))


def _weigh_marks(weighing: WeighedRow, names: tuple[str, ...]) -> float:
    """Return what some features of the whole decision add to its log-odds."""
    top, share = weighing.ranked[0] if weighing.ranked else (None, 0.0)
    marks = ranking.decision_features(
        weighing.type, weighing.probabilities, weighing.row, top, share
    )
    weights = weighing.row.knowledge.model.decision
    return math.fsum(weights.get(name, 0.0) * marks[name] for name in names if name in marks)


def _describe_spread(digits: int) -> str:
    """Describe the number of episodes that have a name, by its binary digits.

    >>> _describe_spread(1), _describe_spread(4)
    ('the name is in one episode, or only the transcript pass wrote it', 'the name is in 8 to 15 \
episodes')
    """
    if digits <= 1:
        return "the name is in one episode, or only the transcript pass wrote it"
    low = 1 << (digits - 1)
    if low >= 1 << 8:
        return f"the name is in {low} episodes or more"
    return f"the name is in {low} to {2 * low - 1} episodes"


def _format_percent(share: float) -> str:
    """Format a probability in percent; only 1 is shown as 100 %.

    >>> _format_percent(0.5), _format_percent(0.99999)
    ('50.0 %', '>99.9 %')
    """
    return ">99.9 %" if 0.9995 <= share < 1 else f"{share:.1%}".replace("%", " %")


# -- listed names -------------------------------------------------------------------


def _listed_steps(weighing: WeighedRow, confidence: float) -> Iterator[Reason]:
    """Yield what turns the probability of a listed name's type into its confidence."""
    probability, share = max(weighing.probabilities), weighing.ranked[0][1]
    others = math.fsum(weighing.probabilities) - probability
    odds = math.log(probability) - math.log(others)
    product = probability * share
    if len(weighing.ranked) > 1:
        words = _format_percent(share)
        yield _step("candidates", weighing, log_odds(product) - odds, share=words)
        odds = log_odds(product)
    if (change := log_odds(confidence) - odds) < -ROUNDING_LOG_ODDS:
        yield _step("cap", weighing, change, cap=f"{confidence:.0%}".replace("%", " %"))
