"""The store of made-up episodes, built once."""

import pytest
from analysis.asked import EPISODES, stored
from support import build_once

from kgraph.store import Store


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    def build(home):
        stored(home / "store", EPISODES)

    return Store(build_once(tmp_path_factory, "asked", build) / "store")
