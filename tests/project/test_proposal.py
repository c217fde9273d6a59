"""What `kgraph init` proposes and shows: sources, formats, shows, dates, fields, problems."""

from pathlib import Path

import pytest
from support import SAMPLE, episode_text

from kgraph.base.errors import InputError
from kgraph.pipeline import build
from kgraph.project import load_project
from kgraph.project.proposal import choose_folders, propose_project, write_project
from kgraph.store import Store

TOML = '+++\ntitle = "Of money"\ndate = 2025-04-11\nsource = "The Tin Whistle"\ntags = ["a"]\n+++\n'
DAY = '"2025-07-02T09:00:00Z"'
JSON = f'{{"title": "Of agents", "date": {DAY}, "processing_date": {DAY}}}\n'


@pytest.fixture
def folder(tmp_path):
    """Five notes, of which one is no episode, beside a file that is none either."""
    notes = tmp_path / "notes"
    notes.mkdir()
    source = "source: The Tin Whistle\nmood: [Ann]\nduration: -5\nguests: [Ann Lee]"
    (notes / "yaml.md").write_text(episode_text(date="2025-03-04", more=source))
    (notes / "toml.md").write_text(TOML)
    (notes / "json.markdown").write_text(JSON)
    (notes / "crlf.md").write_bytes(b"---\r\ntitle: x\r\nduration: 5 min\r\n---\r\n")
    (notes / "plain.md").write_text("# none\n")
    (notes / "old.TXT").write_text("none")
    (notes / ".hidden").write_text("none")
    (tmp_path / "README.md").write_text("# none\n")
    return tmp_path


def test_a_proposal_shows_what_would_be_read(folder, monkeypatch):
    monkeypatch.chdir(folder)
    proposal = propose_project(folder, folder, workers=1)
    preview = proposal.preview
    assert (preview.files, preview.read) == (5, 4)
    assert (preview.shows, preview.without_show) == ({"The Tin Whistle": 2}, 2)
    assert (preview.first_day, preview.last_day) == ("2025-03-04", "2025-04-11")
    assert (preview.dated, preview.processed) == (2, 1)
    assert list(preview.fields.items())[:4] == [
        ("title", 4),
        ("date", 3),
        ("source", 2),
        ("tags", 2),
    ]
    assert preview.rows == {"tags": 2, "companies": 1, "people": 1, "quotes": 1}
    assert (preview.fields["companies"], preview.fields["people"]) == (1, 1)
    assert preview.unknown_fields == {"mood": 1}
    assert [str(problem).partition(": ")[0] for problem in preview.left_out] == [
        "notes/plain.md:1:1"
    ]
    assert {problem.code: problem.count for problem in preview.problems} == {
        "out-of-range": 1,
        "field-missing": 1,
        "field-unknown": 1,
    }
    assert preview.problems[0].example.startswith("notes/")
    assert proposal.notes == ("left out, without front matter that can be read: README.md",)


def test_the_sources_are_what_the_build_reads(folder):
    proposal = propose_project(folder, folder, workers=2)
    assert proposal.sources == ("notes",)
    write_project(proposal)
    settings = load_project(folder / "kgraph.toml")
    assert settings.sources == (str(folder / "notes"),)
    assert (settings.judgements, settings.export) == (folder / "judgements.yaml", {})
    report = build(settings.sources, settings.store, workers=1)
    assert (report.files, report.read) == (proposal.preview.files, proposal.preview.read)


def test_the_preview_of_the_sample_agrees_with_its_build(sample):
    preview = propose_project(SAMPLE, workers=1).preview
    shows = {}
    for episode in sample.graph:
        if episode.show:
            shows[episode.show.label] = shows.get(episode.show.label, 0) + len(episode.files)
    assert (preview.read, preview.shows) == (len(list(SAMPLE.glob("*.md"))), shows)


@pytest.mark.parametrize(
    ("episodes", "others", "folders"),
    [
        (["a.md"], [], ["."]),
        (["a/b/c.md", "a/b/d/e.md"], ["a/x.md", "x.md"], ["a/b"]),
        (["a/c.md", "b/d.md"], [], ["."]),
        (["a/c.md", "b/d.md"], ["a/x.md", "b/y.md"], ["."]),
        (["a/c.md", "b/d/e.md"], ["c/x.md"], ["a", "b"]),
        (["n/a/c.md", "n/b/d/e.md"], ["x.md"], ["n"]),
        ([f"{n}/a.md" for n in range(8)], ["x.md"], list("01234567")),
        ([f"{n}/a.md" for n in range(9)], ["x.md"], ["."]),
        (["ab/c.md"], ["a/x.md"], ["ab"]),
    ],
)
def test_the_folders_are_the_smallest_with_all_episodes(episodes, others, folders):
    assert choose_folders(episodes, others) == folders


def test_a_path_is_relative_where_it_is_near(folder, tmp_path):
    near, far = tmp_path / "project", tmp_path / "a" / "b"
    assert propose_project(folder, near, workers=1).sources == ("../notes",)
    assert propose_project(folder, far, workers=1).sources == (f"{tmp_path}/notes",)


def test_a_graph_that_is_there_keeps_its_base_and_judgements(folder):
    (folder / "data").mkdir()
    (folder / "data" / "judgements.yaml").write_text("")
    build([folder / "notes"], folder / ".kgraph", base="https://example.org/id/", workers=1)
    text = propose_project(folder, folder, workers=1).text
    assert '\nbase = "https://example.org/id/"\n' in text
    assert '\njudgements = "data/judgements.yaml"\n' in text


@pytest.mark.parametrize("name", ['a "b" [c]', "a\\b", "a\nb\x7f", "# é 比"])
def test_hostile_names_of_folders_are_written_well(tmp_path, name):
    (tmp_path / name).mkdir()
    (tmp_path / name / "a.md").write_text(episode_text())
    (tmp_path / "README.md").write_text("none")
    write_project(propose_project(tmp_path, tmp_path, workers=1))
    settings = load_project(tmp_path / "kgraph.toml")
    assert settings.sources == (str(tmp_path / name),)
    settings.check_sources()


def test_a_project_file_is_never_replaced(folder):
    proposal = propose_project(folder, folder, workers=1)
    file = Path(proposal.file)
    for there in ("file", "link"):
        if there == "file":
            file.write_text("mine")
        else:
            file.symlink_to("nowhere")
        with pytest.raises(
            InputError, match=r"kgraph.toml: there is a project already, with a mistake: "
        ):
            write_project(proposal)
        assert file.is_symlink() or file.read_text() == "mine"
        file.unlink()
    (folder / "sub").mkdir()
    write_project(proposal)
    with pytest.raises(InputError, match=r"kgraph.toml: there is a project already: edit this "):
        write_project(proposal)
    note = propose_project(folder, folder / "sub", workers=1).notes[-1]
    assert note.startswith(f"there is a project above, {proposal.file}: from {folder}/sub downw")


VAULT = {
    "Talk.md": "title: Talk\ndate: 2024-02-02",
    "Odd.markdown": "title: Odd\nguest: Ann",
    "Episodes/2024/a.md": "title: A\npub_date: May 19th",
    "Episodes/b.md": "title: B\ndate: soon",
    "Home.md": "title: Home",
    "People/Ann.md": "aliases: [Ann]\ntags: [person]\ncompany: Acme",
    "People/Bob.md": "tags: [person]",
    "Companies/Acme.md": "url: https://acme.example\ntags: company",
    "Daily/2024-01-05.md": "date: 2024-01-05\ntags: [daily]\npeople: [Ann Lee]",
    "Templates/Episode.md": "title: Talk\ndate: 2024-02-02\nguest: Ann",
    "Forms/x/New.md": 'title: "{{title}}"\ndate: {{date}}\nguest: Ann',
    "Forms/x/Old.md": 'title: "<% tp.file.title %>"\ndate: 2024-02-02',
}


def write_vault(folder, files=VAULT):
    """Write files with front matter, and a README without."""
    for name, fields in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"---\n{fields}\n---\nText.\n")
    (folder / "README.md").write_text("# none\n")


def build_proposed(folder):
    """Build what the project file in a folder names; return the names of the files that are read,
    or were to be read."""
    settings = load_project(folder / "kgraph.toml")
    report = build(settings.sources, settings.store, project=settings.make_inputs(), workers=1)
    assert not any("exclude" in note for note in report.notes)
    problems = {problem.file for problem in report.problems}
    return {
        file.file for episode in Store(settings.store).graph for file in episode.files
    } | problems


def test_an_episode_whose_title_speaks_of_marks_of_templates_is_no_template(tmp_path):
    (tmp_path / "eps").mkdir()
    for name, title in (("a", "Why Vue uses {{ and }}"), ("b", "Of <% and %> in EJS")):
        fields = f"title: {title}\ndate: 2024-02-02\nguest: Ann"
        (tmp_path / "eps" / f"{name}.md").write_text(f"---\n{fields}\n---\n")
    (tmp_path / "eps" / "new.md").write_text('---\ntitle:\ncreated: "{{date}}"\nguest:\n---\n')
    proposal = propose_project(tmp_path, tmp_path, workers=1)
    assert (proposal.sources, proposal.exclude) == (("eps",), ("/eps/new.md",))


def test_notes_on_people_and_templates_are_left_out_of_a_vault_and_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_vault(tmp_path)
    proposal = propose_project(tmp_path, tmp_path, workers=1)
    assert proposal.sources == (".",)
    folders = ("Companies", "Daily", "Forms", "People", "Templates")
    assert proposal.exclude == tuple(f"/{folder}/" for folder in folders)
    assert proposal.preview.read == 5
    assert proposal.notes == (
        "left out, for they do not look like notes of episodes: Forms/x/ 2, People/ 2, Companies/ "
        "1, Daily/ 1, Templates/ 1: to build them too, take them out of exclude, or add them to "
        "sources",
        "a build reads Home.md, too: no notes of an episode by the look of it",
    )
    write_project(proposal)
    read = {"Talk.md", "Odd.markdown", "Episodes/2024/a.md", "Episodes/b.md", "Home.md"}
    assert build_proposed(tmp_path) == read | {"README.md"}


def test_notes_that_say_that_they_are_episodes_or_something_else_are_taken_so(tmp_path):
    dated = "title: {0}\ndate: 2024-02-02\ntype: {0}"
    files = {
        "_posts/recaps/a.md": "title: Recap\ntype: podcast",
        "_posts/recaps/2024/b.md": "title: Recap\nlayout: Podcast-Episode",
        "_posts/letters/c.md": dated.format("newsletter"),
        "_posts/2024-02-02-bob.md": "title: Bob\nlayout: guest",
        "guests/ann.md": "title: Ann\ntype: guest\nurl: https://example.org/ann",
        "sponsors/acme.md": "title: Acme\ntype: Sponsor\nepisode: 7",
    }
    write_vault(tmp_path, files)
    proposal = propose_project(tmp_path, tmp_path, workers=1)
    assert proposal.sources == ("_posts/recaps",)
    assert proposal.preview.read == 2


def test_templates_beside_episodes_and_daily_notes_without_fields_are_left_out(tmp_path):
    write_vault(
        tmp_path / "v",
        {
            "[a] b.md": 'title: "{{title}}"\ndate: 2024-02-02\nguest: Ann',
            "Shows/Templates/c.md": "title: Talk\ndate: 2024-02-02\nguest: Ann",
            "d.md": "title: Talk\ndate: 2024-02-02",
            "People/2024/e.md": "title: Talk\ndate: 2024-02-02",
            "Old/People/f.md": "tags: [person]",
        },
    )
    (tmp_path / "v" / "Daily").mkdir()
    (tmp_path / "v" / "Daily" / "2024-01-05.md").write_text("Bread.\n")
    for folder, patterns in (
        (tmp_path / "v", ("/Daily/", "/Old/", "/Shows/", r"/\[a\] b.md")),
        (tmp_path, ("/v/Daily/", "/v/Old/", "/v/Shows/", r"/v/\[a\] b.md")),
        (tmp_path / "x", ("/Daily/", "/Old/", "/Shows/", r"/\[a\] b.md")),
    ):
        folder.mkdir(exist_ok=True)
        proposal = propose_project(tmp_path / "v", folder, workers=1)
        assert proposal.exclude == patterns
        write_project(proposal)
        assert build_proposed(folder) == {"README.md", "d.md", "People/2024/e.md"}


@pytest.mark.parametrize("folder", ["People", "[x] notes"])
def test_notes_are_taken_for_episodes_where_nothing_looks_more_like_one(tmp_path, folder):
    write_vault(tmp_path / folder, {"Ann.md": "tags: [person]", "b.md": "description: So it was"})
    write_vault(tmp_path / folder, {"sub/c.md": "title: Alone"})
    proposal = propose_project(tmp_path / folder, tmp_path, workers=1)
    write_project(proposal)
    settings = load_project(tmp_path / "kgraph.toml")
    assert (proposal.preview.read, proposal.preview.dated) == (2, 0)
    project = settings.make_inputs()
    assert build(settings.sources, settings.store, project=project, workers=1).read == 2


def test_a_page_with_a_title_alone_is_no_episode_and_the_error_says_how_to_read_it(tmp_path):
    docs = tmp_path / "my docs"
    write_vault(docs, {"a.md": "title: Page", "b.md": "title: More\nx: 1"})
    with pytest.raises(InputError) as caught:
        propose_project(docs, tmp_path, workers=1)
    assert str(caught.value).replace(str(docs), "DOCS") == (
        "DOCS: no file in it looks like notes of an episode: 2 files with front matter, such "
        "as DOCS/a.md, but without a date, a show, tags or another field of an episode beside the "
        "title, or as a template: add such a field; or read them all the same with "
        "`kgraph build 'DOCS'`"
    )


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, "no episodes in it: kgraph reads Markdown files that begin with "),
        ({"a.txt": "x"}, "no episodes in it: kgraph reads Markdown files that begin with "),
        ({"a.md": "x"}, "no episode in 1 file: a.md:1:1: the file does not begin with "),
    ],
)
def test_without_an_episode_nothing_is_proposed(tmp_path, files, expected):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(InputError) as caught:
        propose_project(tmp_path, tmp_path, workers=1)
    assert str(caught.value).removeprefix(f"{tmp_path}: ").startswith(expected)
    with pytest.raises(InputError, match="gone: no such folder: name the folder with your "):
        propose_project(tmp_path / "gone", tmp_path)
    with pytest.raises(InputError, match="^workers -1: write a whole number from 0 on$"):
        propose_project(tmp_path, workers=-1)
