"""The project file: what is read, which errors name what, and which project holds where."""

import os
from pathlib import Path

import pytest
from support import episode_text

from kgraph.base.errors import DataError, InputError
from kgraph.base.vocabulary import BASE_IRI
from kgraph.pipeline import build
from kgraph.project import choose_project, find_project_file, load_project
from kgraph.project.settings import DECLARED_KEYS
from kgraph.project.toml_text import format_toml

WHOLE = """\
sources = ["notes", "more/*.md", "/elsewhere"]
store = "out/graph"
base = "https://example.org/id/"
judgements = "decided.yaml"
lexicon = "names"
identities = "ids.yaml"

[export]
profile = "full"
quotes = 3
rdf12 = true
network = "co-mentions"
licence = "CC-BY-4.0"
ontology = true
base = "https://example.org/out#"
"""


@pytest.fixture
def folder(tmp_path):
    """A folder whose name a pattern would misread."""
    folder = tmp_path / "a [b]"
    for name in ("notes", "more", "names"):
        (folder / name).mkdir(parents=True)
    for name in ("notes/a.md", "more/b.md"):
        (folder / name).write_text(episode_text())
    for name in ("names/b.yaml", "names/a.yaml", "names/README.md", "ids.yaml"):
        (folder / name).write_text("")
    return folder


def write(folder, text):
    path = folder / "kgraph.toml"
    path.write_text(text, "utf-8")
    return path


def test_every_key_is_read(folder):
    settings = load_project(write(folder, WHOLE))
    assert settings.sources[0] == str(folder / "notes")
    assert settings.sources[1].endswith("/a [[]b]/more/*.md")
    assert settings.sources[2] == "/elsewhere"
    assert (settings.store, settings.judgements) == (folder / "out/graph", folder / "decided.yaml")
    assert settings.base == "https://example.org/id/"
    assert settings.lexicon == (folder / "names/a.yaml", folder / "names/b.yaml")
    assert settings.identities == (folder / "ids.yaml",)
    assert settings.export == {
        "profile": "full",
        "quotes": 3,
        "rdf12": True,
        "network": "co-mentions",
        "licence": "CC-BY-4.0",
        "ontology": True,
        "base": "https://example.org/out#",
    }


def test_only_sources_are_needed(folder, monkeypatch):
    write(folder, 'sources = "notes"\n')
    monkeypatch.chdir(folder / "notes")
    settings = load_project(Path("../kgraph.toml"))
    assert (settings.sources, settings.base) == ((str(folder / "notes"),), BASE_IRI)
    assert (settings.store, settings.judgements, settings.lexicon) == (
        folder / ".kgraph",
        folder / "data/judgements.yaml",
        (),
    )
    (folder / "lexicon").mkdir()
    for name in ("own.yml", "own.yaml", "README.md"):
        (folder / "lexicon" / name).write_text("")
    assert load_project(settings.file).lexicon == (
        folder / "lexicon/own.yaml",
        folder / "lexicon/own.yml",
    )


def test_the_home_folder_may_be_written_short(folder, monkeypatch):
    monkeypatch.setenv("HOME", str(folder))
    assert load_project(write(folder, 'sources = ["~/notes"]')).sources == (str(folder / "notes"),)


NOTES = 'sources = ["notes"]\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ': no sources: add it; write for example sources = ["episodes"]'),
        ("sorces = []\n", ":1: sorces: no such key: did you mean sources? The keys are sources, e"),
        ("sources = 7\n", ":1: sources: 7: Expected array, got int; write for example sources = ["),
        ("\nsources = []\n", ":2: sources: a list of 0: Expected array of length >= 1; write "),
        ('sources = [\n"a",\n3,\n]\n', ":1: sources[1]: 3: Expected str, got int; write for "),
        ('sources = ["-"]\n', ":1: sources[0]: '-': standard input is no source of a project: "),
        (f'{NOTES}store = ""\n', ":2: store: '': no path; write for example store = \".kgraph\""),
        (f'{NOTES}store = "a\\u0000"\n', ":2: store: 'a\\\\x00': no path; write for example "),
        (f'{NOTES}base = "example"\n', ":2: base: 'example': not a base IRI: write "),
        (f'{NOTES}lexicon = "gone"\n', ":2: lexicon: 'gone': no such folder: make it, or "),
        (
            f'{NOTES}identities = "ids.yml"\n',
            ":2: identities[0]: 'ids.yml': no such file: did you mean ids.yaml? Else correct it, ",
        ),
        (f'{NOTES}judgements = "notes"\n', ":2: judgements: 'notes': a folder: name a file"),
        (f'{NOTES}store = "ids.yaml"\n', ":2: store: 'ids.yaml': not a folder: name a folder"),
        (f'{NOTES}store = "/"\n', ":2: store: '/': the root of a file system: name a folder of "),
        (f"{NOTES}export = 1\n", ":2: export: expected a mapping of keys, got 1: begin it with "),
        (
            f"{NOTES}[export]\nlicense = 'MIT'\n",
            ":3: export.license: no such key: did you mean licence? The keys are profile, ",
        ),
        (f"{NOTES}[export]\nstore = 'x'\n", ":3: export.store: store is no option of exports: "),
        (
            f"{NOTES}[export]\nprofile = 'ful'\n",
            ":3: export.profile: 'ful': no such profile; did you mean full? Choose one of kb, ",
        ),
        (f"{NOTES}[export]\nquotes = -1\n", ":3: export.quotes: -1: Expected int >= 0; write "),
        (f"{NOTES}[export]\nrdf12 = 'yes'\n", ":3: export.rdf12: 'yes': Expected bool, got str; "),
        (f"{NOTES}[export]\nlicence = 'by me'\n", ":3: export.licence: 'by me': "),
        (
            f"{NOTES}sources = []\n",
            ":2: not TOML: Cannot overwrite a value (the key stands twice: ",
        ),
        (f'{NOTES}"a\\u001b[31m" = 1\n', ":2: a\\x1b[31m: no such key: The keys are "),
    ],
)
def test_a_wrong_file_names_line_value_and_next_move(folder, text, expected):
    path = write(folder, text)
    with pytest.raises(DataError) as caught:
        load_project(path)
    message = str(caught.value)
    assert message.isprintable()
    assert message.removeprefix(str(path)).startswith(expected)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("noets", "'noets': no such file or folder: did you mean notes? Else correct it"),
        ("more/*.txt", "'more/*.txt': this pattern matches nothing: correct it"),
    ],
)
def test_a_source_that_is_not_there_is_found_by_a_build(folder, source, expected):
    path = write(folder, f'sources = ["notes", "{source}"]\n')
    settings = load_project(path)
    with pytest.raises(DataError) as caught:
        settings.check_sources()
    assert str(caught.value).removeprefix(str(path)).startswith(f":1: sources[1]: {expected}")
    load_project(write(folder, WHOLE.replace(', "/elsewhere"', ""))).check_sources()


def test_every_key_has_an_example_that_is_read(folder):
    """The declaration holds for each key: its example passes its own check."""
    (folder / "identity.yaml").write_text("")
    for key in DECLARED_KEYS.values():
        *table, name = key.name.split(".")
        if name == "export":
            continue
        (folder / "episodes").mkdir(exist_ok=True)
        lines = [f"[{table[0]}]"] if table else []
        own = [] if name == "sources" else ['sources = ["episodes"]']
        load_project(
            write(folder, "\n".join([*own, *lines, f"{name} = {format_toml(key.example)}"]))
        )


@pytest.mark.parametrize(
    ("export", "format", "given", "names"),
    [
        ('quotes = 3\nlicence = "MIT"', "turtle", {}, ["licence", "quotes"]),
        ('quotes = 3\nlicence = "MIT"', "", {}, ["licence", "quotes"]),
        ('quotes = 3\nlicence = "MIT"', "gexf", {}, ["quotes"]),
        ('quotes = 3\nlicence = "MIT"', "parquet", {}, ["quotes"]),
        ("quotes = 3", "gexf", {"network": "co-mentions"}, []),
        ("quotes = 3", "turtle", {"profile": "full"}, []),
        ("quotes = 3", "turtle", {"quotes": 0}, []),
        ('profile = "full"\nquotes = 3', "turtle", {}, ["profile"]),
        ('profile = "full"\nquotes = 3', "turtle", {"profile": "kb"}, ["quotes"]),
        ("rdf12 = true\nontology = true", "rdfxml", {}, ["ontology"]),
        ("rdf12 = true\nontology = true", "trig", {}, ["ontology", "rdf12"]),
        ('network = "co-mentions"\nquotes = 1', "json", {}, ["network"]),
        ('network = "co-mentions"\nquotes = 1', "turtle", {}, ["quotes"]),
    ],
)
def test_options_that_do_not_fit_an_export_are_left_out(folder, export, format, given, names):
    settings = load_project(write(folder, f"{NOTES}[export]\n{export}\n"))
    assert sorted(settings.select_export_options(format, given)) == names


# -- which one ---------------------------------------------------------------------


def test_the_nearest_file_above_holds(folder):
    file = write(folder, NOTES)
    deep = folder / "notes" / "2025"
    deep.mkdir()
    assert find_project_file(deep) == find_project_file(folder) == file
    assert (choose_project(folder).origin, choose_project(folder).note) == ("here", "")
    assert choose_project(deep).note == f"using the project {file}"
    (folder / "notes" / "kgraph.toml").mkdir()  # no file
    assert find_project_file(deep) == file
    inner = write(deep, "sources = ['.']")
    assert choose_project(deep).settings.file == inner
    assert find_project_file(folder.parent) is None


def test_a_named_file_or_its_folder_goes_first(folder, tmp_path):
    file = write(folder, NOTES)
    other = tmp_path / "other.toml"
    other.write_text('sources = ["x"]')
    assert choose_project(folder, named=other).settings.sources == (str(tmp_path / "x"),)
    assert choose_project(tmp_path, named=folder).settings.file == file
    with pytest.raises(InputError, match=r"--project .*gone: no such file: name a kgraph.toml"):
        choose_project(folder, named=tmp_path / "gone")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_project_file_that_is_a_pipe_is_not_waited_for(folder):
    os.mkfifo(folder / "kgraph.toml")
    for named in ("", folder):
        with pytest.raises(DataError, match="kgraph.toml: not a regular file: name another"):
            choose_project(folder, named=named)


def test_a_store_remembers_its_project(folder, tmp_path):
    settings = load_project(write(folder, f'{NOTES}judgements = "decided.yaml"'))
    build(settings.sources, settings.store, project=settings.load_inputs(), workers=1)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    chosen = choose_project(elsewhere, settings.store)
    assert (chosen.settings, chosen.origin) == (settings, "store")
    assert (
        chosen.note == f"using the project {settings.file}, from which {settings.store} was built"
    )
    own = write(elsewhere, "sources = ['.']")
    assert choose_project(elsewhere, settings.store).settings == settings
    assert choose_project(elsewhere, elsewhere / "new").settings.file == own
    assert choose_project(folder, settings.store).note == ""
    settings.file.unlink()
    chosen = choose_project(elsewhere, settings.store)
    assert chosen.settings.file == own
    assert (
        chosen.note == f"the project from which {settings.store} was built is gone: {settings.file}"
    )
