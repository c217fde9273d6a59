"""Write a vault: a folder of linked Markdown notes, for Obsidian and as a bundle of OKF 0.2.

A note for each entity, show, theme and episode, in a folder for each type
(:mod:`kgraph.export.notes`); ``index.md`` in each folder lists its notes, ``about.md`` describes
the data set, and ``kgraph-vault.json`` is the manifest (:mod:`kgraph.export.vault_folder`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from kgraph.base.entity_types import ENTITY_TYPES
from kgraph.base.text import pluralize, slugify
from kgraph.export.episode_note import compose_episode_sentence, make_episode_note
from kgraph.export.note_names import assign_names
from kgraph.export.note_text import escape_line, format_front_matter, make_link, make_web_link
from kgraph.export.notes import PROGRAM, Citation, Note, NoteContext, QuoteChoice
from kgraph.export.rdf import RdfContent
from kgraph.export.thing_notes import (
    compose_entity_sentence,
    compose_theme_sentence,
    make_entity_note,
    make_theme_note,
)
from kgraph.export.vault_folder import DraftVault
from kgraph.graph import Graph, SharedData

OKF_VERSION = "0.2"
MAX_HIGHLIGHTS = 20  #: entities that the first page lists

ABOUT = "about.md"


def assign_paths(shared: SharedData) -> dict[str, str]:
    """Return the path of the note of each thing in a graph, by id.

    Episodes are named by day and title, everything else by its label.
    """
    plurals = {name: spec.plural for name, spec in ENTITY_TYPES.items()}
    wanted = {**plurals, "theme": "themes", "episode": "episodes"}
    folders = assign_names((name, slugify(text)) for name, text in wanted.items())
    groups: dict[str, list[tuple[str, str]]] = {name: [] for name in folders}
    for id_, entity in shared.stated_entities().items():
        groups[entity.type].append((id_, entity.label))
    groups["theme"] = [(id_, theme.label) for id_, theme in shared.themes.items()]
    groups["episode"] = [
        (f"episode/{slug}", f"{summary.date[:10]} {summary.title}")
        for slug, summary in shared.summaries.items()
    ]
    return {
        id_: f"{folders[group]}/{name}.md"
        for group, pairs in groups.items()
        for id_, name in assign_names(pairs).items()
    }


def write_vault(graph: Graph, folder: Path, base: str, content: RdfContent) -> None:
    """Write the notes into an empty folder.

    Quotes are in it if the content says how many: the best of each episode, and the best that name
    each thing in it.
    """
    shared = graph.shared
    context = NoteContext(shared, assign_paths(shared), base, content.id_sources)
    quotes = QuoteChoice(graph, content.quotes)
    vault = DraftVault(folder)
    descriptions: dict[str, str] = {}
    for episode in graph:
        context.add_episode(episode, quotes.choose_by_thing(episode))
        note = make_episode_note(context, episode, quotes.choose(episode))
        descriptions[episode.id] = compose_episode_sentence(episode)
        vault.write(note.path, note.render())
    for ids, make_note, describe in (
        (context.entities, make_entity_note, compose_entity_sentence),
        (shared.themes, make_theme_note, compose_theme_sentence),
    ):
        for id_ in ids:
            descriptions[id_] = describe(context, id_)
            note = make_note(context, id_)
            vault.write(note.path, note.render())
    vault.write(ABOUT, _make_about(context, content.licence).render())
    for path, text in _make_indexes(context, descriptions):
        vault.write(path, text)
    vault.write_manifest(
        {
            "program": PROGRAM,
            "okf_version": OKF_VERSION,
            "dataset": f"{base}dataset",
            "build": shared.digest,
            **({"licence": content.licence} if content.licence else {}),
        }
    )


# -- the data set ------------------------------------------------------------------


def _make_about(context: NoteContext, licence: str) -> Note:
    shared = context.shared
    total = pluralize(len(shared.summaries), "episode")
    files = {file for summary in shared.summaries.values() for file in summary.files}
    cited = Citation(
        "files",
        f"{pluralize(len(files), 'episode file')} with the SHA-256 {shared.digest}",
        "Episode files",
        f"{pluralize(len(files), 'episode file')}; SHA-256 over the digests of all files of the "
        f"build: {shared.digest}",
    )
    lines = [
        f"- Program: {PROGRAM}",
        f"- Build: {shared.digest}",
        *([f"- Licence: {make_web_link(licence, licence)}"] if licence else []),
        f"- Format: Open Knowledge Format {OKF_VERSION}; Obsidian opens the folder as a vault",
        "",
        "A note is made anew by each export. Keep what you write in notes of your own.",
        "",
        "A confidence is the probability that a claim is right. A footnote leads to its source.",
    ]
    return Note(
        ABOUT,
        "Dataset",
        f"Knowledge graph of {total}",
        f"Notes on {total}, their shows and what they mention: "
        f"{pluralize(len(context.entities), 'name')}.",
        (
            ("resource", f"{context.base}dataset"),
            ("licence", licence),
            ("program", PROGRAM),
            ("build", shared.digest),
            ("episodes", len(shared.summaries)),
        ),
        (f"Made from {pluralize(len(files), 'file')}.{cited.mark}", "", *lines),
        (cited,),
    )


# -- index files -------------------------------------------------------------------


def _make_indexes(context: NoteContext, descriptions: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield path and text of the index of each folder, then of the vault.

    An index has no front matter, but for the version in the first (OKF 0.2, section 8).
    """
    entities, themes = context.entities, context.shared.themes
    ranked = sorted(entities, key=lambda id_: (-entities[id_].episodes, id_))
    groups = [
        (
            spec.plural[:1].upper() + spec.plural[1:],
            [id_ for id_ in ranked if entities[id_].type == name],
        )
        for name, spec in ENTITY_TYPES.items()
    ]
    groups.append(("Themes", sorted(themes, key=lambda id_: (-themes[id_].episodes, id_))))
    newest = context.sort_newest_first(context.summaries)
    groups.append(("Episodes", [f"episode/{slug}" for slug in newest]))
    folders = []
    for heading, ids in groups:
        if ids:
            folder = context.paths[ids[0]].partition("/")[0]
            path = f"{folder}/index.md"
            lines = (_make_entry(context, id_, descriptions, folder) for id_ in ids)
            yield path, _join([f"# {escape_line(heading)}", "", *lines])
            count = f"{len(ids):,} notes" if len(ids) > 1 else "1 note"
            folders.append(f"* {make_link(heading, path)} - {count}")
    about = make_link("About", ABOUT)
    named = [id_ for id_ in ranked if not entities[id_].is_generic and entities[id_].episodes]
    yield (
        "index.md",
        format_front_matter([("okf_version", OKF_VERSION)])
        + "\n"
        + _join(
            [
                f"# Knowledge graph of {pluralize(len(context.summaries), 'episode')}",
                "",
                f"* {about} - what it was made from, by which program, under which licence",
                "",
                "# Notes by type",
                "",
                *folders,
                *(["", "# Most mentioned", ""] if named else []),
                *(_make_entry(context, i, descriptions, "") for i in named[:MAX_HIGHLIGHTS]),
            ]
        ),
    )


def _make_entry(context: NoteContext, id_: str, descriptions: dict[str, str], folder: str) -> str:
    path = context.paths[id_].removeprefix(f"{folder}/" if folder else "")
    return f"* {make_link(context.label(id_), path)} - {escape_line(descriptions[id_])}"


def _join(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"
