"""Find and open outputs that are written in place: open descriptors, pipes and devices.

A path such as ``/dev/stdout`` or ``/proc/self/fd/1`` leads to an open descriptor (proc_pid_fd(5)).
Its own link must not be followed: a pipe has no path, and a file may be open for appending.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import BinaryIO

#: An open descriptor, in a folder without links.
_DESCRIPTOR = re.compile(r"(/dev/fd|/proc/(?P<process>\d+)(/task/\d+)?/fd)/(?P<number>\d+)")


def find_special_file(path: str | Path) -> str:
    """Return the descriptor, pipe or device that a path leads to; "" for a file or a folder."""
    link = os.fspath(path)
    while os.path.exists(link):  # so that links end
        link = os.path.join(os.path.realpath(os.path.dirname(link)), os.path.basename(link))
        if _DESCRIPTOR.fullmatch(link):
            return link
        if not os.path.islink(link):
            return "" if os.path.isfile(link) or os.path.isdir(link) else link
        link = os.path.join(os.path.dirname(link), os.readlink(link))
    return ""


def open_special_file(path: str) -> BinaryIO:
    """Open what :func:`find_special_file` found for writing.

    A descriptor of this process is duplicated (dup(2)), so that it is written to where it is. A
    file that another process has open is appended to.
    """
    descriptor = _DESCRIPTOR.fullmatch(path)
    if descriptor is None:
        return open(path, "wb")
    if descriptor["process"] in (None, str(os.getpid())):
        return os.fdopen(os.dup(int(descriptor["number"])), "wb")
    return open(path, "ab")
