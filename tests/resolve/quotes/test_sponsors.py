import pytest

from kgraph.base.model import EpisodeFile, Row
from kgraph.base.word_lists import Vocabulary
from kgraph.resolve.name_counts import count_names, merge_statistics
from kgraph.resolve.quotes.advert_rules import (
    ADVERT_THRESHOLD,
    advert_probability,
    calls_sponsor,
    describes_sponsor,
)
from kgraph.resolve.quotes.sponsors import (
    MAX_SPONSORS,
    SponsorCounts,
    count_sponsors,
    find_sponsors,
    sponsor_reason,
)

SPONSOR_TEXT = "Sponsor of the podcast, a maker of widgets."
MAKER_TEXT = "A maker of widgets whose founder is a guest."
WORDS = Vocabulary(frozenset({"circle"}), frozenset({"jane"}))


def llm_row(name, text=SPONSOR_TEXT):
    return Row("companies", 0, {"name": name, "context": text, "source": "llm_enhanced"})


def transcript_row(name):
    context = f"sponsor of the show is {name} and"
    return Row("companies", 1, {"name": name, "context": context, "position": 7})


def episode(*rows):
    return EpisodeFile("a.md", "", {}, {"companies": rows}, {})


def listings(*episodes):
    return count_sponsors(merge_statistics(map(count_names, episodes)), WORDS)


def reason(text, *rows, **counts):
    """Return the reason of a text in an episode of rows, with its counts or others."""
    single = episode(*rows)
    overrides = {name: SponsorCounts(*numbers) for name, numbers in counts.items()}
    return sponsor_reason(text, find_sponsors([single], listings(single) | overrides))


def chance(result):
    return advert_probability((), {}, result.weight)[0] if result else 0.0


def test_listings_count_rows_of_the_language_model_under_one_key():
    result = listings(
        episode(llm_row("Acme"), transcript_row("Acme")),
        episode(llm_row("ACME", MAKER_TEXT)),
        episode(llm_row("Bolt", MAKER_TEXT)),
        episode(llm_row("Bolt", "Partner of the podcast.")),
        episode(llm_row("Jane")),
    )
    assert result == {"acme": SponsorCounts(1, 2), "jane": SponsorCounts(1, 1, is_word=True)}


@pytest.mark.parametrize(
    ("sponsors", "rows", "share", "words"),
    [
        (1, 1, 2 / 3, "names Acme, called a sponsor here"),
        (1, 2, 0.4, "names Acme, called a sponsor here and in 0 of 1 other rows"),
        (8, 10, 8 / 10.5, "names Acme, called a sponsor here and in some 80% of other rows"),
    ],
)
def test_a_quote_with_the_name_is_an_advert_as_often_as_other_rows_call_it_a_sponsor(
    sponsors, rows, share, words
):
    result = reason("Nothing holds like Acme.", llm_row("Acme"), acme=(sponsors, rows))
    assert chance(result) == pytest.approx(share, abs=0.002)
    assert result.words == words


def test_who_pays_for_a_few_of_very_many_is_spoken_of():
    assert chance(reason("They sell to Acme.", llm_row("Acme"), acme=(12, 260))) < 0.1
    assert reason("They sell to Acme.", llm_row("Acme"), acme=(1, 400)) is None


def test_a_sponsor_is_looked_for_as_a_whole_word_written_as_it_is_listed():
    for text in ("They run an acme.", "They like Acmes.", "A fair point."):
        assert reason(text, llm_row("Acme")) is None
    assert chance(reason("I use Acme's app.", llm_row("Acme"))) > ADVERT_THRESHOLD
    assert chance(reason("I buy  Levi’s\nJeans here.", llm_row("Levi's Jeans"))) > ADVERT_THRESHOLD


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
    assert reason(text, llm_row("Circle")) is None


def test_a_word_within_a_sentence_is_a_name_where_it_has_a_capital():
    assert (
        chance(reason("Circle back: I use Circle each day.", llm_row("Circle"))) > ADVERT_THRESHOLD
    )
    assert chance(reason("All is on time because of Jane.", llm_row("Jane"))) > ADVERT_THRESHOLD


@pytest.mark.parametrize("name", ["century", "100", "%", "X", "", "(", "&"])
def test_ambiguous_names_are_not_searched(name):
    assert reason(f"Some 100 % & X of a century ({name})", llm_row(name)) is None


def test_a_bracket_does_not_lend_its_odds():
    assert reason("They left Widgets last year.", llm_row("Gemini (Widgets)")) is None
    assert chance(reason("I use Gemini.", llm_row("Gemini (Widgets)"))) > ADVERT_THRESHOLD


def test_the_likeliest_sponsor_counts_in_any_order():
    rows = llm_row("Acme"), llm_row("Bolt")
    for order in (rows, rows[::-1]):
        result = reason("Acme and Bolt are better.", *order, acme=(1, 20), bolt=(5, 5))
        assert "Bolt" in result.words


def test_who_is_no_sponsor_here_says_nothing_here():
    assert (
        reason("I use Acme.", llm_row("Acme", MAKER_TEXT), transcript_row("Acme"), acme=(9, 10))
        is None
    )
    assert sponsor_reason("I use Acme.", find_sponsors([episode(llm_row("Acme"))], {})) is None


@pytest.mark.parametrize(
    ("before", "pays"),
    [
        ("All is well. Today’s episode is brought to you by ", True),
        ("This podcast is proudly supported by the ", True),
        ("And now a word from our sponsor, ", True),
        ("It rained. Thanks to our newest brand sponsor, ", True),
        ("A team that is sponsored by ", False),
        ("The climate is brought to you by the sun and by ", False),
        ("They met the sponsors of ", False),
    ],
)
def test_a_transcript_introduces_a_sponsor_right_before_its_name(before, pays):
    row = Row("companies", 0, {"name": "Acme", "context": f"{before}Acme and", "position": 7})
    assert calls_sponsor(row) == pays
    assert listings(episode(row)) == ({"acme": SponsorCounts(1, 1)} if pays else {})
    assert (reason("I use Acme.", row) is not None) == pays


def test_a_hostile_quote_takes_no_longer_than_another():
    sponsors = find_sponsors(
        [episode(llm_row("Circle"))], {"circle": SponsorCounts(1, 1, is_word=True)}
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
    rows = [
        llm_row(f"Maker {chr(65 + n // 26)}{chr(65 + n % 26)}") for n in range(MAX_SPONSORS + 1)
    ]
    assert chance(reason("I use Maker AA.", *rows[:MAX_SPONSORS])) > ADVERT_THRESHOLD
    assert reason("I use Maker AA.", *rows) is None
