"""Hands at a page of a headless Chromium, which count their clicks.

A click is a press on a link, a button, a box or a choice, wherever it comes; to put the cursor
into a field, to type, and keys (Enter, arrows) are none.
"""

from __future__ import annotations

import base64
import json
from typing import Any

WAIT_S = 90.0  #: seconds that hands wait for what a page has to show
#: Keeps what a page makes to be saved.
KEEP_FILES = """
    (() => {
        const { createObjectURL } = URL, files = (window.madeFiles = []);
        URL.createObjectURL = (made) => {
            if (made.type !== "text/javascript") files.push(made);
            return createObjectURL.call(URL, made);
        };
    })();
"""
LAST_FILE = """new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.split(",")[1]);
    reader.readAsDataURL(madeFiles.at(-1));
})"""
CONTROL = 2  #: modifier of keys in Chromium's protocol


class Hands:
    """A page, and its clicks so far."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.clicks = 0
        page.call("Page.addScriptToEvaluateOnNewDocument", source=KEEP_FILES)

    def open(self, address: str) -> None:
        """Open an address, with no click so far."""
        self.page.go("about:blank")  # an address that differs in its fragment alone loads nothing
        self.page.go(address)
        self.clicks = 0

    def look(self, expression: str) -> Any:
        """Return the value of an expression in the page."""
        return self.page.run(expression)

    def wait(self, expression: str) -> None:
        """Wait until an expression is true in the page."""
        self.page.until(expression, WAIT_S)

    def focus(self, selector: str) -> None:
        """Put the cursor into a field, and select what stands in it."""
        self.wait(f"document.querySelector({json.dumps(selector)})")
        self.look(f"(e => {{ e.focus(); e.select?.(); }})({_element(selector)})")

    def type(self, text: str) -> None:
        """Type into the field that has the cursor."""
        self.page.type(text)

    def press(self, key: str) -> None:
        """Press a key that leads to no other page."""
        self.page.press(key)

    def submit(self) -> None:
        """Press Enter, and wait for the page that comes."""
        self.page.follow()

    def chord(self, key: str, code: int) -> None:
        """Press Ctrl and a key."""
        for kind in ("rawKeyDown", "keyUp"):
            self.page.call(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code=key,
                windowsVirtualKeyCode=code,
                modifiers=CONTROL,
                commands=["selectAll"] if key == "a" and kind == "rawKeyDown" else [],
            )
        self.page.settle()

    def click(self, selector: str, words: str = "") -> None:
        """Click the first element that a selector names and whose text begins with some words."""
        self._press(selector, words)
        self.page.settle()

    def follow(self, selector: str, words: str = "") -> None:
        """Click a link to another page, and wait for that."""
        self.page.loaded = False
        self._press(selector, words)
        self.page.wait()

    def _press(self, selector: str, words: str) -> None:
        element = _element(selector, words)
        self.wait(element)
        self.look(f"{element}.scrollIntoView({{block: 'center'}})")
        self.page.settle()
        x, y = self.look(
            f"(r => [r.x + Math.min(r.width, 40) / 2, r.y + r.height / 2])"
            f"({element}.getClientRects()[0])"
        )
        is_hit = f"(e => e && ({element}).contains(e))(document.elementFromPoint({x}, {y}))"
        assert self.look(is_hit), f"{selector} {words}: covered by something else"
        self.page.move(x, y)
        for kind in ("mousePressed", "mouseReleased"):
            self.page.call(
                "Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1
            )
        self.clicks += 1

    def take_file(self) -> bytes:
        """Wait for the file that the page makes, and return its bytes."""
        self.wait("madeFiles.length")
        return base64.b64decode(self.look(LAST_FILE))


def _element(selector: str, words: str = "") -> str:
    chosen = f"[...document.querySelectorAll({json.dumps(selector)})]"
    # What a closed menu holds has a place, and is not to be seen.
    shown = f"{chosen}.filter(e => e.checkVisibility() && e.getClientRects().length)"
    return f"{shown}.find(e => e.textContent.trim().startsWith({json.dumps(words)}))"
