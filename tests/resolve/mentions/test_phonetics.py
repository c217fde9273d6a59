from hypothesis import given
from hypothesis import strategies as st

from kgraph.resolve.mentions import phonetics

WORDS = st.text("abcdei", max_size=9)


def slow_edits(one: str, other: str) -> int:
    if not one or not other:
        return len(one) + len(other)
    return min(
        slow_edits(one[1:], other) + 1,
        slow_edits(one, other[1:]) + 1,
        slow_edits(one[1:], other[1:]) + (one[0] != other[0]),
    )


@given(st.text("abc", max_size=5), st.text("abc", min_size=1, max_size=5))
def test_likeness_counts_the_edits_of_the_definition(one, other):
    longest = max(len(one), len(other))
    assert phonetics.letter_similarity(one, other) == 1.0 - slow_edits(one, other) / longest


@given(WORDS, WORDS)
def test_likeness_is_symmetric_and_bounded(one, other):
    assert phonetics.letter_similarity(one, other) == phonetics.letter_similarity(other, one)
    assert 0.0 <= phonetics.letter_similarity(one, other) <= 1.0


@given(st.text("bcdfgklmnprst", min_size=4, max_size=9), st.data())
def test_codes_that_differ_in_one_sound_share_a_neighbour(sounds, data):
    place = data.draw(st.integers(0, len(sounds) - 1))
    other = sounds[:place] + "x" + sounds[place + 1 :]
    assert set(phonetics.near_codes(sounds)) & set(phonetics.near_codes(other))
