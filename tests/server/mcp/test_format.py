"""Texts and tables for agents are small, and hide nothing."""

import msgspec
import pytest

from kgraph.server.mcp.render import MAX_TABLE_CHARS, clean_text, page_table, shorten_iri


@pytest.mark.parametrize(
    "hidden",
    [
        "\U000e0069\U000e0067\U000e006e",  # tags: letters that nobody sees
        "\u202e\u2066",  # what turns the direction of reading
        "\u200b\ufeff\u00ad",  # no width at all
        "\U000e0100\U000e01ef\ufe00",  # variation selectors, which can carry bytes
        "\x1b\x00\x07",
        "\ue000",
    ],
    ids=ascii,
)
def test_no_instruction_hides_in_a_text(hidden):
    assert clean_text(f"as it{hidden} is said") == "as it is said"


@pytest.mark.parametrize("kept", ["می‌خواهم", "👩‍💻 ❤️", "比特幣", "naïve"])
def test_what_scripts_and_emoji_need_stays(kept):
    assert clean_text(kept) == kept


def test_a_long_text_is_cut():
    assert clean_text("word " * 200, 20) == "word word word word…"


def test_a_table_ends_where_its_room_ends_and_says_so():
    rows = [["x" * 300, n] for n in range(1000)]
    shown = page_table(("text", "n"), rows, 100)
    assert len(msgspec.json.encode(shown)) < MAX_TABLE_CHARS + 200
    count = len(shown["rows"])
    assert 30 < count < 100
    assert shown["next"] == f"rows 1 to {count} of 1000: ask again with offset={count}"
    assert page_table(("text", "n"), rows, 100, count)["rows"][0][1] == count


def test_one_row_is_always_shown():
    assert len(page_table(("a",), [["x" * 400] * 50] * 2, 2)["rows"]) == 1


def test_the_end_of_a_table_promises_nothing():
    assert page_table(("n",), [[1], [2]], 5, 1) == {"columns": ["n"], "rows": [[2]], "total": 2}


def test_an_iri_of_another_base_stays_whole():
    assert shorten_iri("https://example.org/a", "https://example.com/") == "https://example.org/a"
