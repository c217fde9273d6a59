import pytest

from kgraph.resolve.shows.evidence import ShowEvidence
from kgraph.resolve.shows.match_names import score_claims


def match(*claims, expected=(), unknown_factor=0.8):
    evidence = ShowEvidence((), tuple((kind, name, 1) for kind, name in claims))
    return {
        (kind, label) for kind, _, label, _ in score_claims(evidence, {}, expected, unknown_factor)
    }


def test_a_known_show_is_found_by_any_of_its_names():
    assert match(("spoken", "The All-In Podcast")) == {("spoken", "All-In Podcast")}
    assert match(("spoken", "All-In Podcast with friends")) == {("spoken", "All-In Podcast")}


def test_an_unknown_name_is_matched_with_the_episodes_other_claims():
    claims = (("source", "Marginal Gears"), ("spoken", "Marginel Geers"), ("itself", "The Gears"))
    assert match(*claims) == {
        ("source", "Marginal Gears"),
        ("spoken", "Marginal Gears"),
        ("itself", "Marginal Gears"),
    }
    assert match(("spoken", "Marginel Geers"), expected=["Marginal Gears"]) == {
        ("spoken", "Marginal Gears")
    }


@pytest.mark.parametrize("name", ["AI", "The Podcast", "Crypto", "2025", "Tech News"])
def test_words_that_any_show_is_called_by_are_no_name(name):
    assert match(("spoken", name)) == set()


@pytest.mark.parametrize("kind", ["named", "host", "slug"])
def test_some_claims_count_only_for_known_shows(kind):
    assert match((kind, "Marginal Gears")) == set()


def test_a_strange_name_counts_less():
    evidence = ShowEvidence((), (("spoken", "Marginal Gears", 1),))
    weights = [w for s in (0.8, 0.3) for *_, w in score_claims(evidence, {}, (), s)]
    assert weights == [pytest.approx(1.76), pytest.approx(0.66)]
