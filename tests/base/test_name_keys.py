"""Keys by which names are compared: accents do not count, letters of any script do."""

import pytest

from kgraph.base.text import fold_letters


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nestlé", "nestle"),
        ("Ångström", "angstrom"),
        ("Ёлка", "елка"),
        ("Ὅμηρος", "ομηροσ"),
        ("שָׁלוֹם", "שלום"),  # points
        ("مُحَمَّد", "محمد"),
        ("❤️ Radio", "❤ radio"),  # with and without a variation selector
        ("1️⃣", "1"),
        ("ﾊﾟﾅｿﾆｯｸ", "パナソニック"),  # half width
        ("パナソニック", "\u30cf\u309aナソニック"),  # decomposed
    ],
)
def test_names_are_alike(one, other):
    assert fold_letters(one) == fold_letters(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("パナソニック", "ハナソニック"),
        ("ダイキン", "タイキン"),
        ("がく", "かく"),
        ("ครู", "คร"),
        ("कुल", "कल"),
        ("ক্লাব", "কলাব"),
    ],
)
def test_names_of_other_letters_are_not(one, other):
    assert fold_letters(one) != fold_letters(other)


def test_a_key_is_written_as_people_write_it():
    assert fold_letters("エヌビディア") == "エヌビディア"
    assert fold_letters("한국") == "한국"
