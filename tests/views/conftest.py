"""Open graphs of the sample corpus and of two episodes, and functions that run views on them."""

from functools import partial

import msgspec
import pytest

from kgraph.views.open_graph import OpenGraph
from kgraph.views.registry import VIEW_OPERATIONS


@pytest.fixture(scope="session")
def sample_graph(sample):
    """Return the sample corpus."""
    return OpenGraph(sample)


@pytest.fixture
def graph(store):
    """Return two episodes that share a company and a quote."""
    return OpenGraph(store)


@pytest.fixture
def ask(graph):
    """Return a function that runs a view on the two episodes."""
    return partial(run_view, graph)


@pytest.fixture(scope="session")
def ask_sample(sample_graph):
    """Return a function that runs a view on the sample corpus."""
    return partial(run_view, sample_graph)


def run_view(graph, name, /, **params):
    """Run a view with the parameters given."""
    operation = VIEW_OPERATIONS[name]
    return operation.run(graph, msgspec.convert(params, operation.parameters))
