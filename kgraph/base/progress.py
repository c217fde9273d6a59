"""How far a long step is, in words; in a notebook, a line that is replaced as the step goes on.

Takes the stages, counts and totals that :data:`kgraph.pipeline.passes.Progress` is called with. A
notebook is an IPython kernel (Jupyter, VS Code, Colab); its own display is used, so that no
widget has to be installed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from kgraph.base.text import pluralize

STAGE_UNITS = {"reading": "file", "building": "episode", "checking": "episode"}
"""What is counted in each stage."""


def describe_progress(stage: str, done: int, total: int) -> str:
    """Return how far a stage is.

    Args:
        stage: its name.
        done: how many of its items are done.
        total: how many there are; 0 for a stage without items.

    >>> describe_progress("reading", 412, 1014), describe_progress("publishing", 0, 0)
    ('reading: 412 of 1,014 files', 'publishing')
    """
    if not total:
        return stage
    return f"{stage}: {done:,} of {pluralize(total, STAGE_UNITS.get(stage, 'item'))}"


def default_progress() -> Callable[[str, int, int], None]:
    """Return what the library shows progress with: a line in a notebook, elsewhere nothing."""
    return NotebookProgress() if is_notebook() else _ignore_progress


def is_notebook() -> bool:
    """Return whether this process is the kernel of a notebook."""
    ipython: Any = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return getattr(shell, "kernel", None) is not None


class NotebookProgress:
    """One line below the cell, replaced at each call."""

    def __init__(self) -> None:
        self._line: Any = None

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage is."""
        text = {"text/plain": describe_progress(stage, done, total)}
        if self._line is None:
            from IPython import display

            show: Any = display.display
            self._line = show(text, raw=True, display_id=True)
        else:
            self._line.update(text, raw=True)


def _ignore_progress(stage: str, done: int, total: int) -> None:
    pass
