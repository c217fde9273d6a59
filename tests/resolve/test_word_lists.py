import pytest

from kgraph.resolve import word_lists


@pytest.mark.parametrize("word", ["Business", "priorities", "boss.", "Statement", "news,", "AI's"])
def test_no_letter_of_a_word_is_taken_for_punctuation(word):
    words = frozenset({"business", "priorities", "boss", "statement", "news", "ai"})
    assert word_lists.Vocabulary(words).word_class(word) == "w"


def test_a_name_that_is_two_things_is_marked_as_both():
    mark = word_lists.Vocabulary(first_names=frozenset({"james"}), surnames=frozenset({"james"}))
    assert mark.word_class("James'") == "FL"
    assert mark.word_class("Jame") == ""
