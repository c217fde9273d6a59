"""Find a name in all that the files of an episode have: texts, what no build uses, and what could
not be read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from kgraph.base.model import EpisodeFile
from kgraph.graph import EpisodeGraph
from kgraph.ingest.json_pointer import pointer_token
from kgraph.store import Store
from kgraph.views.episode_problems import (
    advise_mending,
    list_episode_problems,
    loses_names,
    loses_text,
)
from kgraph.views.reasons import Claim, FilePlace, cut_claims, make_claim

CONTEXT_CHARS = 60  #: on each side of a name

#: Pointer of the names that are looked for elsewhere: a name there is a row.
_ROW_NAME = re.compile(r"/companies/\d+/name")


def find_in_text(episode: EpisodeGraph, names: Iterable[str]) -> list[FilePlace]:
    """Find names in title, summary, body and rows of an episode, as whole words in any capitals.

    Places in the capitals of a name come first; each sort is in the order of the text.
    """
    texts = (
        (file.file, place, text) for file in episode.files for place, text in _iterate_texts(file)
    )
    return _find_names(texts, names)


def explain_unread(store: Store, episode: EpisodeGraph, names: Iterable[str]) -> Iterator[Claim]:
    """Yield what could not be read and may have one of some names, and unknown fields that do."""
    given, problems = list(names), list_episode_problems(store, episode)
    lost = [
        problem
        for problem in problems
        if loses_names(problem)
        or (loses_text(problem) and _find_names([("", "", problem.value)], given))
    ]
    if lost:
        yield make_claim("lost", {"words": advise_mending(lost)})
    for file in episode.files:
        fields = {pointer_token(key): json.loads(value) for key, value in file.extra.items()}
        texts = [text for field, value in fields.items() for text in _flatten(field, value)]
        if places := _find_names(((file.file, *text) for text in texts), given):
            yield make_claim("unused", {"label": given[0]}, **explain_places(places))


def explain_places(places: Iterable[FilePlace]) -> dict[str, object]:
    """Return the fields of a claim that holds because of places of a text."""
    claims = [make_claim("place", {"name": source.text}, source=source) for source in places]
    return cut_claims(claims)


def _find_names(texts: Iterable[tuple[str, str, str]], names: Iterable[str]) -> list[FilePlace]:
    """Find names in texts, which come with their file and place."""
    given = [name for name in dict.fromkeys(names) if name.strip()]
    if not given:
        return []
    # The longest first: at one place "Google Cloud" is found, and not "Google".
    ranked = sorted(given, key=lambda name: (-len(name), name))
    words = "|".join(r"\s+".join(map(re.escape, name.split())) for name in ranked)
    pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)
    spelled = {" ".join(name.split()) for name in given}
    sources = []
    for file, place, text in texts:
        for match in pattern.finditer(text):
            start, end = match.span()
            context = text[max(0, start - CONTEXT_CHARS) : end + CONTEXT_CHARS]
            sources.append(FilePlace(file, place, match.group(), context))
    return sorted(sources, key=lambda source: " ".join(source.text.split()) not in spelled)


def _iterate_texts(file: EpisodeFile) -> Iterator[tuple[str, str]]:
    """Yield the texts of a file with their places, those that people read first."""
    for field, value in file.values.items():
        yield from _flatten(f"/{field}", value)
    for rows in file.rows.values():
        for row in rows:
            for field, value in row.values.items():
                place = f"{row.pointer}/{field}"
                if not _ROW_NAME.fullmatch(place):
                    yield from _flatten(place, value)
    yield "body", file.body
    for number, comment in enumerate(file.comments):
        yield f"comment {number + 1}", comment


def _flatten(place: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for key, member in value.items():
            yield from _flatten(place + pointer_token(key), member)
    elif isinstance(value, list | tuple):
        for number, member in enumerate(value):
            yield from _flatten(place + pointer_token(number), member)
