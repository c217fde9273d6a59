"""Who made a judgement, and when."""

from __future__ import annotations

import getpass
from datetime import date

from msgspec.structs import replace

from kgraph.base.errors import InputError
from kgraph.resolve.judgement import Judgement, join_lines


def sign_judgement(judgement: Judgement, by: str = "") -> Judgement:
    """Add today's date and who made a judgement, on one line; by default the user.

    Raises:
        InputError: the system knows no name of the user.
    """
    author = join_lines(by) or get_user_name()
    return replace(judgement, by=author, date=date.today().isoformat())


def get_user_name() -> str:
    """Return the system's name of the user.

    Raises:
        InputError: there is none.
    """
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError) as error:  # which of these depends on the system
        raise InputError("by: the system has no name for you: give one") from error
