from hypothesis import given
from hypothesis import strategies as st

from kgraph.resolve.combine import SUREST, combine

CHANCES = st.lists(st.floats(0, 1), min_size=1, max_size=30)


@given(CHANCES)
def test_more_rows_never_lower_the_confidence(chances):
    assert max(chances) <= combine(chances) <= 1.0
    assert combine(chances) <= max(SUREST, *chances)


@given(CHANCES)
def test_the_order_of_the_rows_does_not_count(chances):
    assert combine(chances) == combine(chances[::-1])


def test_another_extractor_says_more_than_another_row_of_the_same():
    alone, again, across = (
        combine([0.8]),
        combine([0.8, 0.8], ["llm", "llm"]),
        combine([0.8, 0.8], ["llm", "regex"]),
    )
    assert alone < again < across < 0.96
