"""A folder of episodes that is edited at random, for benchmarks of builds after edits.

The episodes are small and share names, people, shows, feeds, quotes and adverts, so that an edit of
one changes what is decided about others. All choices are those of one seeded generator.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable
from pathlib import Path

from edited_entries import EditedEntries

from kgraph.base.vocabulary import BASE_IRI

NAMES = (
    *("NVIDIA", "Nvidia", "OpenAI", "Google", "Google Pay", "Google Cloud", "Gemini", "Circle"),
    *("Sui", "Sweet", "Solana", "Solana Labs", "Polymarket", "Kalshi", "And I", "Monday", "Apple"),
    *("Ann Example", "Example", "Widget Works", "Widgets", "Perplexity", "Notion", "London"),
    *(
        "Visa and Mastercard",
        "CEO Sam Altman",
        "Altman",
        "Enveedia",
        "Open Eye",
        "The Daily Widget",
    ),
)
#: In lists of people: full names, parts of these, and names that companies or shows have, too.
PEOPLE = (
    *("Ann Example", "Ann", "Bob Example", "Example", "Sam Altman", "Sam", "Altman", "Ann Monday"),
    *("Jack Dorsey", "Jack", "Perplexity", "Circle", "Wendy", "Monday", "The Daily Widget"),
)
PEOPLE_KEYS = ("hosts", "guests", "guest", "speakers")
POSTS = (", CEO of Widget Works", " (Google)", " of Circle", ", PhD", ", a judge")
LEGAL_FORMS = ("", " Ltd.", " AB", ", Inc.")
CATEGORIES = ("AI", "chip maker", "Layer 1 blockchain", "exchange", "person", "podcast", "tech")
SHOWS = (
    *("Unknown Source", "The Daily Widget", "Bankless", "The Daily Widgets", "Acme Talks"),
    "Big Picture Show",  # taken for The Big Picture of the lexicon
)
FEEDS = ("feeds.example.org/widget", "traffic.example.com/acme", "cdn.example.net/talks")
SENTENCES = (
    "Stablecoins are dollars that settle in seconds, and nobody has to open a bank for them.",
    "This episode is brought to you by Widget Works, the widgets that everybody recommends today.",
    "This episode is brought to you by Widget Works, the widgets that everybody recommends.",
    "Go to widgetworks dot com slash daily, and get twenty percent off your first subscription.",
    "NVIDIA sells the shovels, and everybody who digs for artificial intelligence buys them.",
    "And then Polymarket understood that prediction markets are a newspaper with a price on it.",
    "Welcome to The Daily Widget, the show about the people who build remarkable machines.",
    "I think Google wins because distribution beats invention in nearly every decade so far.",
    "The semiconductor supply chain is concentrated in a handful of extraordinary factories.",
)
TOPICS = ("Stablecoins", "AI chips", "prediction markets", "Regulation", "advertising")
JUDGEMENTS = (
    "- {verb: reject, names: [Monday]}",
    "- {verb: same, names: [NVIDIA, Enveedia]}",
    "- {verb: rename, names: [Widgets, Widget Works]}",
    "- {verb: type, names: [Sweet], type: crypto}",
    "- {verb: different, names: [Example, Ann Example]}",
    "- {verb: accept, names: [And I]}",
    "- {verb: different, names: [Widget Works AB, Widget Works]}",
    "- {verb: reject, names: [product/perplexity]}",
    "- {verb: accept, names: [place/london], why: it is the city}",
    "- {verb: different, names: [The Daily Widget, The Daily Widgets]}",
    "- {verb: different, names: [Big Picture Show, The Big Picture]}",
    "- {verb: rename, names: [show/thebigpicture, The Ledger]}",
    "- {verb: rename, names: [Bankless, Bank Talks], why: its new name}",
    "- {verb: same, names: [show/bankless, Acme Talks]}",
    "- {verb: reject, names: [show/thedailywidget]}",
    "- {verb: reject, names: [The Daily Widgets]}",
    "- {verb: accept, names: [show/acmetalks]}",
    "- {verb: accept, names: [Big Picture Show]}",
    "- {verb: type, names: [The Daily Widget], type: company}",
    "- {verb: sameas, names: [NVIDIA, 'wikidata:Q182477', 'ticker:XNAS:NVDA']}",
    "- {verb: sameas, names: [Widget Works, 'website:https://widgetworks.example/']}",
    "- {verb: not-sameas, names: [OpenAI, 'wikidata:Q21708200']}",
    "- {verb: same, names: [Ann Example, Ann]}",
    "- {verb: different, names: [Sam, Sam Altman]}",
    "- {verb: type, names: [Circle], type: person}",
    "- {verb: type, names: [Gemini], type: company}",
    "- {verb: same, names: [Gemini, Notion]}",
    "- {verb: reject, names: [person/bobexample]}",
    "- {verb: rename, names: [Ann Monday, Ann Widget]}",
)

OTHER_BASE = "https://example.org/notes/"

MISSING_SHARE = 0.1  #: of the fields of an episode

UNDO_SHARE = 0.6  #: of judgements: some shortcuts of a build apply only without certain ones

#: Share of edits of each kind that are made; others touch a file instead, since each of these costs
#: a full build.
BASE_SHARE = 0.2
SOURCES_SHARE = 0.3


class EditedFolder:
    """Two folders of episodes, judgements and own entries, which are edited at random.

    Args:
        home: folder for all of it, made by the caller.
        random_: source of every choice.
    """

    def __init__(self, home: Path, random_: random.Random) -> None:
        self.home = home
        self.folders = (home / "episodes", home / "more")
        for folder in self.folders:
            folder.mkdir()
        self.has_both = False  #: whether the second folder is a source
        self.judgements = home / "judgements.yaml"
        self.own = EditedEntries(home, NAMES + PEOPLE, random_)
        self.base = BASE_IRI
        self._random = random_
        self._lines: list[str] = []
        self._number = 0

    @property
    def sources(self) -> list[Path]:
        return list(self.folders if self.has_both else self.folders[:1])

    def files(self) -> list[Path]:
        return sorted(file for folder in self.folders for file in folder.glob("*.md"))

    def edit(self, wanted_files: int, own_weight: int = 6, judge_weight: int = 4) -> str:
        """Make one edit of files or of what a build is told, and return what it is.

        Args:
            wanted_files: about so many files stay.
            own_weight: weight of edits of own entries, beside some 25 of all others.
            judge_weight: weight of judgements and of taking them back.
        """
        others = [(2, self._change_base), (own_weight, self._change_own), (2, self._change_sources)]
        return self.edit_files(wanted_files, others, judge_weight)

    def edit_files(
        self,
        wanted_files: int,
        others: Iterable[tuple[int, Callable[[], str]]] = (),
        judge_weight: int = 4,
    ) -> str:
        """Make one edit of episodes or judgements, and return what it is.

        Args:
            wanted_files: about so many files stay.
            others: further edits that may be made instead, each with its weight.
            judge_weight: as of :meth:`edit`.
        """
        edits: list[tuple[int, Callable[[], str]]] = [
            (6, self._change),
            (judge_weight, self._judge),
            (1, self._touch),
            (2, self._break),
            *others,
        ]
        if len(self.files()) > 1:
            edits += [(2, self._swap), (2, self._rename)]
        too_many = len(self.files()) >= wanted_files
        edits += [(6, self._remove if too_many else self.add)]
        weights = [weight for weight, _ in edits]
        return self._random.choices([edit for _, edit in edits], weights)[0]()

    def add(self) -> str:
        path = self._make_path()
        path.write_text(self.write_episode(), "utf-8")
        return f"add {path.name}"

    def _make_path(self) -> Path:
        self._number += 1
        folder = self._random.choice(self.folders)
        return folder / f"{self._random.randrange(100):02}-{self._number}.md"

    def _pick(self) -> Path:
        return self._random.choice(self.files())

    def _change(self) -> str:
        path = self._pick()
        lines, new = path.read_text("utf-8").splitlines(), self.write_episode().splitlines()
        if len(lines) == len(new) and self._random.random() < 0.7:  # one field, else all
            number = self._random.randrange(1, len(lines) - 1)
            new = [*lines[:number], new[number], *lines[number + 1 :]]
        path.write_text("\n".join(new) + "\n", "utf-8")
        return f"change {path.name}"

    def _touch(self) -> str:
        path = self._pick()
        path.write_bytes(path.read_bytes())
        return f"touch {path.name}"

    def _break(self) -> str:
        path = self._pick()
        path.write_text(self._random.choice(("", "no front matter", "---\ntitle: [\n---\n")))
        return f"break {path.name}"

    def _rename(self) -> str:
        path, new = self._pick(), self._make_path()
        path.rename(new)
        return f"rename {path.name} {new.name}"

    def _swap(self) -> str:
        first, second = self._random.sample(self.files(), 2)
        content = first.read_bytes()
        first.write_bytes(second.read_bytes())
        second.write_bytes(content)
        return f"swap {first.name} {second.name}"

    def _remove(self) -> str:
        path = self._pick()
        path.unlink()
        return f"remove {path.name}"

    def _judge(self) -> str:
        is_undone = self._lines and self._random.random() < UNDO_SHARE
        line = self._random.choice(self._lines if is_undone else JUDGEMENTS)
        is_there = line in self._lines
        self._lines = [one for one in self._lines if one != line] + ([] if is_there else [line])
        self.judgements.write_text("\n".join(self._lines) + "\n", "utf-8")
        return f"{'take-back' if is_there else 'judge'} {line}"

    def _change_base(self) -> str:
        if self._random.random() >= BASE_SHARE:
            return self._touch()
        self.base = OTHER_BASE if self.base == BASE_IRI else BASE_IRI
        return f"base {self.base}"

    def _change_own(self) -> str:
        return self.own.edit() or self._touch()

    def _change_sources(self) -> str:
        if self._random.random() >= SOURCES_SHARE:
            return self._touch()
        self.has_both = not self.has_both
        return f"sources {len(self.sources)}"

    def write_episode(self) -> str:
        """Return the text of an episode."""
        choose, sample = self._random.choice, self._random.sample
        companies: list[dict[str, object]] = []
        for name in sample(NAMES, self._random.randrange(1, 7)):
            kind = choose(("language model", "transcript", "hand"))
            if kind == "hand":
                companies.append({"name": name + choose(LEGAL_FORMS)})
                continue
            if kind == "language model":
                context = choose(("sponsor of the podcast", f"Company {name} builds things"))
                category = choose(CATEGORIES)
                row: dict[str, object] = {
                    "category": category,
                    "context": context,
                    "source": "llm_enhanced",
                }
            else:
                context = f"{choose(SENTENCES)} and {name} {choose(SENTENCES)}"
                row = {"context": context, "position": self._random.randrange(9000)}
            companies.append({"name": name, "confidence": "high", **row})
        quotes = [
            {"text": text, "topic": choose(TOPICS), "relevance_score": 7, "source": "llm_enhanced"}
            for text in sample(SENTENCES, self._random.randrange(1, 5))
        ]
        # JSON is YAML. Of few addresses several files state one, and agree in more or not.
        lines = [
            f"title: {json.dumps(' '.join(sample(NAMES + PEOPLE, 3)))}",
            f"date: 2025-0{choose('6789')}-1{choose('0123')} 10:00:00 +0000",
            f"source: {json.dumps(choose(SHOWS))}",
            f"original_url: https://{choose(FEEDS)}/{self._random.randrange(8)}.mp3",
            f"summary: {json.dumps(f'In this episode of {choose(SHOWS)}: {choose(SENTENCES)}')}",
            f"duration: {self._random.randrange(90)}",
            f"tags: {json.dumps(sample(TOPICS, 2))}",
            f"companies: {json.dumps(companies)}",
            f"{choose(PEOPLE_KEYS)}: {json.dumps(self._list_people())}",
            f"quotes: {json.dumps(quotes)}",
        ]
        written = [line for line in lines if self._random.random() >= MISSING_SHARE]
        return "\n".join(["---", *written, "---", ""])

    def _list_people(self) -> list[str] | str:
        """Return people with what may stand beside a name, as a list or in one text."""
        people = self._random.sample(PEOPLE, self._random.randrange(1, 4))
        beside = [name + self._random.choice((*POSTS, "", "", "", "", "")) for name in people]
        separator = self._random.choice((", ", " and ", ""))
        return separator.join(beside) if separator else beside
