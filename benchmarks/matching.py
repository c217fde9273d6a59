"""How well names are matched without their context, held against labels.

    python benchmarks/matching.py STORE MENTIONS.jsonl [--tune]

STORE is a store of the corpus that the labels are of, MENTIONS.jsonl holds labelled rows, one a
line: ``name``, ``canonical``, ``type``, ``also`` (further types), ``accept`` (further names) and
``sure``; type "noise" is a row that names nothing. Distinct names of rows that the labeller was
sure of are put in the order of their SHA-256; the first 1,000 are matched. With ``--tune`` the
others are, by which the scores of ``kgraph/graph/name_evidence.py`` were chosen.

A candidate is right if its type and its name are accepted for a row of the name. The matcher sees
the name alone: of a name that means two things either is right.

Printed twice. Against the graph, in which episodes use most of these names, misheard ones too, so
that the graph knows what they mean there. And against the lexicon alone, as names of a table that
no episode mentions. In each: the share of matches that are right (precision); the share of
names that name something, and whose match is right (recall); the share of those whose right thing
is among the first five candidates; how many that name nothing have a match; milliseconds a
name; then the share of right first candidates by kind of evidence and by tens of the score.

Of 1,000 names 965 name something. Against the graph: precision 0.953, recall 0.882, among five
0.933, 0.3 ms a name; against the lexicon alone 0.970, 0.796, 0.861, 0.3 ms. Of first candidates
with a score of 90 or more 96 % are right, of those from 80 to 90 74 %.

It says how well a name by itself can be matched, not how well kgraph resolves a mention, of which
it sees the context (``benchmarks/resolution.py``).
"""

from __future__ import annotations

import hashlib
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import msgspec
from measuring import table

from kgraph.base.identity import load_shipped_identities
from kgraph.graph.lookup import Lookup
from kgraph.graph.matcher import MatchCandidate, Matcher, NameMatches
from kgraph.resolve.knowledge import load_shipped_knowledge
from kgraph.store import Store

TESTED_NAMES = 1_000

Labels = list[dict[str, Any]]


def fold(text: str) -> str:
    """Return the letters and digits of a name, as the labels are compared."""
    return "".join(char for char in text.casefold() if char.isalnum())


def is_right(candidate: MatchCandidate, labels: Labels) -> bool:
    """Whether a candidate is what one of the labelled rows names."""
    thing = candidate.thing
    return any(
        thing.type in (label["type"], *label["also"])
        and fold(thing.name) in {fold(name) for name in (label["canonical"], *label["accept"])}
        for label in labels
        if label["type"] != "noise"
    )


def read_names(path: Path, *, is_tuning: bool) -> dict[str, Labels]:
    """Return names with their labels, in the order of the names' digests."""
    labels: dict[str, Labels] = defaultdict(list)
    for line in path.read_bytes().splitlines():
        label = msgspec.json.decode(line)
        if label["sure"]:
            labels[label["name"]].append(label)
    ordered = sorted(labels, key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    chosen = ordered[TESTED_NAMES:] if is_tuning else ordered[:TESTED_NAMES]
    return {name: labels[name] for name in chosen}


def report(title: str, matcher: Matcher, names: dict[str, Labels]) -> None:
    """Match the names, and print the figures."""
    matcher.match("warm up")
    start = time.perf_counter()
    results = [matcher.match(name) for name in names]
    elapsed_ms = 1000 * (time.perf_counter() - start) / len(results)
    real = [r for r in results if any(label["type"] != "noise" for label in names[r.name])]
    matched = [(r, best) for r in results if (best := r.best)]
    right = [r for r, best in matched if is_right(best, names[r.name])]
    among = [r for r in real if any(is_right(c, names[r.name]) for c in r.candidates)]
    is_real = {r.name for r in real}
    noise = sum(r.name not in is_real for r, _ in matched)
    print(f"# {title}")
    print(
        f"names {len(results)}, of them naming something {len(real)}\n"
        f"precision {len(right) / len(matched):.3f}  recall {len(right) / len(real):.3f}  "
        f"among five {len(among) / len(real):.3f}  "
        f"matches of nothing {noise} of {len(results) - len(real)}  {elapsed_ms:.2f} ms a name"
    )
    for heading, group in (("evidence", by_evidence), ("score", by_score)):
        rows: dict[str, list[bool]] = defaultdict(list)
        for result in results:
            for first in result.candidates[:1]:
                rows[group(first)].append(is_right(first, names[result.name]))
        lines = [
            (name, len(oks), f"{sum(oks) / len(oks):.2f}") for name, oks in sorted(rows.items())
        ]
        print(table((heading, "first candidates", "right"), lines))
    if "--wrong" in sys.argv:
        print_wrong(matched, names)


def by_evidence(candidate: MatchCandidate) -> str:
    return candidate.evidence


def by_score(candidate: MatchCandidate) -> str:
    return f"{min(int(candidate.score) // 10 * 10, 90):3}"


def print_wrong(
    matched: list[tuple[NameMatches, MatchCandidate]], names: dict[str, Labels]
) -> None:
    """Print the matches that are wrong (``--wrong``)."""
    for result, best in matched:
        if not is_right(best, names[result.name]):
            label = names[result.name][0]
            thing = best.thing
            print(
                f"{result.name} -> {thing.name} ({thing.type}, {best.score}, {best.why}); "
                f"labelled {label['canonical']} ({label['type']})"
            )


def main(store: str, mentions: str) -> None:
    """Report on the graph of a store, and on the lexicon alone."""
    names = read_names(Path(mentions), is_tuning="--tune" in sys.argv)
    report("the graph", Matcher.cached_for(Store(Path(store)).shared), names)
    knowledge, identities = load_shipped_knowledge(), load_shipped_identities()
    report("the lexicon alone", Matcher(Lookup({}), knowledge, identities), names)


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    if len(arguments) != 2:
        sys.exit(__doc__)
    main(*arguments)
