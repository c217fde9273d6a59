"""The rows of files are counted by list and outcome, and people as a list of their own."""

import pytest

from kgraph.graph.accounting import RowCounts, account_rows, count_rows
from kgraph.ingest import find_files, read_file
from kgraph.pipeline import build
from kgraph.store import Store

HEAD = "title: Talk\ndate: 2025-01-01\n"
GUESTS = "guests: [Ann Lee, Carl Poe]\n"
FIRM = "- name: NVIDIA\n  context: NVIDIA sells chips\n"


def account(tmp_path, front_matter):
    (tmp_path / "a.md").write_text(f"---\n{HEAD}{front_matter}---\n")
    report = build([tmp_path / "a.md"], tmp_path / "store", workers=1)
    (episode,) = Store(tmp_path / "store").graph
    assert account_rows(episode).lists == report.rows.lists
    return report


@pytest.mark.parametrize(
    ("front_matter", "companies", "people"),
    [
        (f"companies:\n{FIRM}", RowCounts(1, 1), None),
        (GUESTS, None, RowCounts(2, 2)),
        (f"{GUESTS}host: Ann Lee\n", None, RowCounts(3, 2, 1)),
        (f"{GUESTS}companies:\n{FIRM}- 7\n", RowCounts(2, 1, unreadable=1), RowCounts(2, 2)),
        (f"{GUESTS}companies:\n{FIRM}- name: Ann Lee\n", RowCounts(2, 2), RowCounts(2, 1, 1)),
        (f"{GUESTS}companies: [7]\n", None, RowCounts(3, 2, unreadable=1)),
        ("companies: [7]\n", RowCounts(1, unreadable=1), None),
    ],
)
def test_guests_and_hosts_count_as_people(tmp_path, front_matter, companies, people):
    lists = account(tmp_path, front_matter).rows.lists
    assert (lists.get("companies"), lists.get("people")) == (companies, people)
    (file,) = find_files([tmp_path / "a.md"]).files
    rows = count_rows(read_file(file).episode)
    assert [rows.get(name) for name in ("companies", "people")] == [
        counts and counts.rows for counts in (companies, people)
    ]


def test_a_build_prints_people_in_a_line_of_their_own(tmp_path):
    lines = str(account(tmp_path, f"{GUESTS}companies:\n{FIRM}")).splitlines()
    table = [line.split() for line in lines if line.startswith(("companies ", "people "))]
    assert table == [["companies", "1", "1", "0", "0", "0"], ["people", "2", "2", "0", "0", "0"]]
