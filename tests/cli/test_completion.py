"""What a shell completes, in a real shell where there is one."""

import shutil
import subprocess
import sys

import pytest

from kgraph.cli.completion import VALUE_SOURCES

if sys.platform == "win32":
    pytest.skip("shells of Unix", allow_module_level=True)

from terminal import run_in_terminal

START_FILES = {"bash": ".bashrc", "zsh": ".zshrc"}
COMMANDS = {"bash": ["bash", "-i"], "zsh": ["zsh", "-i"]}


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """A folder of the one program kgraph, under its own name."""
    folder = tmp_path_factory.mktemp("bin")
    file = folder / "kgraph"
    file.write_text(f"#!{sys.executable}\nfrom kgraph.cli import main\nmain()\n")
    file.chmod(0o755)
    return folder


def environment(program, home):
    return {"PATH": f"{program}:/usr/local/bin:/usr/bin:/bin", "HOME": str(home)}


@pytest.mark.parametrize("shell", COMMANDS)
def test_a_shell_completes_after_the_installation(program, tmp_path, shell):
    if not shutil.which(shell):
        pytest.skip(f"no {shell} here")
    (tmp_path / START_FILES[shell]).write_text("PS1='ready> '\n")
    given = environment(program, tmp_path)
    installed = subprocess.run(
        [shell, "-c", "kgraph --install-completion; exit $?"],
        env=given,
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"{shell} completion installed in {tmp_path}" in installed.stdout
    recording = run_in_terminal(
        COMMANDS[shell],
        talk=[
            # Ctrl-U drops the line; zsh only loads the completion at the first Tab.
            ("ready> ", "kgraph exp\t\x15kgraph exp\t"),
            ("ort", "\x15kgraph stats --format j\t"),
            ("son", "\x15kgraph query by-mon\t"),
            ("th", "\x15exit\n"),
        ],
        cwd=tmp_path,
        **given,
    )
    assert recording.status == 0


def complete(program, home, words):
    """The values that the program gives to bash; the last word is the one to complete."""
    done = subprocess.run(
        ["kgraph"],
        executable=program / "kgraph",
        env={
            **environment(program, home),
            "_KGRAPH_COMPLETE": "complete_bash",
            "COMP_WORDS": " ".join(["kgraph", *words]),
            "COMP_CWORD": str(len(words)),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (["stats", "--format", ""], ["table", "json"]),
        (["audit", "mentions", "--format", ""], ["table", "tsv", "csv", "json"]),
        (["analyse", "path", "--format", "t"], ["table", "tsv", "turtle"]),
        (["query", "x", "--format", "n"], ["ntriples", "nquads"]),
        (["search", "x", "--format", "ts"], ["tsv"]),
        (["search", "x", "--kind", "q"], ["quote"]),
        (["search", "x", "--kind", "p"], ["product", "person", "place"]),
        (["export", "g"], ["graphml", "gexf"]),
        (["export", "turtle", "--profile", ""], ["kb", "full", "edges"]),
        (["view", "--type", "c"], ["company", "crypto"]),
        (["review", "--type", "n"], ["noise"]),
        (["query", "first-m"], ["first-mentions"]),
        (["analyse", "clu"], ["clusters"]),
        (["audit", "q"], ["quotes"]),
        (["judge", "re"], ["rename", "reject"]),
        (["judge", "--list", "re"], ["rename", "reject"]),
        (["show", "N"], []),
    ],
    ids=" ".join,
)
def test_values_are_completed(program, tmp_path, words, values):
    assert complete(program, tmp_path, words) == values


def test_every_source_belongs_to_a_parameter():
    import typer.main

    from kgraph.cli.app import app

    commands = typer.main.get_command(app).commands
    known = {f"{name} {it.name}" for name, command in commands.items() for it in command.params}
    known |= {name.split()[1] for name in known}
    assert set(VALUE_SOURCES) <= known


@pytest.mark.parametrize("shell", COMMANDS)
def test_a_script_is_shown(program, tmp_path, shell):
    if not shutil.which(shell):
        pytest.skip(f"no {shell} here")
    shown = subprocess.run(
        [shell, "-c", "kgraph --show-completion; exit $?"],
        env=environment(program, tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    assert "_KGRAPH_COMPLETE=complete_" in shown.stdout
