"""Describe the progress of a long step; in a notebook, show it as one line that is updated.

A notebook is an IPython kernel (Jupyter, VS Code, Colab). IPython displays the line, so that no
widget has to be installed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from kgraph.base.text import pluralize

#: Called with the name of a stage, how many of its items are done, and how many there are:
#: 0 of 0 for a stage without items.
Progress = Callable[[str, int, int], None]

#: Stage -> unit in which its progress is counted.
STAGE_UNITS = {"reading": "file", "building": "episode", "checking": "episode"}


def describe_progress(stage: str, done: int, total: int) -> str:
    """Describe how much of a stage is done; ``total`` is 0 for a stage without items.

    >>> describe_progress("reading", 412, 1014), describe_progress("publishing", 0, 0)
    ('reading: 412 of 1,014 files', 'publishing')
    """
    if not total:
        return stage
    return f"{stage}: {done:,} of {pluralize(total, STAGE_UNITS.get(stage, 'item'))}"


def ignore_progress(stage: str, done: int, total: int) -> None:
    """Ignore progress."""


def default_progress() -> Progress:
    """Return the default progress callback: a line in a notebook, nothing elsewhere."""
    return NotebookProgress() if is_notebook() else ignore_progress


def is_notebook() -> bool:
    """Check whether this process is the kernel of a notebook."""
    ipython: Any = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return getattr(shell, "kernel", None) is not None


class NotebookProgress:
    """Progress callback that shows one line below the notebook cell, updated at each call."""

    def __init__(self) -> None:
        self._line: Any = None

    def __call__(self, stage: str, done: int, total: int) -> None:
        text = {"text/plain": describe_progress(stage, done, total)}
        if self._line is None:
            from IPython import display

            show: Any = display.display
            self._line = show(text, raw=True, display_id=True)
        else:
            self._line.update(text, raw=True)
