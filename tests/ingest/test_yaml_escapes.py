import pytest

from kgraph.ingest.yaml_exact import parse_exact

ODD = "\x01\x08\x0b\x0c\x1f\x7f\x80\x85\x9f\u2028\u2029\ufeff\ufffe\uffff"


@pytest.mark.parametrize("char", ODD)
@pytest.mark.parametrize("quote", ["", '"', "'"])
def test_characters_that_the_parser_refuses_are_kept_exactly(char, quote):
    assert parse_exact(f"a: {quote}b{char}c{quote}\n").value == {"a": f"b{char}c"}
    assert parse_exact(f"b{char}c: {quote}a{quote}\n").value == {f"b{char}c": "a"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'"\ud83d\ude00"', "😀"),
        (r'"\ud83d"', "\ud83d"),
        (r'"\ude00\ud83d"', "\ude00\ud83d"),
        (r'"\\ud83d"', r"\ud83d"),
        (r'"\\\ud83d"', "\\\ud83d"),
        (r"\ud83d", r"\ud83d"),
        (r"'\uD83d'", r"\uD83d"),
        (r'"\u00e9"', "é"),
    ],
)
def test_escapes_of_surrogates_mean_something_in_double_quotes_only(text, value):
    assert parse_exact(f"a: {text}\n").value == {"a": value}


def test_private_use_characters_are_themselves():
    assert parse_exact("a: \U0010000b\U0010d83d\n").value == {"a": "\U0010000b\U0010d83d"}
    assert parse_exact(r"a: \U0010d83d" + "\n").value == {"a": r"\U0010d83d"}
