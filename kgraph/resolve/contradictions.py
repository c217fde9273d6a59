"""Errors of judgements that contradict each other: which take part, and which of them is at fault.

At fault is the last one, without which those before it would do.
"""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Sequence

from kgraph.base.errors import DataError
from kgraph.resolve.judgement import Judgement, format_undo_command


def find_parties(
    judgements: Sequence[Judgement],
    known: Collection[Judgement],
    find_contradicting: Callable[[list[Judgement]], Collection[Judgement]],
) -> Collection[Judgement]:
    """Return two or three judgements that contradict each other, the one at fault last.

    Args:
        judgements: all, in order.
        known: those of them that contradict each other, be it by others which lead from name to
            name.
        find_contradicting: returns such judgements of some; empty if there are none.
    """
    # Two ids may contradict each other until a further judgement joins their names.
    related = [each for each in judgements if each in known or not each.external_ids]
    numbers = range(len(related))
    last = bisect_left(numbers, True, key=lambda n: bool(find_contradicting(related[: n + 1])))
    fault = related[last]
    rivals = [each for each in find_contradicting(related[: last + 1]) if each is not fault]
    direct = [each for each in rivals if find_contradicting([each, fault])]
    return (*(direct[:1] or rivals), fault)


def describe_contradiction(judgements: Iterable[Judgement], file: str) -> DataError:
    """Return the error of two or three judgements that contradict each other.

    Args:
        judgements: of which those that are about to be written have no line yet.
        file: name of their file.
    """
    *earlier, last = sorted(judgements, key=lambda judgement: judgement.line or sys.maxsize)
    where = f"{file}:{last.line}" if last.line else file
    rivals = " and ".join(
        f"line {each.line}: {each}" if each.line else str(each) for each in earlier
    )
    count = "two" if len(earlier) == 1 else "three"
    fault = f"{where}: {last} contradicts {rivals}"
    if last.line:
        return DataError(f"{fault}: delete one of the {count}")
    if written := [each for each in earlier if each.line]:
        undo = " or ".join(f"`{format_undo_command(each.line, file)}`" for each in written)
        move = f"remove {'that' if len(earlier) == 1 else 'one of them'}"
        return DataError(f"{fault}: {move} with {undo} first", words=f"{fault}: {move} first")
    return DataError(f"{fault}: leave out one of the {count}")


def append_note(error: DataError, note: str) -> DataError:
    """Return an error of judgements with a note behind its message."""
    return DataError(f"{error} ({note})", words=f"{error.words} ({note})")
