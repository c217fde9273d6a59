"""The note of an episode: what it mentions, its themes, its summary, and quotes if asked for."""

from __future__ import annotations

from collections.abc import Iterable

from kgraph.base.entity_types import ENTITY_TYPES
from kgraph.base.model import STATED_DECIMALS
from kgraph.base.text import pluralize
from kgraph.export.note_text import (
    PropertyValue,
    escape_line,
    is_web_address,
    make_tag,
    make_web_link,
    rewrite_markdown,
)
from kgraph.export.notes import (
    Citation,
    Note,
    NoteContext,
    describe_moment,
    list_other_names,
    make_day,
    quote_lines,
)
from kgraph.graph import EpisodeGraph, MentionEdge, Occurrence, Quote
from kgraph.graph.network import locate_episode_themes
from kgraph.rdf.episode import file_id


def make_episode_note(
    context: NoteContext, episode: EpisodeGraph, quotes: Iterable[tuple[Occurrence, Quote]]
) -> Note:
    """Return the note of an episode.

    Args:
        quotes: those that it has.
    """
    file, id_ = episode.main_file, episode.id
    address = file.text("original_url")
    files = _cite_files(context, episode)
    lines = [f"- {line}" for line in _state_facts(context, episode, files)]
    lines.append("")
    if summary := file.text("summary"):
        mark = files[episode.stating_files["summary"]].mark
        lines += ["## Summary", "", f"From the file:{mark}", ""]
        lines += [*rewrite_markdown(summary), ""]
    lines += _list_quotes(context, episode, quotes, files)
    lines += _list_mentions(context, episode, files)
    if links := list(_link_themes(context, episode, files)):
        lines += ["## Themes", "", ", ".join(links), ""]
    tags = [make_tag(row.text("tag")) for it in episode.files for row in it.rows.get("tags", ())]
    minutes = file.values.get("duration")
    date_source = "publication" if episode.is_dated else "processing"
    has_time = episode.is_dated and "T" in episode.date
    properties: list[tuple[str, PropertyValue]] = [
        ("resource", address if is_web_address(address) else context.base + id_),
        ("aliases", list_other_names(context, id_)),
        ("tags", list(dict.fromkeys(["episode", *filter(None, tags)]))),
        ("iri", context.base + id_),
        ("date", make_day(episode.date[:10])),
        ("date_source", date_source if episode.date else ""),
        ("published_at", episode.date if has_time else ""),
        ("show", episode.show.label if episode.show else ""),
        *([("minutes", minutes)] if isinstance(minutes, int) else []),
        ("mentions", len(episode.mentioned)),
    ]
    return Note(
        context.paths[id_],
        "Episode",
        context.label(id_),
        compose_episode_sentence(episode),
        tuple(properties),
        tuple(lines),
        files,
    )


def compose_episode_sentence(episode: EpisodeGraph) -> str:
    """Describe an episode in one sentence."""
    words = f"Episode of {episode.show.label}" if episode.show else "Episode"
    moment = describe_moment(episode).partition("T")[0]
    minutes = episode.main_file.values.get("duration")
    length = pluralize(minutes, "minute") if isinstance(minutes, int) else ""
    mentions = f"mentions {pluralize(len(episode.mentioned), 'name')}"
    return ", ".join(filter(None, (words, moment, length, mentions))) + "."


def _cite_files(context: NoteContext, episode: EpisodeGraph) -> tuple[Citation, ...]:
    """Return the episode's files as sources."""
    moment = f"{escape_line(when)}, " if (when := describe_moment(episode)) else ""
    return tuple(
        Citation(
            f"file-{number}",
            address
            if is_web_address(address := file.text("original_url"))
            else context.base + file_id(file),
            file.file,
            f"{make_web_link(address)}, " * bool(address)
            + f"{moment}file {escape_line(file.file)} (SHA-256 {file.sha256})",
        )
        for number, file in enumerate(episode.files, 1)
    )


def _state_facts(
    context: NoteContext, episode: EpisodeGraph, files: tuple[Citation, ...]
) -> Iterable[str]:
    """Yield show, date and address, each with the mark of the file that states it."""
    if show := episode.show:
        link, mark = context.link(show.target, episode.id), files[show.file].mark
        yield f"Show: {link}, confidence {show.confidence:.{STATED_DECIMALS}f}{mark}"
    numbers = episode.stating_files
    if moment := describe_moment(episode):
        yield escape_line(moment[:1].upper() + moment[1:]) + files[numbers["date"]].mark
    if address := episode.main_file.text("original_url"):
        yield f"Address: {make_web_link(address)}{files[numbers['original_url']].mark}"


def _list_mentions(
    context: NoteContext, episode: EpisodeGraph, files: tuple[Citation, ...]
) -> list[str]:
    lines: list[str] = []
    groups = [
        (
            spec.plural[:1].upper() + spec.plural[1:],
            [m for m in episode.mentioned if m.type == name],
        )
        for name, spec in ENTITY_TYPES.items()
    ]
    groups.append(("Named in adverts only", list(episode.advertised)))
    for heading, mentions in groups:
        mentions.sort(key=lambda mention: (-mention.confidence, mention.target))
        lines += [f"## {heading}", ""] if mentions else []
        lines += [
            f"- {context.link(mention.target, episode.id)}, confidence "
            f"{mention.confidence:.{STATED_DECIMALS}f}{_mark_files(mention, files)}"
            for mention in mentions
        ]
        lines.append("")
    return lines


def _link_themes(
    context: NoteContext, episode: EpisodeGraph, files: tuple[Citation, ...]
) -> Iterable[str]:
    """Yield the link of each theme, with the marks of the files that it comes from."""
    for key, numbers in sorted(locate_episode_themes(episode).items()):
        if (theme := f"theme/{key}") in context.paths:
            marks = "".join(files[number].mark for number in sorted(numbers))
            yield context.link(theme, episode.id) + marks


def _mark_files(mention: MentionEdge, files: tuple[Citation, ...]) -> str:
    return "".join(files[number].mark for number in sorted({row.file for row in mention.rows}))


def _list_quotes(
    context: NoteContext,
    episode: EpisodeGraph,
    quotes: Iterable[tuple[Occurrence, Quote]],
    files: tuple[Citation, ...],
) -> list[str]:
    lines: list[str] = []
    for item, quote in quotes:
        ids = [id_ for id_, _ in episode.list_named(quote)]
        ids += [f"theme/{key}" for key in dict.fromkeys(item.themes)]
        names = ", ".join(context.link(id_, episode.id) for id_ in ids if id_ in context.paths)
        marks = "".join(files[number].mark for number in sorted({file for file, _ in item.rows}))
        lines += [
            *quote_lines([quote.text]),
            "",
            f"Relevance {item.relevance:.2f}{f', on {names}' if names else ''}{marks}",
            "",
        ]
    return ["## Quotes", "", *lines] if lines else []
