"""Where things are, and a factory that makes an episode file in one line."""

import os
from pathlib import Path

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
