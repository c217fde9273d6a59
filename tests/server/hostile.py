"""Episodes whose every text tries to be markup, script or an address that runs."""

from support import episode_text

EVIL = '<img src=x onerror="window.harmed=1"><script>window.harmed=1</script>\'&'
"""Hostile part of a text; each text that contains it starts with its own word."""

LONG = f"L{'o' * 10_000}ng Incorporated"
"""A name too long for any table."""

TABLE = f"\n\n| Cell {EVIL} | b |\n|---|---|\n| 1 | 2 |"

LINK = "javascript:window.harmed=1"


def quoted(text):
    """Return the text as a YAML string."""
    escaped = (
        text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\x1b", "\\e")
    )
    return f'"{escaped}"'


def hostile_episodes(folder):
    """Write hostile episodes into a folder."""
    for number, letter in enumerate("abcdefghijkl"):
        url = f"https://www.youtube.com/watch?v={letter * 11}" if number else LINK
        more = [
            f"source: {quoted(f'Show {EVIL}')}",
            f"summary: {quoted(f'# Summary {EVIL}{TABLE}')} ",
            "insights:",
            "- text: " + quoted(f"Insight \x1b[31m {EVIL}"),
            "topics:",
            f"- topic: {quoted(f'Topic {EVIL}')}",
            "  mentions: 2",
            "  prominence: 0.5",
        ]
        text = episode_text(
            title=quoted(f"Talk {number} {EVIL}"),
            url=quoted(url),
            companies=("NVIDIA", "OpenAI", quoted(f"Acme {EVIL} Incorporated"), LONG),
            quotes=(quoted(f"NVIDIA said {number} {EVIL}"), quoted(f"[x]({LINK}) {number} OpenAI")),
            date=f"2025-{number % 9 + 1:02}-01 10:00:00 +0000",
            more="\n".join(more),
        )
        (folder / f"{letter}-{number}<b>.md").write_text(text)
