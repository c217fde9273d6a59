"""The store of made-up episodes, built once."""

import pytest
from analysis.asked import EPISODES, stored


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    return stored(tmp_path_factory.mktemp("made") / "store", EPISODES)
