"""A headless Chromium, driven over a pipe by its own protocol (CDP): no driver, no port.

Gives :class:`Page`: what a test does as a person would (keys, mouse) and what it looks at.
Every request that would leave the page, and every word on the console, is kept.
"""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
]
KEYS = {
    "Enter": 13,
    "Escape": 27,
    "Tab": 9,
    "ArrowLeft": 37,
    "ArrowUp": 38,
    "ArrowRight": 39,
    "ArrowDown": 40,
}


WAIT = 120
"""Seconds in which the browser says something; it is only to end what would wait for ever."""

NAVIGATED = "Inspected target navigated or closed"  #: an answer of the browser


class NavigatedError(Exception):
    """Another page came while the browser worked on the one before."""


@contextmanager
def opened(path, width=1280, height=800, scheme="light"):
    """The page of a file, or of an address of this machine, ready to be looked at.

    All pages are of one browser, each with cookies, storage and a cache of its own.
    """
    page = Page(_running())
    try:
        page.open(path, width, height, scheme)
        yield page
    finally:
        page.close()


_browsers = []
"""The one that runs, if one does."""


def _running():
    if _browsers and not _browsers[0].is_alive():
        close_browser()
    if not _browsers:
        _browsers.append(Chromium())
    return _browsers[0]


def close_browser():
    """End the browser, if one was started."""
    while _browsers:
        _browsers.pop().close()


class Chromium:
    """The process: it reads commands from descriptor 3 and writes to 4, each ended by NUL."""

    def __init__(self):
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        to_read, self.commands = os.pipe()
        self.answers, to_write = os.pipe()
        command = [
            CHROMIUM,
            *FLAGS,
            f"--user-data-dir={self.profile.name}",
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
        ]
        shell = f'exec "$@" 3<&{to_read} 4>&{to_write}'
        self.process = subprocess.Popen(
            ["bash", "-c", shell, "bash", *command],
            pass_fds=(to_read, to_write),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_read)
        os.close(to_write)
        self.rest = b""
        self.number = 0
        self.pages = {}

    def is_alive(self):
        return self.process.poll() is None

    def close(self):
        with suppress(OSError):  # it may have gone by itself
            self.send({"id": 0, "method": "Browser.close"})
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.commands)
        os.close(self.answers)
        self.profile.cleanup()

    def call(self, method, session=None, **params):
        """What a command gives; a session is that of a page."""
        self.number += 1
        number = self.number
        where = {"sessionId": session} if session else {}
        self.send({"id": number, "method": method, "params": params, **where})
        while True:
            message = self.receive()
            if message.get("id") == number:
                if message.get("error", {}).get("message") == NAVIGATED:
                    raise NavigatedError(message)
                assert "error" not in message, message
                return message["result"]
            self.note(message)

    def note(self, message):
        """Give an event to the page that it is of, if that is still open."""
        page = self.pages.get(message.get("sessionId"))
        if page:
            page.note(message)

    def send(self, message):
        os.write(self.commands, json.dumps(message).encode() + b"\0")

    def receive(self):
        while b"\0" not in self.rest:
            ready, _, _ = select.select([self.answers], [], [], WAIT)
            assert ready, f"Chromium has said nothing for {WAIT} s"
            chunk = os.read(self.answers, 1 << 20)
            if not chunk:
                raise EOFError("Chromium has gone")
            self.rest += chunk
        message, _, self.rest = self.rest.partition(b"\0")
        return json.loads(message)


class Page:
    """One tab, with the requests and console messages that it made."""

    def __init__(self, browser):
        self.browser = browser
        self.requests, self.console, self.loaded = [], [], False
        self.context = browser.call("Target.createBrowserContext")["browserContextId"]
        target = browser.call(
            "Target.createTarget", url="about:blank", browserContextId=self.context
        )["targetId"]
        attached = browser.call("Target.attachToTarget", targetId=target, flatten=True)
        self.session = attached["sessionId"]
        browser.pages[self.session] = self
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)

    def close(self):
        del self.browser.pages[self.session]
        if self.browser.is_alive():
            self.browser.call("Target.disposeBrowserContext", browserContextId=self.context)

    def call(self, method, **params):
        return self.browser.call(method, self.session, **params)

    def note(self, message):
        method, params = message.get("method"), message.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"):
            self.console.append(json.dumps(params)[:400])
        elif method == "Page.loadEventFired":
            self.loaded = True

    def open(self, path, width, height, scheme):
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        self.call(
            "Emulation.setEmulatedMedia",
            features=[
                {"name": "prefers-color-scheme", "value": scheme},
                {"name": "prefers-reduced-motion", "value": "reduce"},
            ],
        )
        is_address = str(path).startswith("http://")
        self.go(path if is_address else Path(path).resolve().as_uri())

    def go(self, address):
        """Open another page in the same tab."""
        self.loaded = False
        self.call("Page.navigate", url=address)
        self.wait()

    def wait(self):
        """Wait until the page that was asked for is there."""
        while not self.loaded:
            self.browser.note(self.browser.receive())
        self.settle()

    def reload(self):
        """Open the same page anew, its address as it is now."""
        self.loaded = False
        self.call("Page.reload")
        self.wait()

    def until(self, expression, seconds=WAIT):
        """Wait until an expression holds in the page; fail when it never does."""
        end = time.monotonic() + seconds
        while True:
            with suppress(NavigatedError):  # another page comes, of which it may hold
                if self.run(f"Boolean({expression})"):
                    return
            assert time.monotonic() < end, f"never: {expression}; console: {self.console}"
            time.sleep(0.02)

    def run(self, expression):
        """The value of an expression in the page; a promise is waited for."""
        result = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def settle(self):
        """Wait for the next two frames to be drawn, or until another page comes."""
        frames = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        with suppress(NavigatedError):
            self.run(frames)

    def press(self, key, settle=True):
        code = {"windowsVirtualKeyCode": KEYS[key]} if key in KEYS else {"text": key}
        if key == "Enter":
            code["text"] = "\r"
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, **code)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key)
        if settle:
            self.settle()

    def tab_to(self, selector, most=200):
        """Press Tab until what the selector names has the focus."""
        for _ in range(most):
            self.press("Tab")
            if self.run(f"document.activeElement.matches({json.dumps(selector)})"):
                return
        raise AssertionError(f"{selector}: not reached by {most} tabs")

    def follow(self, key="Enter"):
        """Press a key that leads to another page, and wait for that."""
        self.loaded = False
        self.press(key, settle=False)
        self.wait()

    def type(self, text):
        self.call("Input.insertText", text=text)
        self.settle()

    def move(self, x, y):
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def click(self, x, y):
        self.move(x, y)
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
        self.settle()

    def picture(self, path=None):
        """A screenshot as PNG bytes."""
        data = base64.b64decode(self.call("Page.captureScreenshot")["data"])
        if path:
            Path(path).write_bytes(data)
        return data
