"""When files that are looked at again and again have changed, and may be read.

A save that is half written, or a checkout under way, is not; nor is a file of judgements that is
gone only for a moment.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

ABSENCE_S = 10.0  #: seconds after which a file of judgements that is gone counts as deleted


class ChangeDetector:
    """Tells when a state differs from the known one, and is the same at two looks in a row.

    Args:
        known: the state that needs no notice; None for none.
    """

    def __init__(self, known: object = None) -> None:
        self.known = self._last = known

    def look(self, state: object) -> bool:
        """Return whether the state has changed and settled; a falsy one never has."""
        is_settled = bool(state) and state == self._last
        self._last = state
        return is_settled and state != self.known


class AbsenceTimer:
    """Tells whether a file of judgements is gone only for a moment, such as while git replaces it.

    A file that cannot be looked at, as on a network drive that is away, counts as gone. Without it
    a build would take all judgements back, and the next one apply them again.

    Args:
        file, setting: as of :meth:`AbsenceTimer.is_brief`.
    """

    def __init__(self, file: Path | None = None, setting: Path | None = None) -> None:
        self._file, self._setting, self._seen_at = Path(), setting, -ABSENCE_S
        self.is_brief(file, setting)

    def is_brief(self, file: Path | None, setting: Path | None = None) -> bool:
        """Return whether the file of judgements is gone, but one was there a moment ago.

        Args:
            file: to look at from now on, None for none. While the one before is gone, another file
                may only stand in for it: it is taken at once if the setting has changed.
            setting: the file that the project names now; None without a project.
        """
        now = time.monotonic()
        is_moved = file is not None and setting not in (None, self._setting)
        is_there = file is not None and os.path.exists(file)
        is_gone = not (is_there if is_moved else os.path.exists(self._file))
        if is_gone and now - self._seen_at < ABSENCE_S:
            return True
        if file is not None and is_there:
            self._file, self._setting, self._seen_at = file, setting, now
        return False
