"""Tell notes of episodes from other files with front matter, for the first proposal of a project.

A build makes an episode of every file with front matter. A vault has such files on people and
companies as well, and a website has pages: the names of the fields tell them apart.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePosixPath
from typing import Literal

from kgraph.base.vocabulary import load_field_table
from kgraph.ingest.field_advice import normalize_key

#: ``episode``; ``note``, which may be on anything; ``template``; ``other``, such as a file with a
#: title alone; or ``unread``, which no build can read.
FileKind = Literal["episode", "note", "template", "other", "unread"]

#: Fields that notes of an episode and notes on anything else have. Other known fields are those of
#: an episode.
_COMMON_FIELDS = frozenset({"date", "layout", "original_url", "summary", "tags", "themes", "title"})

#: Those of them that tell an episode beside a title. In vaults a note on a person or a company has
#: the name of its file for a title, and a daily note has no title at all.
_TELLING_BESIDE_TITLE = frozenset({"date", "original_url", "summary"})

#: The same under names that mean them: a page of documentation has a title and a description.
_MEANT_BESIDE_TITLE = frozenset({"date", "original_url"})

#: Fields that a key of another name may mean, and which tell an episode then.
_TELLING_MEANINGS = frozenset({"duration", "source"})

#: Keys, normalized, that kgraph does not know and that tell an episode.
_TELLING_KEYS = frozenset(
    "audio audiourl enclosure episode episodenumber episodetitle guest guests host hosts season "
    "speaker speakers transcript transcriptby videoid youtubeurl".split()
)

#: What a file may say that it is, normalized: an episode, in ``type`` or ``layout``,
_EPISODE_TYPES = frozenset(
    "episode episodes interview lecture podcast podcastepisode podcasts recording shownotes talk "
    "transcript video webinar youtube".split()
)
#: or something else; a ``post`` may be either,
_OTHER_TYPES = frozenset(
    "article author book company daily dailynote guest host journal newsletter organisation "
    "organization page pages people person place product show speaker sponsor tool tweet".split()
)
#: and so may a page with these layouts.
_COMMON_LAYOUTS = frozenset({"article", "page", "pages", "show"})

#: Names of files, without suffix and in lower case, that are about the others.
_ABOUT_FILES = frozenset({"readme", "license", "licence", "changelog", "contributing", "_index"})

_TEMPLATE_FOLDERS = frozenset({"template", "templates", "_templates"})


def classify_file(
    name: str, keys: Collection[str], is_template: bool, type_: str = "", layout: str = ""
) -> FileKind:
    """Return the kind of a file that a build can read.

    Args:
        name: relative to the folder that is looked at, with ``/``.
        keys: the keys of its front matter, known or not.
        is_template: whether its front matter has a placeholder.
        type_, layout: what it says that it is.

    >>> classify_file("a.md", ["title", "date"], False)
    'episode'
    >>> classify_file("a.md", ["Title", "Date"], False)
    'episode'
    >>> classify_file("a.md", ["title", "type"], False, "Podcast")
    'episode'
    >>> classify_file("people/ann.md", ["aliases", "tags"], False)
    'note'
    >>> classify_file("about.md", ["title"], False)
    'other'
    """
    path = PurePosixPath(name.lower())
    if is_template or not _TEMPLATE_FOLDERS.isdisjoint(path.parts[:-1]):
        return "template"
    if path.stem in _ABOUT_FILES:
        return "other"
    table = load_field_table()
    names = {key: key.lower() for key in keys}
    known = {name for name in names.values() if name in table.episode or name in table.rows}
    normal = [normalize_key(key) for key, name in names.items() if name not in known]
    meanings = {table.meant[key] for key in normal if key in table.meant}
    stated, shown = normalize_key(type_), normalize_key(layout)
    if not _EPISODE_TYPES.isdisjoint((stated, shown)):
        return "episode"
    if stated in _OTHER_TYPES or shown in _OTHER_TYPES - _COMMON_LAYOUTS:
        return "note"
    beside_title = bool(known & _TELLING_BESIDE_TITLE or meanings & _MEANT_BESIDE_TITLE)
    if (
        known - _COMMON_FIELDS
        or meanings & _TELLING_MEANINGS
        or not _TELLING_KEYS.isdisjoint(normal)
        or ("title" in known and beside_title)
    ):
        return "episode"
    return "note" if known - {"title"} or meanings else "other"
