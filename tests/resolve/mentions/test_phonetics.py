import pytest
from hypothesis import assume, given
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


@given(st.text("abc", max_size=5), st.text("abc", min_size=1, max_size=5), st.booleans())
def test_similarity_counts_the_edits_of_the_definition(one, other, same_sound):
    share = slow_edits(one, other) / max(len(one), len(other))
    bonus = phonetics.SAME_SOUND_BONUS if same_sound else phonetics.NEAR_SOUND_BONUS
    assert phonetics.name_similarity(one, other, same_sound) == pytest.approx(
        phonetics.LETTERS_WEIGHT * (1 - share) + bonus
    )


@given(WORDS, WORDS)
def test_similarity_is_symmetric_and_bounded(one, other):
    assert phonetics.word_similarity(one, other) == phonetics.word_similarity(other, one)
    assert 0.0 <= phonetics.word_similarity(one, other) <= 1.0


@given(st.text("ab", max_size=6), st.text("ab", max_size=6), st.booleans())
def test_the_bound_for_letters_excludes_no_similar_name(one, other, same_sound):
    similarity = phonetics.name_similarity(one, other, same_sound)
    is_found = phonetics.find_similar_keys(one, [other], same_sound=True) == [(other, 0)]
    assert is_found or similarity <= phonetics.MIN_NAME_SIMILARITY


@given(st.text("fklnprst", min_size=4, max_size=9), st.data())
def test_codes_that_differ_in_one_sound_share_a_neighbour(sounds, data):
    position = data.draw(st.integers(0, len(sounds) - 1))
    other = sounds[:position] + data.draw(st.sampled_from("fklnprst")) + sounds[position + 1 :]
    assume(all(phonetics.sound_code(code) == code for code in (sounds, other)))
    assert set(phonetics.lookup_codes(sounds)) & set(phonetics.lookup_codes(other))


@given(
    st.lists(st.text("aeibcdnrstüß3☃", max_size=9), max_size=30), st.text("aeibcdnrst", max_size=9)
)
def test_a_packed_index_finds_what_a_dictionary_finds(keys, key):
    packed = phonetics.SoundIndex.build(keys)
    by_code = phonetics.index_by_sound((key, position) for position, key in enumerate(keys))
    codes = {*by_code, *phonetics.lookup_codes(key), "", "\ud800"}
    found = {code: list(packed.get(code)) for code in codes}
    assert found == {code: by_code.get(code, []) for code in codes}


NAMES = st.lists(st.text("abdeklmnorst", max_size=9), max_size=12)


@given(NAMES, NAMES)
def test_a_changed_index_of_sounds_is_that_of_the_new_names(old, new):
    old, new = sorted(old), sorted([*old[::2], *new])
    assert phonetics.SoundIndex.build(old).update(old, new) == phonetics.SoundIndex.build(new)


@given(st.text("acdghiklmnost", max_size=9), st.text("acdghiklmnost", max_size=9), st.floats(0, 1))
def test_consonants_leave_out_only_what_is_less_alike(one, other, least):
    similarity = phonetics.pronunciation_similarity(one, other)
    bounded = phonetics.pronunciation_similarity(one, other, least)
    assert bounded == similarity or (bounded == 0 and similarity < least)
