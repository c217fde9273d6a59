"""An analyst at a headless Chromium, who finds things from the first page or in the atlas."""

from __future__ import annotations

from typing import NamedTuple

from analyst_answers import Answers, normalize_text
from hands import Hands

from kgraph.server.html.templates import local_path

WIDTH, HEIGHT = 1440, 900
DRAWN = "performance.getEntriesByName('kgraph:ready').length === 1"
ROWS = """[...document.querySelectorAll("SELECTOR tbody tr")].map(row =>
    [...row.cells].map(cell => cell.textContent.trim()))"""


class Analyst(NamedTuple):
    """One who does tasks: hands, the address of the server, and the answers to compare with."""

    hands: Hands
    address: str
    answers: Answers

    def open_thing(self, id_: str, words: str = "") -> None:
        """Search for a name, or for words, on the first page, and go to the page of a thing."""
        self.hands.open(f"{self.address}/")
        self.hands.focus("#find")
        self.hands.type(words or self.answers.labels[id_])
        self.hands.submit()
        if self.hands.look("decodeURIComponent(location.pathname)") != f"/{id_}":
            self.hands.follow(f'main a[href="{local_path(id_)}"]')

    def find_in_atlas(self, words: str, choice: str) -> None:
        """Search in the atlas, and choose a suggestion by its first words, with keys."""
        self.hands.open(f"{self.address}/atlas")
        self.hands.wait(DRAWN)
        self.hands.focus("#search")
        self.hands.type(words)
        options = "[...document.querySelectorAll('#matches [role=option]')].map(e => e.innerText)"
        self.hands.wait(f"{options}.length")
        texts = [normalize_text(text) for text in self.hands.look(options)]
        for _ in range(next(at for at, text in enumerate(texts) if text.startswith(choice))):
            self.hands.press("ArrowDown")
        self.hands.press("Enter")
        self.hands.wait("document.querySelector('#panel h2')")
