"""Small vaults as people keep them, built, checked and shown."""

import sys

import pytest

from kgraph.cli import main

VAULTS = {
    "obsidian": (
        "---\ntitle: A talk\ndate: 12 Oct 2025\n"
        'companies: [OpenAI, "[[Firms/Zorblax GmbH|it]]"]\ntags: [infra]\n---\n\n---\nA line.\n'
    ),
    "hugo-yaml": (
        '---\ntitle: A talk\ndate: 2025-10-12\nduration: "00:45:12"\n'
        "companies: OpenAI; Zorblax GmbH\ntags: infra\n---\nBody.\n"
    ),
    "hugo-toml": (
        "+++\ntitle = 'A talk'\ndate = 2025-10-12\ncompanies = ['OpenAI', 'Zorblax GmbH']\n"
        "tags = ['infra']\n+++\nBody.\n"
    ),
    "json": (
        '{"title": "A talk", "date": 1760227200,\n'
        ' "companies": ["OpenAI", {"name": "**Zorblax GmbH**"}], "tags": ["infra"]}\nBody.\n'
    ),
}


def run(monkeypatch, capsys, *arguments):
    monkeypatch.setattr(sys, "argv", ["kgraph", *arguments])
    try:
        code = main()
    except SystemExit as end:
        code = end.code
    return code or 0, capsys.readouterr().out


@pytest.mark.parametrize("name", VAULTS)
def test_a_vault_is_built_and_shown(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "talk.md").write_text(VAULTS[name], "utf-8")
    assert run(monkeypatch, capsys, "build", "notes")[0] == 0
    _, why = run(monkeypatch, capsys, "why", "talk.md", "Zorblax GmbH")
    assert "The episode mentions Zorblax GmbH." in why
    assert "listed-by-hand" in why
    assert "a person listed it among the companies" in why
    assert "OpenAI" in run(monkeypatch, capsys, "show", "OpenAI")[1]


def test_check_says_what_to_write(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    front = "title: A talk\ndate: 01/02/2025\npublished: 2025-10-12\ncompanies:\n- 7"
    (tmp_path / "talk.md").write_text(f"---\n{front}\n---\n", "utf-8")
    code, told = run(monkeypatch, capsys, "check", "talk.md")
    assert code == 1
    assert [line for line in told.splitlines() if line.startswith("talk.md")] == [
        "talk.md:3:1: /date: day and month could be either way round (write the year first, as"
        " in 2025-01-31): 01/02/2025 (field set aside) [date-invalid]",
        "talk.md:6:1: /companies/0: expected a text or a mapping with name (write"
        " `- name: OpenAI`), got 7 (row left out) [row-shape]",
    ]
