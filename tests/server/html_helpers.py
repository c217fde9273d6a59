"""Looking at pages of a server in Chromium: by keyboard, and with axe-core."""

from support import ROOT

AXE = (ROOT / "tests" / "vendor" / "axe.min.js").read_text("utf-8")
"""axe-core 4.14.1 (https://github.com/dequelabs/axe-core, MPL 2.0), as published."""


def faults(page):
    """What axe-core calls serious or critical: rule, and the first elements that break it."""
    page.call("Runtime.evaluate", expression=AXE)
    found = page.run("axe.run(document, {resultTypes: ['violations']})")
    return [
        (one["id"], [node["html"][:200] for node in one["nodes"][:3]])
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]


def outside(page, server):
    """Requests that left the server."""
    return [url for url in page.requests if not url.startswith((server.address, "data:"))]


def chord(page, key, code):
    """Press Ctrl and a key."""
    for kind in ("rawKeyDown", "keyUp"):
        page.call(
            "Input.dispatchKeyEvent",
            type=kind,
            key=key,
            code=key,
            windowsVirtualKeyCode=code,
            modifiers=2,
        )
    page.settle()


def until(page, expression):
    """Wait until an expression of the page is true."""
    page.until(expression)
