import pytest

from kgraph.base.word_lists import Vocabulary


@pytest.mark.parametrize("word", ["Business", "priorities", "boss.", "Statement", "news,", "AI's"])
def test_letters_of_a_word_are_not_stripped_as_punctuation(word):
    words = frozenset({"business", "priorities", "boss", "statement", "news", "ai"})
    assert Vocabulary(words).word_class(word) == "w"


def test_a_word_of_two_classes_has_both():
    mark = Vocabulary(first_names=frozenset({"james"}), surnames=frozenset({"james"}))
    assert mark.word_class("James'") == "FL"
    assert mark.word_class("Jame") == ""
