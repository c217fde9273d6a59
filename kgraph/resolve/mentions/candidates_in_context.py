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

from kgraph.base import text as names
from kgraph.base.lexicon import Hit, Lexicon
from kgraph.resolve import name_counts
from kgraph.resolve.mentions import candidates_by_name, phonetics
from kgraph.resolve.mentions.candidates_by_name import steps, words_alike
from kgraph.resolve.mentions.name_profile import LIKE_ENOUGH, alikeness
from kgraph.resolve.mentions.row import Candidate, Row, entry_of

REACH = 4
"""Words beyond a cut name that may still belong to it (``Department of Financial Services``)."""

_WORDS = re.compile(r"[\w'$]+(?:[.&+-][\w'$]+)*[+]?|[&+]")


_PART = r"(?:[A-Z][\w']*|[a-z]*[A-Z]\w*|\d[\w.]*\b)"
_LOOSE = r"\s+(?:of|for|the|of the|on|and)\s+"
_TIGHT = r"\s*[-&+/]\s*|:\s|\s+|\.(?=\w)"
_GROWTHS = tuple(
    (
        re.compile(rf"(?:{_PART}(?:{joints})){{1,4}}$"),
        re.compile(rf"^(?:['’][A-Z]\w+)?(?:(?:{joints}){_PART}){{0,3}}|^\+"),
    )
    for joints in (_TIGHT, f"{_LOOSE}|{_TIGHT}")
)
"""How a name may go on to its left and right: without, and with, words between."""


def of(row: Row) -> list[Candidate]:
    """The candidates of a row, those of its surface first."""
    found = list(row.form.candidates)
    for source in SURE_SOURCES if row.form.is_sure else SOURCES:
        for candidate in source(row):
            found.append(candidates_by_name.finished(candidate, row.profile, row.knowledge))
    return found


def _longer(row: Row) -> Iterator[Candidate]:
    """The longest run of words around the name that an entry goes by."""
    place = row.place
    if row.mention.extractor != "regex" or not place.found:
        return
    left = _WORDS.findall(place.left[-48:])[-REACH:] if place.opens_left else []
    right = _WORDS.findall(place.right[:48])[:REACH] if place.opens_right else []
    if not left and not right:
        return
    # The key of a run of words is that of its words, one behind the other.
    keys = [names.letters(text) for text in (*left, place.found, *right)]
    middle = len(left)
    lexicon = row.knowledge.lexicon
    for start in range(middle + 1):
        for end in range(len(keys), middle + (start == middle), -1):
            if hits := lexicon.index.get("".join(keys[start:end])):
                sides = f"{min(middle - start, 2)}:{min(end - middle - 1, 2)}"
                yield from (_of_run(hit, sides, lexicon) for hit in hits)
                return


def _of_run(hit: Hit, sides: str, lexicon: Lexicon) -> Candidate:
    entry = lexicon.entry(hit)
    says = (
        f"longer:{hit.how}:{sides}",
        f"longer:{entry.type}:{'word' if entry.word else 'name'}",
    )
    return Candidate(entry.name, "longer", entry, says)


def _grown(row: Row) -> Iterator[Candidate]:
    """Cut names grow over capitalised words, digits and what joins them."""
    if row.mention.extractor != "regex" or not row.place.found:
        return
    place = row.place
    if not place.opens_left and not place.opens_right:
        return
    seen = {row.profile.key}
    for kind, (before, after) in zip(("tight", "loose"), _GROWTHS, strict=True):
        left = before.search(place.left) if place.opens_left else None
        right = after.match(place.right) if place.opens_right else None
        found = _growth(row, left[0] if left else "", right[0] if right else "", kind)
        if found is not None and names.key(found.label) not in seen:
            seen.add(names.key(found.label))
            yield found


def _growth(row: Row, before: str, after: str, kind: str) -> Candidate | None:
    core = name_counts.core(" ".join(f"{before}{row.place.found}{after}".split()))
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
    for word in row.form.words:
        if fulls := row.setting.fulls.get(word):
            yield from _full_names(word, fulls, row)
            return


def _full_names(word: str, fulls: list[str], row: Row) -> Iterator[Candidate]:
    people = [full for full in fulls if names.key(full) != row.profile.key]
    mark = row.knowledge.vocabulary.mark(word)
    for full in people[:3]:
        side = "last" if full.split()[-1].lower() == word else "first"
        entry = entry_of(full, row.knowledge)
        if side == "last" and row.profile.known and entry and entry.type != "person":
            continue  # a surname is a person's: AI is not short for Generative AI
        says = (f"full:{side}:{min(len(people), 3)}:{mark}",)
        yield Candidate(entry.name if entry else full, "full", entry, says)


def _here(row: Row) -> Iterator[Candidate]:
    if row.profile.known:
        return
    best: dict[str, float] = {}
    for text, value in _sounding_like(row.profile.key, row.setting.spoken):
        if value > best.get(text, LIKE_ENOUGH):
            best[text] = value
    for text, value in sorted(best.items(), key=lambda item: (-item[1], item[0]))[:1]:
        entry = entry_of(text, row.knowledge)
        if entry is None and not _may_be(text, row):
            continue
        says = (
            *steps("here", value),
            f"here:{'entry' if entry else 'none'}",
            f"here:{row.mention.extractor}",
            *words_alike("here", row.profile.core, text),
        )
        yield Candidate(entry.name if entry else text, "here", entry, says)


def _may_be(text: str, row: Row) -> bool:
    """May the row's name be another unknown one misheard? Of two that the language model lists,
    the one that more episodes name: else each would be taken for the other."""
    if row.profile.key not in row.setting.categories:
        return True
    own, other = (row.knowledge.names.get(key) for key in (row.profile.key, names.key(text)))
    return other is not None and (own is None or other.episodes > own.episodes)


def _sounding_like(key: str, spoken: dict[str, list[str]]) -> Iterator[tuple[str, float]]:
    """(name, likeness) of the names that share a sound code with a key, but for its plural."""
    sounds = phonetics.reach(key)
    for code in sounds:
        for text in spoken.get(code, ()):
            other = names.key(text)
            if other not in (key, key + "s", key[:-1]):
                yield text, alikeness(key, other, code == sounds[0])


SOURCES: tuple[Callable[[Row], Iterator[Candidate]], ...] = (
    _longer, _grown, _full, _here,
)  # fmt: skip
"""Where candidates come from."""

SURE_SOURCES = SOURCES[:1]
"""The same where an entry alone goes by the name: only more words can make it another."""
