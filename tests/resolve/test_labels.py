"""The labels of the project's own that the resolver is trained on."""

import csv
import re
from pathlib import Path

from kgraph.base.entity_types import TYPE_NAMES
from kgraph.base.model import REJECTED

FILE = Path(__file__).parents[2] / "benchmarks" / "labels.tsv"
TYPES = {*TYPE_NAMES, REJECTED}


def test_every_label_has_its_shape():
    with FILE.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert list(rows[0]) == ["episode", "index", "type", "also", "canonical", "sure"]
    wrong = [
        row
        for row in rows
        if not re.fullmatch(r"[0-9a-f]{16}", row["episode"])
        or not row["index"].isdigit()
        or row["type"] not in TYPES
        or not set(filter(None, row["also"].split(","))) <= TYPES - {row["type"]}
        or (row["type"] == REJECTED) != (row["canonical"] == "")
        or row["sure"] not in {"0", "1"}
    ]
    assert wrong == []


def test_every_row_is_labelled_once_and_the_labels_are_sorted():
    lines = FILE.read_text("utf-8").splitlines()[1:]
    places = [(episode, int(index)) for episode, index, *_ in (line.split("\t") for line in lines)]
    assert places == sorted(set(places))
