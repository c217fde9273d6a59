"""Builds, opened: the sample corpus, and one of two episodes."""

from functools import partial

import msgspec
import pytest

from kgraph.views.open_graph import OpenGraph
from kgraph.views.registry import VIEW_OPERATIONS


@pytest.fixture(scope="session")
def sample_graph(sample):
    """The sample corpus."""
    return OpenGraph(sample)


@pytest.fixture
def graph(store):
    """Two episodes that share a company and a quote."""
    return OpenGraph(store)


@pytest.fixture
def ask(graph):
    """Asks the two episodes by the name of a question."""
    return partial(asking, graph)


@pytest.fixture(scope="session")
def ask_sample(sample_graph):
    """Asks the sample corpus by the name of a question."""
    return partial(asking, sample_graph)


def asking(graph, question, /, **given):
    """The answer to a question."""
    fact = VIEW_OPERATIONS[question]
    return fact.run(graph, msgspec.convert(given, fact.parameters))
