"""Why nothing in the graph has a name, and the error that says so and what to do next."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain

import msgspec

from kgraph.base.errors import UnknownNameError
from kgraph.base.text import local_id, name_key, shorten
from kgraph.graph.records import (
    NAME_REJECTED_BY_JUDGEMENT,
    REJECTED_BY_JUDGEMENT,
    FormerThing,
    SharedData,
)
from kgraph.graph.term_lookup import find_theme, find_topic_or_tag

#: What to do about a judgement that rejected a name.
UNDO_ADVICE = (
    "`kgraph judge --list` shows its line and file, "
    "`kgraph judge --undo LINE --judgements FILE` removes it"
)


def format_names_command(command: str, *names: str) -> str:
    """Return a command line of kgraph with names, which may look like options.

    >>> format_names_command("why-not", "Acme Labs", "-1")
    "kgraph why-not -- 'Acme Labs' -1"
    """
    dashes = ["--"] if any(name.startswith("-") for name in names) else []
    return shlex.join(["kgraph", *command.split(), *dashes, *names])


class Absence(msgspec.Struct, frozen=True):
    """Why nothing in the graph has a name."""

    words: str
    is_rejected: bool = False  #: whether a judgement rejected the name
    advice: str = ""  #: what to do about it; "" for what its caller advises

    def advise(self, similar: Sequence[str], advice: str) -> str:
        """Return it with what to do next: ``advice``, if no name is similar or was rejected."""
        hints = [f"did you mean {' / '.join(similar)}?"] if similar else []
        hints += [UNDO_ADVICE] if self.is_rejected else []
        hints += [self.advice] if self.advice else []
        return f"{self.words}: {' '.join(hints or [advice])}"


def unknown_name_error(
    absence: Absence,
    similar: Sequence[str],
    advice: str = "search for a part of it",
    *,
    parameter: str = "",
) -> UnknownNameError:
    """Return the error of a name that nothing has.

    Args:
        similar: names that may be meant, best first.
        advice: what to do if there are none.
        parameter: with the name; "" for none.
    """
    return UnknownNameError(absence.advise(similar, advice), similar, parameter=parameter)


def find_other_kind(shared: SharedData, name: str) -> str:
    """Return the id of an episode, theme, topic or tag by id, title or label; "" if none has it."""
    key, slug = name_key(name), local_id(name).removeprefix("episode/")
    titles = ((slug, summary.title) for slug, summary in shared.summaries.items())
    episodes = [slug] if slug in shared.summaries else (s for s, t in titles if name_key(t) == key)
    named = chain(
        (f"episode/{slug}" for slug in episodes),
        filter(None, (find(shared, name) for find in (find_theme, find_topic_or_tag))),
    )
    return next(named, "")


def describe_other_kind(name: str, id_: str, kinds: str = "entity") -> str:
    """Tell that a name is that of an episode, a theme, a topic or a tag.

    >>> describe_other_kind("Market Update", "episode/market-update")
    "'Market Update' is an episode (episode/market-update), and no entity"
    """
    kind = id_.partition("/")[0]
    article = "an" if kind == "episode" else "a"
    return f"{shorten(name)!r} is {article} {kind} ({id_}), and no {kinds}"


def explain_other_kind(shared: SharedData, name: str, kinds: str = "entity") -> Absence | None:
    """Tell which episode, theme, topic or tag has a name; None if none has it.

    Args:
        kinds: the kinds of things that the name was looked up among, in words.
    """
    id_ = find_other_kind(shared, name)
    if not id_ or explain_former_name(shared.former, name):
        return None
    advice = f"`{format_names_command('show', id_)}` describes it"
    return Absence(describe_other_kind(name, id_, kinds), advice=advice)


@contextmanager
def tell_other_kind(shared: SharedData, name: str, kinds: str = "entity") -> Iterator[None]:
    """Let the error of an unknown name tell which thing of another kind has it.

    Arguments are those of :func:`explain_other_kind`.
    """
    try:
        yield
    except UnknownNameError as error:
        absence = explain_other_kind(shared, name, kinds)
        if absence is None:
            raise
        raise unknown_name_error(absence, error.suggestions) from error


def explain_former_name(
    former: Mapping[str, FormerThing], name: str, types: Collection[str] = ()
) -> Absence | None:
    """Tell what became of the thing that had a name or id, unless it has a successor.

    Args:
        former: what is no longer in the graph, by id.
        types: of the thing; empty for all.
    """
    id_, key = local_id(name), name_key(local_id(name))
    rejected = None
    for former_id, thing in former.items():
        if thing.successor or (types and former_id.partition("/")[0] not in types):
            continue
        if former_id == id_ or name_key(thing.label) == key:
            return explain_withdrawal(former_id, thing)
        if thing.reason == NAME_REJECTED_BY_JUDGEMENT and key in map(name_key, thing.names):
            rejected = rejected or explain_withdrawal(former_id, thing)
    return rejected


def explain_withdrawal(id_: str, thing: FormerThing) -> Absence:
    """Tell that something is no longer in the graph, and nothing is its successor."""
    name = f"{shorten(thing.label)!r} ({shorten(id_)})"
    what_became = thing.reason or (
        f"its successor, {shorten(thing.last_successor)}, is no longer in the graph"
        if thing.last_successor
        else "nothing in the graph is its successor"
    )
    words = f"{name} was in an earlier build, and {what_became}"
    reasons = (REJECTED_BY_JUDGEMENT, NAME_REJECTED_BY_JUDGEMENT)
    return Absence(words, thing.reason in reasons)
