"""Files of own entries and ids that are edited at random, for benchmarks of builds after edits.

Entries take names of the episodes and of the shipped lexicon, so that an edit replaces shipped
entries, takes their names, joins entries, and makes names ambiguous or plain.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path

from kgraph.base.errors import DataError
from kgraph.resolve.knowledge import load_own_entries
from kgraph.resolve.own_entries import NO_OWN_ENTRIES, OwnEntries

TYPES = ("company", "product", "person", "show", "crypto", "place", "institution")
#: Besides the names of the episodes.
OTHER_NAMES = (
    *(
        "Gemini (exchange)",
        "Gemini (bank)",
        "Circle (company)",
        "Sweet (coin)",
        "Widget",
        "Open AI",
    ),
    *(
        "Bob Example",
        "Sam Example",
        "Ann Monday",
        "Sweet Sui",
        "Google Widget Works",
        "GOOG",
        "SWT",
    ),
    *("Chips", "widget works dot com", "Stablecoins", "Acme Talks", "Bankless", "Daily Widget"),
)
FEEDS = ("feeds.example.org/widget", "traffic.example.com/acme", "cdn.example.net/talks")
IDS = (
    *("wikidata: Q42", "website: 'https://widgets.example/'", "ticker: ['XETR:QVX']"),
    *("wikidata: Q182477", "crunchbase: widget-works"),
)
MAX_ENTRIES = 4  #: of a file
DELETION_SHARE = 0.08  #: of edits: a file goes


class EditedEntries:
    """A folder of lexicon files, one for each type, and a table of ids.

    Args:
        home: folder for the files, made by the caller.
        names: of the episodes.
        random_: source of every choice.
    """

    def __init__(self, home: Path, names: Sequence[str], random_: random.Random) -> None:
        self._files = {type_: home / f"own-{type_}.yaml" for type_ in TYPES}
        self._ids = home / "ids.yaml"
        self._names = (*names, *OTHER_NAMES)
        self._random = random_
        self._entries: dict[str, dict[str, dict[str, object]]] = {type_: {} for type_ in TYPES}

    @property
    def files(self) -> list[Path]:
        return [file for file in (*self._files.values(), self._ids) if file.exists()]

    def load(self) -> OwnEntries:
        """Load the entries and ids, as a build takes them."""
        lexicon = [file for file in self._files.values() if file.exists()]
        ids = [self._ids] if self._ids.exists() else []
        return load_own_entries(lexicon, ids) if lexicon or ids else NO_OWN_ENTRIES

    def edit(self) -> str:
        """Make one edit that is allowed, and return what it is; "" if the drawn one is refused."""
        before = {file: file.read_bytes() for file in self.files}
        kept = {type_: dict(entries) for type_, entries in self._entries.items()}
        change = self._random.choices((self._change_entry, self._change_ids), (6, 1))[0]()
        try:
            self.load()
        except DataError:
            for file in self.files:
                file.unlink()
            for file, content in before.items():
                file.write_bytes(content)
            self._entries = kept
            return ""
        return f"own-entries {change}"

    def _change_entry(self) -> str:
        choose, type_ = self._random.choice, self._random.choice(TYPES)
        entries = self._entries[type_]
        if entries and self._random.random() < DELETION_SHARE:
            self._entries[type_] = {}
            self._files[type_].unlink()
            return f"delete {type_}"
        full = len(entries) >= MAX_ENTRIES
        if entries and (full or self._random.random() < 0.6):
            name = choose(list(entries))
            if self._random.random() < 0.4:
                del entries[name]
            else:  # one field, so that most of the entry stays
                field = choose(list(self._makers(type_)))
                entries[name] = entries[name] | {field: self._makers(type_)[field]()}
        else:
            name = choose(self._names)
            fields = self._random.sample(list(self._makers(type_)), self._random.randrange(3))
            entries[name] = {field: self._makers(type_)[field]() for field in fields}
        text = json.dumps({"type": type_, "entries": entries})  # JSON is YAML
        self._files[type_].write_text(text, "utf-8")
        return f"{type_} {name}: {entries.get(name)}"

    def _makers(self, type_: str) -> dict[str, Callable[[], object]]:
        """Return what makes a value, by the field that it is for."""
        choose = self._random.choice

        def some() -> list[str]:
            return self._random.sample(self._names, self._random.randrange(3))

        makers: dict[str, Callable[[], object]] = {
            "aliases": some,
            "heard": lambda: [name.lower() for name in some()],
            "tickers": lambda: [choose(("SWT", "GOOG", "SUI", "WIDGET"))],
            "word": lambda: choose((True, False)),
            "cues": lambda: [choose(("builds", "chips", "factories", "bank"))],
            "unless": lambda: [choose(("sponsor", "everybody", "exchange"))],
            "not": some,
            "kind": lambda: choose(("maker", "podcast", "exchange")),
            "since": lambda: choose(("2025-07", "2025", "2026")),
            "part_of": lambda: choose(self._names),
            "product_of": lambda: choose(self._names),
            "token_of": lambda: choose(self._names),
            "same_as": lambda: choose(self._names),
        }
        if type_ == "show":
            makers |= {"feeds": lambda: [choose(FEEDS)], "hosts": some}
        return makers

    def _change_ids(self) -> str:
        if self._ids.exists() and self._random.random() < 0.3:
            self._ids.unlink()
            return "ids gone"
        type_ = self._random.choice(TYPES)
        names = [*self._entries[type_], "Nvidia" if type_ == "company" else ""]
        name, ids = self._random.choice(names), self._random.choice(IDS)
        self._ids.write_text(f"entries:\n  {type_}:\n    {json.dumps(name)}: {{{ids}}}\n", "utf-8")
        return f"ids {type_} {name}: {ids}"
