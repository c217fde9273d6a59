"""Is a vault a conformant bundle, and does every link in it lead somewhere?

    python benchmarks/vault.py FOLDER

Checks what `kgraph export vault` wrote against the Open Knowledge Format 0.2 (its section 11, and
what sections 4 to 9 say of front matter, sources, links and index files), against what Obsidian
needs (names that it can link to, tags, aliases), and against the file names of Windows. Notes are
read with PyYAML and markdown-it-py as CommonMark with tables: texts of the graph must not have
become HTML, code or images. Ends with status 1 when there is a problem.
"""

from __future__ import annotations

import argparse
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml
from markdown_it import MarkdownIt

OKF_VERSION = "0.2"
RESERVED = ("index.md", "log.md")
MARKUP_OF_OTHERS = {"html_block", "html_inline", "fence", "code_block", "code_inline", "image"}

_FRONT_MATTER = re.compile(r"---\n(.*?\n)?---\n(.*)", re.DOTALL)
_FOOTNOTE = re.compile(r"(?<!\\)\[\^([\w-]+)\](:?)")
_ENTRY = re.compile(r"\* \[(?:[^\]\\]|\\.)+\]\([^()\s]+\)( - .+)?")
_TAG = re.compile(r"(?=.*[^\d])[\w/-]+")
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])", re.IGNORECASE)
_BAD_NAME = re.compile(r'[\x00-\x1f\\:*?"<>|#^\[\]]|[. ]$|^[. ]')

_PARSER = MarkdownIt("commonmark", {"html": True}).enable("table")


class VaultCheck:
    """A check of a folder.

    Attributes:
        problems: file and what is wrong in it.
        links: source and target of each link between notes.
        counts: of notes by type, and of ``links`` and ``web`` links.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = {path.relative_to(folder).as_posix() for path in folder.rglob("*.md")}
        self.problems: list[tuple[str, str]] = []
        self.links: list[tuple[str, str]] = []
        self.counts: Counter[str] = Counter()
        self._check_names()
        for path in sorted(self.files):
            self.problems += [(path, problem) for problem in self._check_file(path)]

    def _check_names(self) -> None:
        seen: dict[str, str] = {}
        for path in sorted(self.files):
            folded = unicodedata.normalize("NFKC", path).casefold()
            if folded in seen:
                self.problems.append((path, f"differs from {seen[folded]} in case alone"))
            seen[folded] = path
            for part in path.removesuffix(".md").split("/"):
                is_device = _DEVICE.fullmatch(part.partition(".")[0].strip())
                if _BAD_NAME.search(part) or is_device or len(part.encode()) > 250:
                    self.problems.append((path, f"{part!r} is no name for every system"))

    def _check_file(self, path: str) -> Iterator[str]:
        text = (self.folder / path).read_text("utf-8")
        match = _FRONT_MATTER.fullmatch(text)
        front_matter, body = (match[1] or "", match[2]) if match else ("", text)
        if path.rpartition("/")[2] in RESERVED:
            yield from _check_index(path, front_matter, body)
        else:
            yield from self._check_concept(match is not None, front_matter, body)
        yield from self._check_body(path, body)

    def _check_concept(self, is_there: bool, front_matter: str, body: str) -> Iterator[str]:
        if not is_there:
            yield "has no front matter"
            return
        try:
            values = yaml.safe_load(front_matter)
        except yaml.YAMLError as error:
            yield f"front matter is no YAML: {error}"
            return
        if not isinstance(values, dict) or not _is_text(values.get("type")):
            yield "front matter has no type"
            return
        self.counts[values["type"]] += 1
        yield from _check_values(values)
        sources = [source["id"] for source in values.get("sources", ())]
        marks = [(m[1], bool(m[2])) for m in _FOOTNOTE.finditer(body)]
        used = {label for label, is_definition in marks if not is_definition}
        defined = [label for label, is_definition in marks if is_definition]
        if not (used == set(defined) == set(sources) and len(defined) == len(sources)):
            yield f"footnotes and sources differ: {sorted(used ^ set(sources))[:3]}"

    def _check_body(self, path: str, body: str) -> Iterator[str]:
        for token in _PARSER.parse(body):
            for part in (token, *(token.children or ())):
                if part.type in MARKUP_OF_OTHERS:
                    yield f"has {part.type}: {part.content[:60]!r}"
                if part.type == "link_open":
                    yield from self._check_link(path, str(part.attrs["href"]))

    def _check_link(self, path: str, address: str) -> Iterator[str]:
        if urlsplit(address).scheme in ("http", "https"):
            self.counts["web"] += 1
            return
        target = _resolve(path, unquote(address))
        if target not in self.files:
            yield f"no such note: {address}"
        self.links.append((path, target))
        self.counts["links"] += 1


def _resolve(path: str, address: str) -> str:
    parts = path.split("/")[:-1]
    for part in address.split("/"):
        if part == "..":
            parts = parts[:-1] if parts else ["..", ""]
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _check_index(path: str, front_matter: str, body: str) -> Iterator[str]:
    values = yaml.safe_load(front_matter) if front_matter else {}
    if values != ({"okf_version": OKF_VERSION} if path == "index.md" else {}):
        yield f"an index has no front matter but okf_version in the first one: {values}"
    lines = [line for line in body.splitlines() if line]
    if not lines or not lines[0].startswith("# "):
        yield "an index begins with a heading"
    for line in lines:
        if not line.startswith("# ") and not _ENTRY.fullmatch(line):
            yield f"no entry of an index: {line[:80]!r}"


def _check_values(values: dict[str, Any]) -> Iterator[str]:
    for name in ("title", "description"):
        if not _is_text(values.get(name)):
            yield f"{name} is no text: {values.get(name)!r}"
    for name in ("tags", "aliases"):
        texts = values.get(name, [])
        if not isinstance(texts, list) or not all(map(_is_text, texts)):
            yield f"{name} is no list of texts: {texts!r}"
    for tag in values.get("tags", ()):
        if not _TAG.fullmatch(tag):
            yield f"no tag: {tag!r}"
    if not _is_text(values.get("generated", {}).get("by")):
        yield "generated has no by"
    for source in values.get("sources", ()):
        if not _is_text(source.get("resource")) or not _is_text(source.get("id")):
            yield f"a source without id or resource: {source}"


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def main() -> None:
    """Read the command line, and check."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    check = VaultCheck(folder)
    for path, problem in check.problems[:50]:
        print(f"{path}: {problem}")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"{len(check.files):,} files in Markdown, {size / 1e6:.1f} MB in all files")
    print(", ".join(f"{count:,} {name}" for name, count in sorted(check.counts.items())))
    print(f"{len(check.problems):,} problems")
    sys.exit(bool(check.problems) or not check.files)


if __name__ == "__main__":
    main()
