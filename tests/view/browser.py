"""A headless Chromium, driven over a pipe by its own protocol (CDP): no driver, no port.

Gives :class:`Page`: what a test does as a person would (keys, mouse) and what it looks at.
Every request that would leave the page, and every word on the console, is kept.
"""

import base64
import json
import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
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
]
KEYS = {"Enter": 13, "Escape": 27, "ArrowDown": 40, "Tab": 9}


@contextmanager
def opened(path, width=1280, height=800, scheme="light"):
    """The page of a file, or of an address of this machine, ready to be looked at."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,
        _Chromium(profile) as browser,
    ):
        page = Page(browser)
        page.open(path, width, height, scheme)
        yield page


class _Chromium:
    """The process: it reads commands from descriptor 3 and writes to 4, each ended by NUL."""

    def __init__(self, profile):
        to_read, self.commands = os.pipe()
        self.answers, to_write = os.pipe()
        command = [
            CHROMIUM,
            *FLAGS,
            f"--user-data-dir={profile}",
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

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.send({"id": 0, "method": "Browser.close"})
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.commands)
        os.close(self.answers)

    def send(self, message):
        os.write(self.commands, json.dumps(message).encode() + b"\0")

    def receive(self):
        while b"\0" not in self.rest:
            chunk = os.read(self.answers, 1 << 20)
            if not chunk:
                raise EOFError("Chromium has gone")
            self.rest += chunk
        message, _, self.rest = self.rest.partition(b"\0")
        return json.loads(message)


class Page:
    """One tab, with the requests and console messages that it made."""

    def __init__(self, browser):
        self.browser, self.number, self.session = browser, 0, None
        self.requests, self.console, self.loaded = [], [], False
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method, **params):
        self.number += 1
        session = {"sessionId": self.session} if self.session else {}
        self.browser.send({"id": self.number, "method": method, "params": params, **session})
        while True:
            message = self.browser.receive()
            if message.get("id") == self.number:
                assert "error" not in message, message
                return message["result"]
            self._note(message)

    def _note(self, message):
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
            self._note(self.browser.receive())
        self.settle()

    def run(self, expression):
        """The value of an expression in the page; a promise is waited for."""
        result = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def settle(self):
        """Wait for the next two frames to be drawn."""
        self.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

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
