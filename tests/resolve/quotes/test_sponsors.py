import pytest

from kgraph.base.model import Episode, Row
from kgraph.resolve.name_counts import count_names, merge_statistics
from kgraph.resolve.quotes.advert_rules import (
    ADVERT_THRESHOLD,
    advert_probability,
    describes_sponsor,
)
from kgraph.resolve.quotes.sponsors import (
    MAX_SPONSORS,
    SponsorCounts,
    count_sponsors,
    find_sponsors,
    sponsor_reason,
)
from kgraph.resolve.word_lists import Vocabulary

PAYS = "Sponsor of the podcast, a maker of widgets."
TALK = "A maker of widgets whose founder is a guest."
WORDS = Vocabulary(frozenset({"circle"}), frozenset({"jane"}))


def told(name, text=PAYS):
    return Row("companies", 0, {"name": name, "context": text, "source": "llm_enhanced"})


def heard(name):
    context = f"sponsor of the show is {name} and"
    return Row("companies", 1, {"name": name, "context": context, "position": 7})


def episode(*rows):
    return Episode("a.md", "", {}, {"companies": rows}, {})


def listings(*episodes):
    return count_sponsors(merge_statistics(map(count_names, episodes)), WORDS)


def reason(text, *rows, **counts):
    """What a text says in an episode of those rows; names count as they do there, or as told."""
    one = episode(*rows)
    told = {name: SponsorCounts(*numbers) for name, numbers in counts.items()}
    return sponsor_reason(text, find_sponsors([one], listings(one) | told))


def chance(found):
    return advert_probability((), {}, found.weight)[0] if found else 0.0


def test_listings_count_rows_of_the_language_model_under_one_key():
    found = listings(
        episode(told("Acme"), heard("Acme")),
        episode(told("ACME", TALK)),
        episode(told("Bolt", TALK)),
        episode(told("Bolt", "Partner of the podcast.")),
        episode(told("Jane")),
    )
    assert found == {"acme": SponsorCounts(1, 2), "jane": SponsorCounts(1, 1, is_word=True)}


@pytest.mark.parametrize(
    ("sponsors", "rows", "share", "words"),
    [
        (1, 1, 2 / 3, "names Acme, called a sponsor here"),
        (1, 2, 0.4, "names Acme, called a sponsor here and in 0 of 1 other rows"),
        (8, 10, 8 / 10.5, "names Acme, called a sponsor here and in 7 of 9 other rows"),
    ],
)
def test_a_quote_with_the_name_is_an_advert_as_often_as_other_rows_call_it_a_sponsor(
    sponsors, rows, share, words
):
    found = reason("Nothing holds like Acme.", told("Acme"), acme=(sponsors, rows))
    assert chance(found) == pytest.approx(share, abs=0.002)
    assert found.words == words


def test_who_pays_for_a_few_of_very_many_is_spoken_of():
    assert chance(reason("They sell to Acme.", told("Acme"), acme=(12, 260))) < 0.1
    assert reason("They sell to Acme.", told("Acme"), acme=(1, 400)) is None


def test_a_sponsor_is_looked_for_as_a_whole_word_written_as_it_is_listed():
    for text in ("They run an acme.", "They like Acmes.", "A fair point."):
        assert reason(text, told("Acme")) is None
    assert chance(reason("I use Acme's app.", told("Acme"))) > ADVERT_THRESHOLD
    assert chance(reason("I buy  Levi’s\nJeans here.", told("Levi's Jeans"))) > ADVERT_THRESHOLD


@pytest.mark.parametrize(
    "text",
    [
        "Circle is round.",
        "“Circle” is round.",
        "It was late. Circle the wagons!",
        *(f"So{stop} Circle it." for stop in "?!:;…—–-"),
        *(f"So. {mark}Circle it." for mark in "\"“‘'([«"),
    ],
)
def test_a_word_that_begins_a_sentence_is_no_name(text):
    assert reason(text, told("Circle")) is None


def test_a_word_within_a_sentence_is_a_name_where_it_has_a_capital():
    assert chance(reason("Circle back: I use Circle each day.", told("Circle"))) > ADVERT_THRESHOLD
    assert chance(reason("All is on time because of Jane.", told("Jane"))) > ADVERT_THRESHOLD


@pytest.mark.parametrize("name", ["century", "100", "%", "X", "", "(", "&"])
def test_what_may_be_anything_is_not_looked_for(name):
    assert reason(f"Some 100 % & X of a century ({name})", told(name)) is None


def test_a_bracket_does_not_lend_its_odds():
    assert reason("They left Widgets last year.", told("Gemini (Widgets)")) is None
    assert chance(reason("I use Gemini.", told("Gemini (Widgets)"))) > ADVERT_THRESHOLD


def test_the_likeliest_sponsor_speaks_in_whatever_order_they_stand():
    rows = told("Acme"), told("Bolt")
    for order in (rows, rows[::-1]):
        found = reason("Acme and Bolt are better.", *order, acme=(1, 20), bolt=(5, 5))
        assert "Bolt" in found.words


def test_who_is_no_sponsor_here_says_nothing_here():
    assert reason("I use Acme.", told("Acme", TALK), heard("Acme"), acme=(9, 10)) is None
    assert sponsor_reason("I use Acme.", find_sponsors([episode(told("Acme"))], {})) is None


def test_a_hostile_quote_takes_no_longer_than_another():
    sponsors = find_sponsors(
        [episode(told("Circle"))], {"circle": SponsorCounts(1, 1, is_word=True)}
    )
    assert sponsor_reason("Circle. " * 500_000, sponsors) is None


@pytest.mark.parametrize(
    ("text", "pays"),
    [
        ("The podcast’s sponsor.", True),
        ("SPONSOR OF THE PODCAST", True),
        ("Sponsor of the show, not a maker of widgets.", True),
        ("Not a sponsor of the podcast.", False),
        ("Sponsor of the second largest fund.", False),
        ("A partner of the podcast.", False),
    ],
)
def test_who_is_called_a_sponsor(text, pays):
    assert describes_sponsor(text) == pays


def test_nobody_pays_together_with_a_hundred_others():
    rows = [told(f"Maker {chr(65 + n // 26)}{chr(65 + n % 26)}") for n in range(MAX_SPONSORS + 1)]
    assert chance(reason("I use Maker AA.", *rows[:MAX_SPONSORS])) > ADVERT_THRESHOLD
    assert reason("I use Maker AA.", *rows) is None
