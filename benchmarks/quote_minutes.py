"""How wrong the estimated minutes of quotes are (kgraph/graph/quote_times.py).

python benchmarks/quote_minutes.py agreement STORE
    Where several contexts share words with a quote, how far apart they place it; and the share of
    quotes that get a minute.
python benchmarks/quote_minutes.py transcripts FOLDER
    In transcripts with times of their own, how far the estimate of each time is from it. Only
    English ones of ten minutes or more, with fifteen times or more. A transcript is given 33 names,
    as many as the files of the usual corpus have on average.
"""

import random
import re
import sys
from pathlib import Path

from kgraph.graph.episode_recording import read_recording
from kgraph.graph.quote_times import USUAL_PACE, PlacedText, convert_position, find_starts
from kgraph.store import Store

NAMES = 33
RUNS = (4, 6, 8)
QUANTILES = (0.5, 0.75, 0.9, 0.95)

TIME = r"\[?@?\(?((?:\d{1,2}:)?\d{1,2}:\d{2})\)?\]?"
TIME_LINE = re.compile(rf"^[^\n:]{{0,60}}?:?\s*{TIME}:?\s*$|^{TIME}\s+(.*)$", re.MULTILINE)
NAME = re.compile(r"\b[A-Z][a-z]+(?: [A-Z][a-z]+)+|\b[A-Z]{2,}\b|\b[A-Z][a-z]+[A-Z]\w+\b")


def print_quantiles(label: str, values: list[float]) -> None:
    ranked = sorted(values)
    cells = [f"{ranked[min(len(ranked) - 1, int(q * len(ranked)))]:.2f}" for q in QUANTILES]
    named = ", ".join(f"{q:.0%} {cell}" for q, cell in zip(QUANTILES, cells, strict=True))
    print(f"{label}: {len(ranked):,} values, minutes at {named}")


def measure_agreement(store: Store) -> None:
    quotes, placed = 0, 0
    spreads: dict[int, list[float]] = {words: [] for words in RUNS}
    for episode in store.read_episodes(store.slugs):
        recording = read_recording(episode)
        for quote in episode.quotes:
            quotes += 1
            placed += recording.estimate_minute(quote.text) is not None
            for words in RUNS:
                by_place = [list(find_starts(quote.text, p, words)) for p in recording.entries]
                starts = [min(each) for each in by_place if each]
                if len(starts) > 1:
                    spreads[words].append((max(starts) - min(starts)) / USUAL_PACE)
    print(f"{placed:,} of {quotes:,} quotes have a minute ({placed / quotes:.1%})")
    for words, values in spreads.items():
        print_quantiles(f"places by runs of {words} words differ", values)


def read_times(path: Path) -> tuple[str, list[tuple[int, int]]]:
    """Return the text of a transcript without its times, and (offset, second) of each time."""
    body = path.read_text("utf-8", "replace").split("\n---", 1)[-1]
    text, end = "", 0
    times: list[tuple[int, int]] = []
    for match in TIME_LINE.finditer(body):
        text += body[end : match.start()]
        seconds = 0
        for number in (match[1] or match[2]).split(":"):
            seconds = 60 * seconds + int(number)
        if not times or seconds >= times[-1][1]:
            times.append((len(text), seconds))
        text += (match[3] or "") + "\n"
        end = match.end()
    return text + body[end:], times


def measure_transcripts(folder: Path) -> None:
    draw = random.Random(1)
    errors: list[float] = []
    used, refused = 0, 0
    for path in sorted(folder.rglob("*.md")):
        text, times = read_times(path)
        is_english = len(re.findall("[a-z]", text)) > 0.6 * len(text)
        if len(times) < 15 or times[-1][1] - times[0][1] < 600 or not is_english:
            continue
        (first, begin), (last, end) = times[0], times[-1]
        rest = (len(text) - last) * (end - begin) / max(last - first, 1)
        minutes = round((end + rest) / 60)
        names: dict[str, int] = {}
        for match in NAME.finditer(text):
            names.setdefault(match[0], match.start())
        chosen = draw.sample(sorted(names.items()), min(NAMES, len(names)))
        places = [PlacedText(name, name, position) for name, position in chosen]
        found = [convert_position(offset, places, minutes) for offset, _ in times]
        used += None not in found
        refused += None in found
        errors += [
            abs(minute + 0.5 - seconds / 60)
            for minute, (_, seconds) in zip(found, times, strict=True)
            if minute is not None
        ]
    print(f"{used} transcripts; {refused} further ones do not fit their duration")
    print_quantiles("error", errors)


if __name__ == "__main__":
    if sys.argv[1] == "agreement":
        measure_agreement(Store(Path(sys.argv[2])))
    else:
        measure_transcripts(Path(sys.argv[2]))
