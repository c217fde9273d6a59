import pytest

from kgraph.base.model import Row
from kgraph.resolve.quotes.fingerprints import tokenize_quote
from kgraph.resolve.quotes.relevance import (
    RAW_RELEVANCE_STEPS,
    calibrate_relevance,
    score_raw_relevance,
)

CLAIM = (
    "The Widget Company will need 40 billion dollars because each new plant costs more than "
    "the whole industry earned in its first decade."
)


def score(text, **values):
    row = Row("quotes", 0, {"relevance_score": 9, "impact_reason": "x", **values})
    words = tokenize_quote(text)
    return calibrate_relevance(score_raw_relevance(words, frozenset(words), text, row))


def heuristic(text, points=3):
    row = Row("quotes", 0, {"relevance_score": points, "topics": [], "length": len(text)})
    words = tokenize_quote(text)
    return calibrate_relevance(score_raw_relevance(words, frozenset(words), text, row))


def test_the_same_stated_score_is_spread_by_the_text():
    assert (
        score("And that's why.") < score("They said it was a good plan, and it was.") < score(CLAIM)
    )


def test_the_stated_score_counts():
    scores = [score(CLAIM, relevance_score=n) for n in range(1, 11)]
    assert scores == sorted(scores) and scores[9] > scores[6]


def test_a_sentence_of_the_heuristic_starts_lower_and_a_fine_one_passes_a_poor_one():
    assert heuristic(CLAIM) < score(CLAIM)
    assert heuristic(CLAIM, 8) > score("So yeah, you know, it's just kind of like that thing.")


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        (f"{CLAIM[4].lower()}{CLAIM[5:]}", CLAIM),
        (f"But {CLAIM[0].lower()}{CLAIM[1:]}", CLAIM),
        (CLAIM.replace("40 billion dollars", "a lot of money"), CLAIM),
        (CLAIM.replace(" because", ", um, like, you know, because"), CLAIM),
        (f"{CLAIM[:-1]}?", CLAIM),
        (f"{CLAIM[:-1]} and —", f"{CLAIM[:-1]} and more."),
        (f"{CLAIM[:-1]}, so...", f"{CLAIM[:-1]}, so there."),
        (f"Similarly, {CLAIM}", CLAIM),
        (f"Why {CLAIM}", f"Where {CLAIM}"),
        (CLAIM.replace("because", "right? Because, you know,"), CLAIM),
        ("Right? You know, " + CLAIM, "We know that right now, " + CLAIM),
    ],
)
def test_relevance_is_lowered(worse, better):
    assert score(worse) < score(better)


def test_it_rises_over_the_whole_scale_from_0_to_1():
    values = [calibrate_relevance(raw) for raw in range(RAW_RELEVANCE_STEPS + 1)]
    assert values == sorted(values) and (values[0], values[-1]) == (0.0, 1.0)


@pytest.mark.parametrize("points", [None, float("nan"), "nine", True, 1e9])
def test_odd_scores_and_empty_texts_do_no_harm(points):
    assert 0 <= score("", relevance_score=points) <= 1
    assert 0 <= score(CLAIM, relevance_score=points, topics=[]) <= 1


def test_a_longer_quote_of_the_same_substance_is_no_better():
    more = (
        f"{CLAIM} They said so on a day in the week when it was late and dark in all of the town."
    )
    assert score(more) < score(CLAIM)
    both = f"{CLAIM} {CLAIM.replace('Widget', 'Gadget').replace('40', '50')}"
    assert score(both) <= score(CLAIM)
