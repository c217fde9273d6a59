"""A headless Chromium as a meter: time to a picture, frames while hands move, memory.

Takes an HTML file, gives numbers. Chromium is driven by ``tests/browser.py`` (its own protocol
over a pipe), without a GPU, and with a resolver that knows no host. Input is what the browser's
own input queue gets, as from a mouse; frames are those of ``requestAnimationFrame``.
"""

from __future__ import annotations

import importlib.util
import math
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from measuring import PAGE as MEMORY_PAGE
from measuring import ROOT

WIDTH, HEIGHT = 1440, 900
"""Of the window, in pixels."""

POLL = 0.05
"""Seconds between two looks at a page that is asked whether it is done."""

INPUT = 1 / 60
"""Seconds between two events of a hand: as often as a usual mouse and screen have it."""

FRAMES = """
    (() => {
        const meter = window.meter = { times: [], on: true };
        (function frame(now) {
            meter.times.push(now);
            if (meter.on) requestAnimationFrame(frame);
        })(performance.now());
    })();
"""
"""Notes when each frame begins."""

SHARP = """new Promise((done) => {
    const { renderer } = kgraphAtlas;
    let [last, seen] = [performance.now(), ""];
    (function look(now) {
        const { x, y, scale } = renderer.camera, view = [x, y, scale].join();
        if (view !== seen) [last, seen] = [now, view];
        if (now > last && renderer.stats().isSharp) done(now - last);
        else requestAnimationFrame(look);
    })(performance.now());
})"""
"""Milliseconds from the last change of the view to the frame in which the picture is sharp."""


class Frames(NamedTuple):
    """Frames while something moved: how many a second, and the 95th percentile in milliseconds."""

    rate: float
    slow: float


class Tab:
    """One page in a browser of its own."""

    def __init__(self, page: Any, profile: str) -> None:
        self.page = page
        self._profile = profile

    def run(self, expression: str) -> Any:
        """The value of an expression in the page; a promise is waited for."""
        return self.page.run(expression)

    def wait(self, expression: str, limit: float) -> Any:
        """The first true value of an expression; None when there is none within ``limit`` s."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            if value := self.page.run(expression):
                return value
            time.sleep(POLL)
        return None

    def mouse(self, kind: str, x: float, y: float, **more: Any) -> None:
        """An event of the mouse."""
        self.page.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def frames(self, act: Callable[[float], None], seconds: float = 2.0) -> Frames:
        """Frames while ``act`` is called with the share of the time that is over."""
        self.run(FRAMES)
        start = time.monotonic()
        step = 0
        while (over := time.monotonic() - start) < seconds:
            act(over / seconds)
            step += 1
            time.sleep(max(0.0, start + step * INPUT - time.monotonic()))
        times = self.run("(meter.on = false, meter.times)")
        gaps = sorted(b - a for a, b in pairwise(times))
        slow = gaps[max(0, math.ceil(0.95 * len(gaps)) - 1)]
        return Frames(1000 * len(gaps) / sum(gaps), slow)

    def memory(self) -> tuple[float, float]:
        """Resident and private megabytes of the page's process."""
        pids = [pid for pid in _processes(self._profile) if "--type=renderer" in _command(pid)]
        both = [_memory(pid) for pid in pids]
        return max((found for found in both), default=(0.0, 0.0))


@contextmanager
def tab(path: Path, first: str = "") -> Iterator[Tab]:
    """The page of a file, from the moment at which it is asked for.

    Args:
        path: of the file.
        first: a script that runs before those of the page.
    """
    browser = load_driver()
    with closing(browser.Chromium()) as chromium:
        page = browser.Page(chromium)
        # Else the meter keeps a copy of the file in the page's process, and measures that too.
        page.call("Network.disable")
        page.call("Network.enable", maxTotalBufferSize=0, maxResourceBufferSize=0)
        page.call(
            "Emulation.setDeviceMetricsOverride",
            width=WIDTH,
            height=HEIGHT,
            deviceScaleFactor=1,
            mobile=False,
        )
        if first:
            page.call("Page.addScriptToEvaluateOnNewDocument", source=first)
        page.call("Page.navigate", url=path.resolve().as_uri())
        yield Tab(page, chromium.profile.name)


def median(values: list[float]) -> float:
    """The median, or nan of none."""
    return statistics.median(values) if values else math.nan


def load_driver(file: str = "tests/browser.py") -> Any:
    """Load a module of the tests, which is no part of a package."""
    spec = importlib.util.spec_from_file_location(Path(file).stem, ROOT / file)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _processes(profile: str) -> list[int]:
    """Of the browser whose profile stands in that folder."""
    named = f"--user-data-dir={profile}"
    pids = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
    return [pid for pid in pids if named in _command(pid)]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text("utf-8", "replace").replace("\0", " ")
    except OSError:  # it has ended
        return ""


def _memory(pid: int) -> tuple[float, float]:
    """Resident and private megabytes of a process."""
    try:
        sizes = Path(f"/proc/{pid}/statm").read_text().split()
    except OSError:  # it has ended
        return 0.0, 0.0
    resident, common = int(sizes[1]), int(sizes[2])
    return resident * MEMORY_PAGE / 1e6, (resident - common) * MEMORY_PAGE / 1e6
