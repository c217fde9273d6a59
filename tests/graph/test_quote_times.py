"""In which minute a quote is said: where a context shares its words, and nowhere else."""

import pytest

from kgraph.graph.quote_times import (
    MAX_PACE,
    MIN_PACE,
    USUAL_PACE,
    PlacedText,
    convert_position,
    estimate_minute,
    find_starts,
)

CONTEXT = "and so we will ship the new chip to Acme in the autumn of this year, if all goes well"
QUOTE = "We will ship the new chip to Acme in the autumn of this year."
LAST = PlacedText("Zebra", "the Zebra", 54_000)  # the transcript is of an hour


def place(position, context=CONTEXT):
    return PlacedText("Acme", context, position)


def test_a_quote_begins_where_the_context_has_its_words():
    transcript = "x" * 20_000 + CONTEXT
    name = transcript.index("Acme")
    assert set(find_starts(QUOTE, place(name))) == {transcript.index("we will ship")}
    assert estimate_minute(QUOTE, [place(name), LAST], 60) == 20_000 // USUAL_PACE


def test_letters_case_and_stops_do_not_count():
    told = "WE will ship the new chip, to ACME!"
    assert estimate_minute(told, [place(9_050), LAST], 60) == 10


@pytest.mark.parametrize(
    "text", ["We will ship the chip.", "Acme", "", "Nobody in this place speaks of them at all"]
)
def test_fewer_than_six_words_in_common_tell_nothing(text):
    assert estimate_minute(text, [place(9_000), LAST], 60) is None


def test_places_that_contradict_each_other_tell_nothing():
    near = [place(9_000), place(9_040, CONTEXT + " or so"), LAST]
    assert estimate_minute(QUOTE, near, 60) == 9
    assert estimate_minute(QUOTE, [place(9_000), place(40_000), LAST], 60) is None


def test_a_name_that_its_context_does_not_have_tells_nothing():
    assert estimate_minute(QUOTE, [PlacedText("Beta", CONTEXT, 9_000), LAST], 60) is None


@pytest.mark.parametrize(
    ("minutes", "minute"),
    [(60, 10), (54_000 // MIN_PACE, 10), (54_000 // MIN_PACE + 1, None), (0, None), (41, None)],
)
def test_a_transcript_that_does_not_fit_the_duration_tells_nothing(minutes, minute):
    assert convert_position(9_000, [LAST], minutes) == minute
    assert convert_position(9_000, [], minutes) is None


def test_a_fast_transcript_ends_with_its_recording():
    assert MAX_PACE * 45 > LAST.position > USUAL_PACE * 45
    assert convert_position(54_000, [LAST], 45) == 45
    assert convert_position(27_000, [LAST], 45) == 22
