"""Lookup of episodes by the names that people give them.

An episode is found by its slug or id, also of an earlier build, by file name with or without folder
and suffix, by title without case, spaces, punctuation and accents, and by a path to its file.
Several may have one title.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Mapping, Sequence

from kgraph.base.errors import AmbiguousNameError
from kgraph.base.text import (
    MAX_SUGGESTIONS,
    format_day,
    local_id,
    name_key,
    pluralize,
    shorten,
    suggest_names,
)
from kgraph.graph.absence import Absence, explain_withdrawal, unknown_name_error
from kgraph.graph.records import EpisodeSummary, FormerThing
from kgraph.ingest.files import has_episode_suffix

MIN_TITLE_PART_LETTERS = 4  #: of a name that is searched within titles; fewer match too many


def find_episode(
    summaries: Mapping[str, EpisodeSummary],
    name: str,
    former: Mapping[str, FormerThing] | None = None,
) -> str:
    """Return the slug of the episode of a slug, id, file name or title.

    Raises:
        UnknownNameError: as :func:`find_episodes`.
        AmbiguousNameError: several episodes have the title or file name; it suggests their files.
    """
    return choose_episode(summaries, name, find_episodes(summaries, name, former))


def find_episodes(
    summaries: Mapping[str, EpisodeSummary],
    name: str,
    former: Mapping[str, FormerThing] | None = None,
) -> list[str]:
    """Return the slugs of all episodes of a slug, id, file name or title, at least one.

    Args:
        former: ids of earlier builds and their successors.

    Raises:
        UnknownNameError: there is none; titles with the name, or similar ones, are suggested, or
            else similar file names.
    """
    slug = local_id(name).removeprefix("episode/")
    if slug in summaries:
        return [slug]
    was = (former or {}).get(f"episode/{slug}")
    if was and (successor := was.successor.removeprefix("episode/")) in summaries:
        return [successor]
    key = name_key(name)
    conditions: tuple[Callable[[EpisodeSummary], bool], ...] = (
        lambda summary: name in summary.files,
        lambda summary: any(_is_file_name(file, name) for file in summary.files),
        lambda summary: name == summary.title,
        lambda summary: key == name_key(summary.title),
    )
    for condition in conditions:
        if slugs := [slug for slug, summary in summaries.items() if condition(summary)]:
            return slugs
    matches = {
        slug: max((match_path(file, name) for file in summary.files), default=0)
        for slug, summary in summaries.items()
    }
    if longest := max(matches.values(), default=0):
        return [slug for slug, length in matches.items() if length == longest]
    titles = {summary.title for summary in summaries.values()}
    is_long = len(key) >= MIN_TITLE_PART_LETTERS
    containing = [title for title in titles if is_long and key in name_key(title)]
    shortest = sorted(containing, key=lambda title: (len(title), title))[:MAX_SUGGESTIONS]
    near = shortest or suggest_names(name, titles) or _suggest_files(summaries, name)
    advice = "give its file name, title or id"
    absence = Absence(f"{shorten(name)}: no such episode")
    if not name.strip():
        advice = "give the file name, title or id of an episode"
        absence = Absence("the name is empty")
    if was and not was.successor:
        absence = explain_withdrawal(f"episode/{slug}", was)
    raise unknown_name_error(absence, near, advice)


def _is_file_name(file: str, name: str) -> bool:
    base = file.rpartition("/")[2]
    return name in (base, _get_stem(base))


def _get_stem(base: str) -> str:
    return base.rpartition(".")[0] or base


def _suggest_files(summaries: Mapping[str, EpisodeSummary], name: str) -> list[str]:
    """Return file names like a name, whose folder and suffix do not count."""
    files = (file for summary in summaries.values() for file in summary.files)
    bases = {_get_stem(base): base for base in (file.rpartition("/")[2] for file in files)}
    given = name.rpartition("/")[2]
    stem = _get_stem(given) if has_episode_suffix(given) else given
    return [bases[similar] for similar in suggest_names(stem, bases)]


def match_path(file: str, path: str) -> int:
    """Return the parts that the name of a file and a path have in common at their ends.

    They are all parts of the one or the other; else there is no match, and the number is 0. So a
    path may begin in any folder, as a shell completes it, and a file's name at its source.

    >>> match_path("ep4.md", "../Podcasts/ep4.md"), match_path("a/ep4.md", "b/ep4.md")
    (1, 0)
    """
    parts = file.split("/")
    given = posixpath.normpath(path.replace(os.sep, "/")).split("/")
    length = min(len(parts), len(given))
    return length if parts[-length:] == given[-length:] else 0


def choose_episode(
    summaries: Mapping[str, EpisodeSummary],
    name: str,
    slugs: Sequence[str],
    *conditions: Callable[[str], bool],
) -> str:
    """Return the episode of a name: of several, the one that meets the first condition that any \
meets.

    Args:
        slugs: of the episodes that have the name, at least one.
        conditions: each takes a slug.

    Raises:
        AmbiguousNameError: several are left; it suggests their files.
    """
    if len(slugs) > 1:
        met = ([slug for slug in slugs if condition(slug)] for condition in conditions)
        slugs = next(filter(None, met), slugs)
    if len(slugs) == 1:
        return slugs[0]
    ordered = sorted(slugs, key=lambda slug: (summaries[slug].date, summaries[slug].files, slug))
    rivals = [(summaries[slug], next(iter(summaries[slug].files), slug)) for slug in ordered]
    has_title = all(name_key(summary.title) == name_key(name) for summary, _ in rivals)
    choices = [
        f"{file} ({format_day(summary.date[:10], summary.is_dated) or 'undated'})"
        for summary, file in rivals[:MAX_SUGGESTIONS]
    ]
    if more := len(rivals) - len(choices):
        choices.append(f"and {more:,} more")
    raise AmbiguousNameError(
        f"{shorten(name)}: {pluralize(len(slugs), 'episode')} have this "
        f"{'title' if has_title else 'file name'}: {', '.join(choices)}: give the file",
        [file for _, file in rivals[:MAX_SUGGESTIONS]],
    )
