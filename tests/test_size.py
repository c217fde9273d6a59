"""The code is no larger than ``tests/size.toml`` says, and the file is no larger than the code."""

import pytest
from test_words import code_figures

TOO_LARGE = 1.02  # a number of the file, as a multiple of the size: lower it above this

SIZES = code_figures.measure_sizes()
ALLOWED = code_figures.read_sizes()


def test_each_package_has_a_number():
    assert {table: set(sizes) for table, sizes in SIZES.items()} == {
        table: set(sizes) for table, sizes in ALLOWED.items()
    }


@pytest.mark.parametrize("table", SIZES)
def test_nothing_grows(table):
    unit = code_figures.SIZE_UNITS[table]
    grown = [
        f"{name} has {size:,} {unit}, {size - ALLOWED[table][name]:,} more than tests/size.toml "
        "allows: make it smaller; only a commit that says which feature pays raises the number"
        for name, size in SIZES[table].items()
        if size > ALLOWED[table].get(name, size)
    ]
    assert not grown, "\n".join(grown)


@pytest.mark.parametrize("table", SIZES)
def test_the_file_follows_the_code(table):
    loose = [
        f"{name} has {size:,} {code_figures.SIZE_UNITS[table]} and may have "
        f"{ALLOWED[table][name]:,}: run python benchmarks/code_figures.py --write"
        for name, size in SIZES[table].items()
        if ALLOWED[table].get(name, 0) > size * TOO_LARGE
    ]
    assert not loose, "\n".join(loose)
