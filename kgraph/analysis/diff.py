"""What changed in the graph since the last build.

Takes the summary that a build writes when it replaces another (:mod:`kgraph.graph.list_changes`).
"""

from __future__ import annotations

from kgraph.analysis.result import Finding, Findings, QueryArguments, text_arg
from kgraph.base.errors import InputError
from kgraph.base.text import pluralize
from kgraph.graph.diff import Changes
from kgraph.store import Store


def list_changes(store: Store, arguments: QueryArguments) -> Findings:
    """Every change of some kinds: episodes, entities and edges.

    Raises:
        InputError: there is no such kind.
    """
    wanted = text_arg(arguments, "what").lower().replace(",", " ").split()
    if not wanted or not _KIND_NOUNS.keys() >= set(wanted):
        raise InputError(
            f"what={text_arg(arguments, 'what')}: choose some of {', '.join(_KIND_NOUNS)}",
            parameter="what",
        )
    rows = [
        Finding((c.what, c.how, c.label, c.before, c.id), (c.id,))
        for c in store.changes.changes
        if c.what in wanted
    ]
    return Findings(("what", "how", "label", "before", "id"), rows)


def describe_changes(changes: Changes, shown: int = 5) -> list[str]:
    """The changes in words: a sentence for each kind, with the first few named.

    >>> describe_changes(Changes("", "a"))
    ['There was no build before this one.']
    >>> describe_changes(Changes("a", "a"))
    ['Nothing changed since the last build, and its input is the same.']
    """
    if not changes.before:
        return ["There was no build before this one."]
    same = changes.before == changes.after
    told = "its input is the same" if same else "its input is another"
    if not changes.changes:
        return [f"Nothing changed since the last build, and {told}."]
    lines = [f"Since the last build ({told}):"]
    for (what, how), count in changes.counts().items():
        of_kind = [c for c in changes.changes if (c.what, c.how) == (what, how)]
        names = [c.label + (f" (was {c.before})" if c.before else "") for c in of_kind[:shown]]
        more = f", and {count - shown} more" if count > shown else ""
        lines.append(f"{pluralize(count, *_KIND_NOUNS[what])} {how}: {'; '.join(names)}{more}")
    return lines


_KIND_NOUNS = {"episode": ("episode",), "entity": ("entity", "entities"), "edge": ("mention",)}
"""What a change is of -> what one and several are called."""
