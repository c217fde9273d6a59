"""Which things a row may name, in its episode.

Takes a row, gives its candidates: those of its surface (``resolve.standing``), and those
that only its episode and its place in the transcript give, each source a function in
:data:`SOURCES`:

    longer    an entry goes by the name and the words around it, which the extraction cut
    grown     the name and the capitalised words that stand around it
    full      the episode has a full name with this first name or surname
    here      a name of the episode's title, summary or language-model rows sounds like it
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from kgraph import names
from kgraph.resolve import phonetics, standing, statistics, surfaces
from kgraph.resolve.candidate import Candidate, Row, entry_of
from kgraph.resolve.place import Place
from kgraph.resolve.profile import LIKE_ENOUGH, alikeness
from kgraph.resolve.standing import steps, words_alike

REACH = 4
"""Words beyond a cut name that may still belong to it (``Department of Financial Services``)."""

_WORDS = re.compile(r"[\w'$]+(?:[.&+-][\w'$]+)*[+]?|[&+]")


_PART = r"(?:[A-Z][\w']*|[a-z]*[A-Z]\w*|\d[\w.]*\b)"
_LOOSE = r"\s+(?:of|for|the|of the|on|and)\s+"
_TIGHT = r"\s*[-&+/]\s*|:\s|\s+|\.(?=\w)"
_GROWTHS = tuple(
    (
        re.compile(rf"(?:{_PART}(?:{joints})){{1,4}}$"),
        re.compile(rf"^(?:(?:{joints}){_PART}){{1,3}}|^\+"),
    )
    for joints in (_TIGHT, f"{_LOOSE}|{_TIGHT}")
)
"""How a name may go on to its left and right: without, and with, words between."""


def of(row: Row) -> list[Candidate]:
    """The candidates of a row, those of its surface first."""
    sources = (_longer,) if row.form.is_sure else SOURCES
    found = [candidate for source in sources for candidate in source(row)]
    finished = (standing.finished(one, row.profile, row.knowledge) for one in found)
    return [*row.form.candidates, *finished]


def _longer(row: Row) -> Iterator[Candidate]:
    if row.mention.extractor == "llm" or not row.place.found:
        return
    left = _words_before(row.place)
    right = _words_after(row.place)
    lexicon = row.knowledge.lexicon
    inner = row.place.found
    for before in range(len(left), -1, -1):
        for after in range(len(right), -1, -1):
            if not before and not after:
                continue
            text = " ".join([*left[len(left) - before :], inner, *right[:after]])
            if hits := lexicon.index.get(names.key(text)):
                for hit in hits:
                    entry = lexicon.entry(hit)
                    says = (
                        f"longer:{hit.how}:{min(before, 2)}:{min(after, 2)}",
                        f"longer:{entry.type}:{'word' if entry.word else 'name'}",
                    )
                    yield Candidate(entry.name, "longer", entry, says)
                return


def _words_before(place: Place) -> list[str]:
    return _WORDS.findall(place.left[-48:])[-REACH:] if place.opens_left else []


def _words_after(place: Place) -> list[str]:
    return _WORDS.findall(place.right[:48])[:REACH] if place.opens_right else []


def _grown(row: Row) -> Iterator[Candidate]:
    """Cut names grow over capitalised words, digits and what joins them."""
    if row.mention.extractor == "llm" or not row.place.found:
        return
    opens_left, opens_right = row.place.opens_left, row.place.opens_right
    if not opens_left and not opens_right:
        return
    seen = {row.profile.key}
    for kind, (before, after) in zip(("tight", "loose"), _GROWTHS, strict=True):
        left = before.search(row.place.left) if opens_left else None
        right = after.match(row.place.right) if opens_right else None
        found = _growth(row, left[0] if left else "", right[0] if right else "", kind)
        if found is not None and names.key(found.label) not in seen:
            seen.add(names.key(found.label))
            yield found


def _growth(row: Row, before: str, after: str, kind: str) -> Candidate | None:
    core = statistics.core(" ".join(f"{before}{row.place.found}{after}".split()))
    if row.profile.core not in core:
        return None
    says = (
        f"grown:{kind}:left:{_joint(before.rstrip()[-3:])}:{before[-1:].isspace()}",
        f"grown:{kind}:right:{_joint(after.lstrip()[:3])}:{after[:1].isspace()}",
        f"grown:{kind}:sides:{bool(before)}:{bool(after)}",
    )
    return Candidate(core, "grown", entry_of(core, row.knowledge), says)


def _joint(text: str) -> str:
    """What joins a grown part to the name."""
    mark = text.strip()
    if not mark:
        return ""
    return mark if not mark.isalnum() or mark.lower() in {"of", "for", "and", "the"} else "word"


def _full(row: Row) -> Iterator[Candidate]:
    for variant in surfaces.variants(row.mention.surface):
        word = variant.text.lower()
        fulls = row.setting.fulls.get(word)
        if " " in word or not fulls:
            continue
        people = [full for full in fulls if names.key(full) != row.profile.key]
        mark = row.knowledge.vocabulary.mark(word)
        for full in people[:3]:
            side = "last" if full.split()[-1].lower() == word else "first"
            says = (f"full:{side}:{min(len(people), 3)}:{mark}",)
            entry = entry_of(full, row.knowledge)
            yield Candidate(entry.name if entry else full, "full", entry, says)
        return


def _here(row: Row) -> Iterator[Candidate]:
    if row.profile.known:
        return
    key = row.profile.key
    sounds = phonetics.code(key)
    if len(sounds) < phonetics.SHORTEST_CODE:
        return
    best: dict[str, float] = {}
    for near in phonetics.neighbours(sounds):
        for text in row.setting.spoken.get(near, ()):
            other = names.key(text)
            if other == key or other in {key + "s", key[:-1]}:
                continue
            value = alikeness(key, other, near == sounds)
            if value > best.get(text, LIKE_ENOUGH):
                best[text] = value
    for text, value in sorted(best.items(), key=lambda item: (-item[1], item[0]))[:1]:
        entry = entry_of(text, row.knowledge)
        says = (
            *steps("here", value),
            f"here:{'entry' if entry else 'none'}",
            f"here:{row.mention.extractor}",
            *words_alike("here", row.profile.core, text),
        )
        yield Candidate(entry.name if entry else text, "here", entry, says)


SOURCES: tuple[Callable[[Row], Iterator[Candidate]], ...] = (
    _longer, _grown, _full, _here,
)  # fmt: skip
"""Where candidates come from."""
