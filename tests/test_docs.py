"""The documentation is true: everything is in it, and what it shows runs."""

import pydoc
import re
import shlex
import subprocess
import sys
import textwrap

import pytest
import typer.main
from cli.runner import run
from msgspec import structs
from support import ROOT

from kgraph import KnowledgeGraph
from kgraph.analysis import load_named_queries
from kgraph.base.identity import ID_KINDS
from kgraph.base.lexicon import EntryFields
from kgraph.base.vocabulary import load_field_table
from kgraph.cli.app import app
from kgraph.export import EXPORT_FORMATS
from kgraph.export.export import FOLDER_FORMATS
from kgraph.graph.diff import Change, Changes
from kgraph.graph.episode_diff import FieldChange
from kgraph.pipeline import Report
from kgraph.project import load_project
from kgraph.project.settings import format_key_table
from kgraph.query import ANSWER_FORMATS as ANSWERS
from kgraph.resolve.judgement import VERBS
from kgraph.server.endpoints.openapi import OPERATIONS

EXPORTS = EXPORT_FORMATS | FOLDER_FORMATS
REFERENCE = (ROOT / "docs" / "reference.md").read_text("utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
COMMANDS = typer.main.get_command(app).commands


def test_every_command_and_option_is_documented():
    for name, command in COMMANDS.items():
        row = next((line for line in REFERENCE.splitlines() if f"| `kgraph {name}" in line), "")
        assert row, name
        for parameter in command.params:
            option = parameter.opts[0]
            if option.startswith("--") and option not in ("--store", "--help"):
                assert option in row, f"{name} {option}"


@pytest.mark.parametrize(
    "names", [EXPORTS, ANSWERS, load_named_queries()], ids=["exports", "answers", "questions"]
)
def test_every_format_and_question_is_documented(names):
    for name in names:
        assert f"| `{name}` |" in REFERENCE


def test_the_help_of_export_lists_every_format():
    text = " ".join(run("export", "--help").stdout.split())
    assert [name for name in EXPORTS if name not in text] == []


def test_every_verb_of_judgements_is_documented():
    section = REFERENCE.partition("## Judgements\n")[2].partition("\n### ")[0]
    words = " ".join(run("judge", "--help").stdout.replace("-\n", "-").split())
    assert [verb for verb in VERBS if f"\n| `{verb} " not in section] == []
    assert [verb for verb in VERBS if not re.search(rf"\b{verb}\b", words)] == []


def test_every_operation_of_the_api_is_documented():
    section = REFERENCE.partition("### The API\n")[2].partition("\n###")[0]
    for path, operation in OPERATIONS.items():
        (row,) = re.findall(rf"^\| `{path}` \| .+ \| (.*)\|$", section, re.MULTILINE)
        assert [*re.findall(r"`(\w+)`", row)] == [*operation.parameters.__struct_fields__], path


def test_every_field_is_documented_with_its_type_and_property():
    rows = {line.split("|")[1].strip(): line for line in REFERENCE.splitlines() if "|" in line}
    table = {f"`{name}`": field for name, field in load_field_table().episode.items()}
    for list_, row_type in load_field_table().rows.items():
        table |= {f"`{list_}[].{name}`": field for name, field in row_type.fields.items()}
    for name, field in table.items():
        assert f"| {field.type} |" in rows[name]
        assert field.property == "-" or f"`{field.property}`" in rows[name]


def test_every_key_of_a_project_is_documented():
    section = REFERENCE.partition("## The project file\n")[2].partition("\n## ")[0]
    assert format_key_table() in section
    names = {f"`{name}`" for name in ID_KINDS}
    entry = {field.encode_name for field in structs.fields(EntryFields)}
    own = section.partition("### Own names")[2]
    assert [name for name in names if name.strip("`") not in section] == []
    assert [name for name in entry if f"`{name}" not in own] == []


def test_the_examples_of_a_project_are_read(tmp_path):
    text = REFERENCE + (ROOT / "docs" / "how-to.md").read_text("utf-8")
    projects = re.findall(r"```toml\n(sources.*?)```", text, re.DOTALL)
    entries = re.findall(r"```yaml\n(type:.*?)```", text, re.DOTALL)
    tables = re.findall(r"```yaml\n(entries:.*?)```", text, re.DOTALL)
    assert (len(projects), len(entries), len(tables)) == (1, 3, 1)
    (tmp_path / "lexicon").mkdir()
    for name, example in (("lexicon/own.yaml", entries[0]), ("identity.yaml", tables[0])):
        (tmp_path / name).write_text(example)
    (tmp_path / "kgraph.toml").write_text(projects[0])
    settings = load_project(tmp_path / "kgraph.toml")
    own = settings.load_inputs().own
    assert [entry.name for entry in own.lexicon] == ["Quorvex Dynamics", "Meridian"]
    assert (list(own.ids["company"]), len(settings.export)) == (["Quorvex Dynamics"], 3)


@pytest.mark.parametrize(
    ("heading", "struct"),
    [
        ("What changed", Changes),
        ("What changed", Change),
        ("What changed", FieldChange),
        ("The report of a build", Report),
    ],
)
def test_every_field_of_a_result_is_documented(heading, struct):
    section = REFERENCE.partition(f"### {heading}\n")[2].partition("\n#")[0]
    assert [f.name for f in structs.fields(struct) if f"`{f.name}`" not in section] == []


def test_every_part_of_an_atlas_address_is_documented():
    state = (ROOT / "kgraph" / "atlas" / "assets" / "state.js").read_text("utf-8")
    names = re.findall(r"^  (\w+): \[\"", state, re.MULTILINE)
    openings = re.search(r"^const OPENINGS = \{(.*)\};$", state, re.MULTILINE)[1]
    names += re.findall(r"(\w+): \d", openings)
    assert len(names) > 20
    assert [name for name in names if f"`{name}`" not in REFERENCE] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
        assert "://" in target or (page.parent / target).exists(), target


@pytest.mark.parametrize("page", ["README.md", "docs/tutorial.md"])
def test_what_is_shown_runs(page, tmp_path):
    """Each command of the page, in order, in a folder like the checkout."""
    (tmp_path / "data").symlink_to(ROOT / "data")
    (tmp_path / "exports").mkdir()
    for line in shell_lines((ROOT / page).read_text("utf-8")):
        done = done_by_shell(line, tmp_path)
        assert done.returncode == 0, f"{line}\n{done.stderr}"


def test_searches_of_the_guides_find_something(sample):
    page = (ROOT / "docs" / "how-to.md").read_text("utf-8")
    searches = [line for line in shell_lines(page) if line.startswith("kgraph search ")]
    assert searches
    for line in searches:
        done = run(*shlex.split(line)[1:], "--store", sample.path)
        assert (done.returncode, done.stdout != "") == (0, True), line


def test_judgements_of_the_guides_change_the_sample(sample, tmp_path):
    page = (ROOT / "docs" / "how-to.md").read_text("utf-8")
    examples = [line for line in shell_lines(page) if re.match(r"kgraph judge (?!-|VERB)", line)]
    assert len(examples) > 9
    judgements = tmp_path / "judged.yaml"
    judgements.write_text("")
    for line in examples:
        words = [word for word in shlex.split(line)[1:] if word not in ("--build", "--preview")]
        done = run(*words, "--preview", "--store", sample.path, "--judgements", judgements)
        assert done.returncode == 0 and "nothing changes" not in done.stdout, line


def test_the_notebook_example_draws_without_matplotlib(sample, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    page = (ROOT / "docs" / "how-to.md").read_text("utf-8")
    block = re.search(
        r"^    graph = .*\n(?:    .*\n)+", page.partition("## Work in a notebook")[2], re.M
    )
    names = {"KnowledgeGraph": KnowledgeGraph}
    shown = []
    for line in textwrap.dedent(block[0]).replace("path/to/.kgraph", str(sample.path)).splitlines():
        if re.match(r"\w+ = ", line):
            exec(line, names)
        else:
            shown.append(eval(line, names))
    assert len(shown) == 3 and all(each._repr_html_() for each in shown)


def done_by_shell(line, cwd):
    """What a line of a shell does; without a process, where it is one command."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words = [*lexer]
    if not any(set(word) <= set(lexer.punctuation_chars) or "$" in word for word in words):
        return run(*words[1:], cwd=cwd)
    command = line.replace("kgraph ", f"{sys.executable} -m kgraph ")
    return subprocess.run(command, shell=True, capture_output=True, text=True, cwd=cwd, check=False)


def shell_lines(page):
    """Commands of kgraph in the page's shell blocks and indented blocks."""
    lines = re.findall(r"^(?:    )?(kgraph .*?)(?:\s+#.*)?$", page, re.MULTILINE)
    assert lines
    return lines


def test_the_library_example_runs_where_no_process_can_fork(tmp_path):
    page = (ROOT / "README.md").read_text("utf-8")
    (tmp_path / "data").symlink_to(ROOT / "data")
    [block] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    thread = (
        "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()"
    )
    (tmp_path / "example.py").write_text(f"{thread}\n{block}")
    command = [sys.executable, "example.py"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "exports/atlas.html").exists()


def test_the_federated_example_counts_episodes_alone(sample):
    page = (ROOT / "docs" / "how-to.md").read_text("utf-8")
    example = re.search(r"```sparql\n(PREFIX.*?)SELECT.*?SERVICE <.*?> \{(.*?)\}", page, re.DOTALL)
    prefixes, pattern = example.groups()
    classes = f"{prefixes} SELECT DISTINCT ?class {{ {pattern} ?episode a ?class }}"
    found = KnowledgeGraph(sample).query(classes)
    assert [row["class"] for row in found] == ["https://schema.org/PodcastEpisode"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_modules_that_a_page_names_exist(page):
    text = page.read_text("utf-8")
    names = re.findall(r"(?<![\w/.-])kgraph(?:\.[a-z_]+)+", text)
    paths = {name.replace(".", "/") for name in names if not name.endswith((".ttl", ".toml"))}
    paths |= set(re.findall(r"(?<![\w/.])kgraph(?:/\w+)+(?:\.py)?", text))
    assert [path for path in sorted(paths) if not exists(path)] == []


def exists(path):
    """Whether a path below the root names a file, a folder, a module or something in a module."""
    return (ROOT / path).exists() or pydoc.locate(
        path.removesuffix(".py").replace("/", ".")
    ) is not None
