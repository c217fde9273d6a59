import math

import pytest

from kgraph.ingest.yaml_exact import resolve_scalar


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None), ("~", None), ("null", None), ("NULL", None), ("nUll", "nUll"),
        ("true", True), ("FALSE", False), ("tRue", "tRue"),
        ("yes", "yes"), ("No", "No"), ("on", "on"), ("y", "y"),
        ("12", 12), ("-0", 0), ("+7", 7), ("012", 12), ("0o14", 12), ("0x1F", 31),
        ("0o8", "0o8"), ("0b1", "0b1"), ("1_000", "1_000"), ("12:30:45", "12:30:45"),
        ("1.", 1.0), (".5", 0.5), ("-1.5e+3", -1500.0), ("1e", "1e"), ("1e400", math.inf),
        (".inf", math.inf), ("-.INF", -math.inf), ("inf", "inf"),
        ("2025-01-01", "2025-01-01"), ("+", "+"), (".", "."), ("1.2.3", "1.2.3"), ("١٢", "١٢"),
    ],
)  # fmt: skip
def test_the_core_schema_of_yaml_1_2_decides(text, value):
    assert (resolve_scalar(text), type(resolve_scalar(text))) == (value, type(value))


def test_not_a_number_is_a_number():
    assert math.isnan(resolve_scalar(".nan"))


def test_a_number_that_is_too_long_to_print_is_still_a_number():
    assert resolve_scalar("9" * 5000) > 10**3000
