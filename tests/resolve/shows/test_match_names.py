import pytest

from kgraph.resolve.shows.evidence import ShowEvidence
from kgraph.resolve.shows.known_shows import load_show_registry
from kgraph.resolve.shows.match_names import ShowNames, score_claims

NAMES = ShowNames({}, load_show_registry())


def match(*claims, expected=(), unknown_factor=0.8):
    evidence = ShowEvidence((), tuple((kind, name, 1) for kind, name in claims))
    scored = score_claims(evidence, NAMES, expected, unknown_factor)
    return {(claim.kind, claim.show.label) for claim in scored}


def test_a_known_show_is_found_by_any_of_its_names():
    assert match(("spoken", "The All-In Podcast")) == {("spoken", "All-In Podcast")}
    assert match(("spoken", "All-In Podcast with friends")) == {("spoken", "All-In Podcast")}


@pytest.mark.parametrize(
    "name",
    [
        "All-In with Ann Lee, Bob & Eve",
        "All-In: the weekly talk",
        "All-In (audio)",
        "All-In – live",
    ],
)
def test_a_longer_name_is_the_known_show_that_its_beginning_names_in_full(name):
    assert match(("source", name), ("title", "All-In")) == {
        ("source", "All-In Podcast"),
        ("title", "All-In Podcast"),
    }


@pytest.mark.parametrize("name", ["All-In Poker Nights", "All-In with friends", "Empire: tea"])
def test_a_longer_name_is_its_own_where_its_beginning_may_be_another(name):
    assert match(("source", name)) == {("source", name)}


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
    weights = [c.log_odds for s in (0.8, 0.3) for c in score_claims(evidence, NAMES, (), s)]
    assert weights == [pytest.approx(1.76), pytest.approx(0.66)]
