"""Where things stand on the map."""

from __future__ import annotations

import numpy as np

from kgraph.atlas.tables import NOWHERE, Gathered, Places


def layout(gathered: Gathered) -> Places:
    """Coordinates and communities."""
    size = gathered.ranges.placed
    turn = np.arange(size) * 2.399963
    reach = np.sqrt((np.arange(size) + 0.5) / size)
    community = np.full(size, NOWHERE)
    return Places(reach * np.cos(turn), reach * np.sin(turn), community, [], 0.002)
