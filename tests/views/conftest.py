"""Builds, opened: the sample corpus, and one of two episodes."""

from functools import partial

import msgspec
import pytest

from kgraph.views.open_graph import OpenGraph
from kgraph.views.registry import VIEW_OPERATIONS


@pytest.fixture(scope="session")
def sample_shelf(sample):
    """The sample corpus."""
    return OpenGraph(sample)


@pytest.fixture
def shelf(store):
    """Two episodes that share a company and a quote."""
    return OpenGraph(store)


@pytest.fixture
def ask(shelf):
    """Asks the two episodes by the name of a question."""
    return partial(asking, shelf)


@pytest.fixture(scope="session")
def ask_sample(sample_shelf):
    """Asks the sample corpus by the name of a question."""
    return partial(asking, sample_shelf)


def asking(shelf, question, /, **given):
    """The answer to a question."""
    fact = VIEW_OPERATIONS[question]
    return fact.run(shelf, msgspec.convert(given, fact.parameters))
