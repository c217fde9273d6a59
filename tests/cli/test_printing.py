"""How results look on a terminal."""

import errno
import os

import pytest

from kgraph.cli import exit_status, printing, streams, tables
from kgraph.query.table import RowTable
from kgraph.views.briefing_values import escape_markdown


def test_a_summary_looks_as_its_marks_say():
    shown = printing.render_markdown(
        "**Bold** and [a link](https://example.org/)\n\n* one\n* two\n"
    ).plain
    assert shown == "Bold and a link (https://example.org/)\n\n • one\n • two\n"


def test_a_hostile_summary_is_text():
    hostile = "<script>x</script> \x1b[31mred\x07 [x](javascript:alert(1)) &amp;"
    shown = printing.render_markdown(hostile).plain
    assert shown == "<script>x</script> \ufffd[31mred\ufffd [x](javascript:alert(1)) &\n"


def test_markdown_is_printed_without_control_characters_and_commands_unbroken(capsys):
    command = f"kgraph query x --param text={'y' * 300}"
    printing.print_markdown(f"# A\x1b[31m\n\n- [b](<https://x.org/>)\n\nRun: `{command}`\n\nEnd.\n")
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert lines == ["A\ufffd[31m", "", "• b (https://x.org/)", "", f"Run: {command}", "", "End."]


@pytest.mark.parametrize(
    "text",
    [
        "0.5 % of A_B & *C* at $5! #1 [x](y) ![z](w) <b>`q`</b> ~~old~~ a|b &amp; c\\d {e}",
        "1. - + = [red]rich[/red] [link=https://x.org]y[/link]",
        "- a dash\x1b[31m",
    ],
)
def test_escaped_text_is_printed_as_people_read_it(capsys, text):
    printing.print_markdown(f"- {escape_markdown(text)}\n")
    shown = capsys.readouterr().out.removeprefix("\n").strip()
    assert shown == f"• {text.replace(chr(27), chr(0xFFFD))}"


def test_a_long_table_says_what_it_leaves_out(capsys, monkeypatch):
    monkeypatch.setattr(tables, "MAX_SHOWN_ROWS", 2)
    tables.write_table(RowTable(("n",), [(n,) for n in range(3)]), "table", "-")
    shown = capsys.readouterr()
    assert shown.out.split() == ["n", "0", "1"]
    assert shown.err == "limited to 2 of 3 rows; use --limit, or --format tsv for all\n"
    tables.write_table(RowTable(("n",), [(0,), (1,)]), "table", "-")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("number", "move"),
    [
        (errno.ENOSPC, "free disk space, or choose another folder"),
        (errno.EACCES, "check its permissions, or choose another folder"),
        (errno.EMFILE, "allow more open files (ulimit -n)"),
        (errno.EIO, "check the path, or choose another"),
    ],
)
def test_what_the_system_refuses_ends_in_the_next_move(capfd, monkeypatch, number, move):
    def refused():
        raise OSError(number, os.strerror(number), "graph.ttl")

    monkeypatch.setattr(exit_status, "drop_output", lambda: None)
    with pytest.raises(SystemExit) as left:
        exit_status.run_with_exit_status(refused)
    assert left.value.code == 1
    assert capfd.readouterr().err == f"kgraph: graph.ttl: {os.strerror(number)}: {move}\n"


def test_what_was_written_is_told_with_its_size(capsys, tmp_path):
    file = tmp_path / "graph.ttl"
    file.write_bytes(b"x" * 1_234)
    printing.report_output_file(file)
    printing.report_output_file(str(file), "1 node", "2 edges")
    printing.report_output_file(os.devnull)
    printing.report_output_file("-", "1 node")
    (tmp_path / "vault" / "notes").mkdir(parents=True)
    printing.report_output_file(tmp_path / "vault", "no note")
    for name in ("a.md", "notes/b.md"):
        (tmp_path / "vault" / name).write_bytes(b"x" * 600)
    printing.report_output_file(tmp_path / "vault")
    *lines, empty, folder = capsys.readouterr().err.splitlines(keepends=True)
    assert empty == f"wrote {tmp_path / 'vault'}: no note\n"
    assert folder == f"wrote {tmp_path / 'vault'}: 2 files, 1.2 kB\n"
    assert "".join(lines) == (
        f"wrote {file}: 1.2 kB\nwrote {file}: 1 node, 2 edges, 1.2 kB\nwrote {os.devnull}\n"
    )


@pytest.mark.skipif(not os.path.exists("/dev/fd"), reason="no descriptors in /dev here")
def test_the_size_of_a_file_that_was_appended_to_is_not_told(capsys, tmp_path):
    with open(tmp_path / "log", "ab") as log:
        printing.report_output_file(f"/dev/fd/{log.fileno()}", "1 row")
        assert capsys.readouterr().err == f"wrote /dev/fd/{log.fileno()}: 1 row\n"


def test_quiet_leaves_out_what_was_written(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(streams, "_level", streams.Level.QUIET)
    printing.report_output_file(tmp_path)
    assert capsys.readouterr().err == ""
