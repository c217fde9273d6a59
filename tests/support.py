"""Where things are, and factories: of an episode file, of knowledge, of a folder built once."""

import contextlib
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import patch

from filelock import FileLock

from kgraph.resolve import knowledge

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "data" / "episodes"
CORPUS = Path(os.environ.get("KGRAPH_SHARED", ROOT.parent / "shared")) / "corpus" / "_episodes"

OF_A = (
    "The stablecoin yield goes to whoever holds the bills.",
    "NVIDIA sells shovels, and Zürich sells the mine.",
    "比特幣 is written with three signs.",
)
OF_B = ("Two stablecoins walk into a bank.", "A round-trip of $2.5 billion isn't revenue.")
"""Quotes of two episodes that are searched."""


def episode_text(
    title="A talk",
    url="https://www.youtube.com/watch?v=abcdefghijk",
    companies=("NVIDIA",),
    quotes=("Chips are the new oil of the data centre economy.",),
    date="2025-09-01 10:00:00 +0000",
    more="",
):
    """An episode file in the input's format."""
    lines = ["---", f"title: {title}", f"date: {date}", f"original_url: {url}", "companies:"]
    for name in companies:
        lines += [
            f"- name: {name}",
            "  category: tech",
            "  confidence: high",
            f"  context: Company {name} builds things",
            "  source: llm_enhanced",
        ]
    lines.append("quotes:")
    for text in quotes:
        lines += [f"- text: {text}", "  relevance_score: 8", "  source: llm_enhanced"]
    return "\n".join([*lines, "tags:", "- ai", *([more] if more else []), "---", ""])


def add_corpus(prepared, statistics, judgements, shows=None):
    """Knowledge with what a corpus and people say; ``shows`` are the corpus's own, by key."""
    return knowledge.add_tables(
        prepared,
        knowledge.tabulate_names(statistics),
        judgements,
        lambda key: knowledge.find_spelling(statistics, key),
        shows or {},
    )


def build_once(tmp_path_factory, name, build):
    """A folder that is filled once in a run, by the first of the processes that needs it.

    Args:
        tmp_path_factory: pytest's; the processes of a run share the parent of their own folders.
        name: of the folder.
        build: a function that fills the folder, which is there and empty.
    """
    root = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    folder, done = root / name, root / f"{name}.done"
    with FileLock(root / f"{name}.lock"):
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            with contextlib.chdir(folder):  # where its store remembers that judgements stand
                build(folder)
            done.touch()
    return folder


def drop_error_of_thread(work):
    """Drop in this thread the error of a call in another one.

    Returns:
        The error's class, and what Python said of values that it could not free.
    """
    messages = []
    with ThreadPoolExecutor(1) as threads:
        error = threads.submit(work).exception()
    kind = type(error)
    with patch.object(sys, "unraisablehook", lambda args: messages.append(str(args.exc_value))):
        del error
    return kind, messages
