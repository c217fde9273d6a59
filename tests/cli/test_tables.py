"""Tables of the command line: formats by suffix, limits, TSV, schema and the list of questions."""

import csv
import io
import json
import shlex
from functools import partial
from itertools import pairwise

import pytest
from support import episode_text

from kgraph.analysis import fetch_answer_table, load_named_queries
from kgraph.cli import app, options, printing, tables
from kgraph.export import tables as writers
from kgraph.operations.terminal import WHOLE_COLUMNS
from kgraph.pipeline import build
from kgraph.query import Answer
from kgraph.query.table import RowTable
from kgraph.store import Store

LONG = f'"{"x" * 200_000}"'
"""Longer than a field that Python's reader of CSV takes."""

NAMES = ("NVIDIA", "OpenAI", "Coinbase", "Kraken", "Anthropic")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A store of two episodes that mention five companies, with a text of several lines."""
    folder = tmp_path_factory.mktemp("tables")
    text = '"A tab\\there,\\na new line, a \\\\ and a \\"mark\\" of a long quote."'
    for n, other in enumerate(("a", "b")):
        url = f"https://www.youtube.com/watch?v={other * 11}"
        made = episode_text(f"Talk {other}", url, NAMES, (text,), f"2025-0{n + 8}-30")
        (folder / f"{other}.md").write_text(made)
    build([folder], folder / "store", workers=1)
    return Store(folder / "store")


@pytest.fixture
def run(built, capfd, monkeypatch):
    """What a command gives: status, standard output, standard error."""

    def call(*arguments, store=built.path):
        monkeypatch.setattr("sys.argv", ["kgraph", *map(str, arguments), "--store", str(store)])
        with pytest.raises(SystemExit) as left:
            app.run()
        shown = capfd.readouterr()
        return left.value.code or 0, shown.out, shown.err

    return call


@pytest.mark.parametrize("value", ['"a\\u2028b"', '"a, \\"b\\"\\n\\r\\nc"', LONG])
def test_rows_of_csv_are_counted_whatever_their_values_hold(run, tmp_path, value):
    file = tmp_path / "x.csv"
    _, _, err = run("query", f"SELECT ({value} AS ?x) {{}}", "--output", file)
    assert err.startswith(f"wrote {file}: 1 row, ")


# -- formats -----------------------------------------------------------------------

PAIRS = ("query", "co-mentioned", "--param", "company=NVIDIA")
TWO = ("--param", "one=NVIDIA", "--param", "other=OpenAI")


@pytest.mark.parametrize(
    ("command", "name", "head"),
    [
        (PAIRS, "x.csv", "name,episodes,undated,other\r\n"),
        (PAIRS, "x.tsv", "name\tepisodes\tundated\tother\n"),
        (PAIRS, "x.TSV", "name\tepisodes\tundated\tother\n"),
        (PAIRS, "x.json", '{"head":{"vars":["name","episodes","undated","other"]}'),
        (PAIRS, "x.xml", '<?xml version="1.0"?><sparql xmlns='),
        (("analyse", "pair", *TWO), "x.csv", "title,show,day,confidence,"),
        (("analyse", "pair", *TWO), "x.json", '[\n{"title":"'),
        (("analyse", "pair", *TWO), "x.ttl", "@base"),
        (("audit", "mentions"), "x.csv", "name,label,id,"),
        (("audit", "mentions"), "x.json", '[\n{"name":"'),
        (("search", "quote"), "x.csv", "kind,type,score,"),
        (("search", "quote"), "x.json", '{\n  "hits": ['),
        (("review",), "x.csv", "name,pays,"),
        (("review",), "x.json", "["),
        (("schema",), "x.csv", "kind,term,label,count,example\r\n"),
        (("query", "DESCRIBE <company/nvidia>"), "x.nt", "<https://"),
        (("query", "DESCRIBE <company/nvidia>"), "x.rdf", "<?xml"),
        (("export",), "x.nt", "<https://"),
        (("export",), "x.graphml", "<?xml"),
        (("export",), "x.csv", "source,predicate,target,"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value[:2]),
)
def test_the_suffix_of_the_output_decides_the_format(run, tmp_path, command, name, head):
    status, out, _ = run(*command, "--output", tmp_path / name)
    assert (status, out) == (0, "")
    assert (tmp_path / name).read_bytes().decode().startswith(head)


def test_a_named_question_has_two_decimals_on_the_screen_and_values_in_files(run):
    pair = ("analyse", "pair", *TWO, "--format")
    header, *rows = run(*pair, "csv")[1].splitlines()
    value = rows[0].split(",")[header.split(",").index("confidence")]
    shown = run(*pair, "table")[1]
    assert len(value) > len("0.00") and value not in shown


@pytest.mark.parametrize("format", ["table", "csv", "json"])
def test_a_long_title_is_whole_in_a_pipe_and_in_files(capfd, format):
    title = "A talk of " * 15 + "money"
    tables.write_table(RowTable(("title",), [(title,)]), format, "-")
    assert title in capfd.readouterr().out


def test_columns_of_sentences_are_not_cut_on_a_terminal(sample):
    sentences = {
        row.text(name)
        for episode in sample.graph
        for file in episode.files
        for rows in file.rows.values()
        for row in rows
        for name in ("text", "context", "reason")
    }
    columns = set()
    for query in load_named_queries().values():
        words = shlex.split(query.example)
        options = [value for name, value in pairwise(words) if name == "--param"]
        parameters = dict(option.split("=", 1) for option in options)
        table = fetch_answer_table(sample, query.name, parameters)
        for name, *cells in zip(table.columns, *table.rows, strict=True):
            columns |= {name for cell in cells if cell in sentences and len(cell.split()) > 5}
    assert {"text", "best"} <= columns <= WHOLE_COLUMNS


@pytest.mark.parametrize("is_named", [True, False])
def test_flags_and_shares_of_a_named_question_are_as_people_write_them(capsys, is_named):
    table = RowTable(("words", "share", "low"), [(True, 12.345, 0.0012), (False, 0.9999, "")])
    tables.write_table(table, "table", "-", is_named=is_named)
    shown = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert shown[1:3] == (
        [["yes", "12.35", "%", "0.0012", "%"], ["no", ">0.99", "%"]]
        if is_named
        else [["True", "12.345", "0.0012"], ["False", "0.9999"]]
    )
    assert shown[0] == ["words", "share", "low"]


@pytest.mark.parametrize(
    ("arguments", "name", "head", "said"),
    [
        (PAIRS, "x.txt", "name\tepisodes", "wrote {}: 4 rows as tsv, "),
        (PAIRS, "x.csv", "name,episodes", "wrote {}: 4 rows, "),
        (PAIRS, "x.json", "{", "wrote {}: 4 rows, "),
        (PAIRS, "x.xml", "<?xml", "wrote {}: 4 rows, "),
        ((*PAIRS, "--format", "tsv"), "x.csv", "name\t", "wrote {}: 4 rows as tsv, "),
        ((*PAIRS, "--json"), "x.csv", "{", "wrote {}: 4 rows as json, "),
        (("query", "ASK {}"), "x", "yes\n", "wrote {}: as text, 4 bytes\n"),
        (("query", "DESCRIBE <tag/ai>"), "x", "@prefix", "wrote {}: as turtle, "),
        (("query", "DESCRIBE <tag/ai>"), "x.ttl", "@prefix", "wrote {}: "),
        (("search", "quote"), "x.tsv", "kind\t", "wrote {}: 1 hit, "),
        (("audit", "rows"), "x.out", "name\t", "rows as tsv, "),
    ],
)
def test_what_was_written_is_said(run, tmp_path, arguments, name, head, said):
    status, out, err = run(*arguments, "--output", tmp_path / name)
    assert (status, out) == (0, "")
    assert (tmp_path / name).read_text("utf-8").startswith(head)
    assert said.format(tmp_path / name) in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("query", "ASK {}", "--output", "x.csv"), "csv cannot carry this answer: choose one of"),
        (("query", "ASK {}", "--format", "tsv"), "tsv cannot carry this answer: choose one of"),
        (("query", "DESCRIBE <tag/ai>", "-o", "x.tsv"), "tsv cannot carry this answer"),
        (("query", "ASK {}", "--format", "docx"), "--format docx: choose one of table, csv, tsv"),
        (("export",), "no format is named: write `kgraph export FORMAT`, or an --output that"),
        (("export", "--output", "x.docx"), "no format is named: write `kgraph export FORMAT`"),
        (("queries", "--sparql"), "name one question: kgraph queries NAME --sparql"),
        (("queries", "clusters", "--sparql"), "clusters: answered by a program"),
        (("queries", "co-mentionned"), "did you mean co-mentioned"),
        (("query", "rejected", "--param", "limit=1"), "rejected: no parameter limit; it takes"),
    ],
)
def test_what_cannot_be_is_refused(run, tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    status, _, err = run(*arguments)
    assert (status, words in err, "Traceback" in err) == (2, True, False)
    assert not any(tmp_path.glob("x.*"))


QUOTES = "SELECT ?text { ?q a schema:Quotation ; schema:text ?text }"


def test_there_is_one_tsv(run, built):
    _, asked, _ = run("query", QUOTES, "--format", "tsv")
    line = 'A tab\\there,\\na new line, a \\\\ and a "mark" of a long quote.'
    assert asked == f"text\n{line}\n"
    out = io.BytesIO()
    cells = [("a\tb\nc\rd\\e", 1, -0.5, "=x"), ("", 2, 3.0, "-x")]
    writers.write_tsv(out, ("one", "two", "three", "four"), cells)
    assert (
        out.getvalue()
        == b"one\ttwo\tthree\tfour\na\\tb\\nc\\rd\\\\e\t1\t-0.5\t'=x\n\t2\t3.0\t'-x\n"
    )


def test_numbers_are_no_formulas(run):
    _, out, _ = run(
        "query",
        'SELECT * { VALUES (?a ?b ?c) { (-3 -0.25 "-x") (UNDEF 1 <http://x.example/>) } }',
        "--format",
        "tsv",
    )
    assert out == "a\tb\tc\n-3\t-0.25\t'-x\n\t1\thttp://x.example/\n"


def test_csv_is_that_of_rfc_4180():
    out = io.BytesIO()
    writers.write_csv(out, ("a", "b"), [('x "y"\nz', 1)])
    assert out.getvalue() == b'a,b\r\n"x ""y""\nz",1\r\n'
    assert [*csv.reader(io.StringIO(out.getvalue().decode(), newline=""))][1] == ['x "y"\nz', "1"]


def test_json_ends_in_a_newline(run):
    _, out, err = run(*PAIRS, "--json")
    assert out.endswith("}\n") and not out.endswith("\n\n")
    assert err == ""


def test_a_boolean_is_a_word_and_no_status(run):
    assert run("query", "ASK {}") == (0, "yes\n", "")
    assert run("query", "ASK { FILTER(false) }") == (0, "no\n", "")


# -- limits ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "rows", "said"),
    [
        ((*PAIRS,), 4, ""),
        ((*PAIRS, "--limit", 3), 3, "limited to 3 rows; raise --limit for more\n"),
        ((*PAIRS, "--limit", 4), 4, ""),
        ((*PAIRS, "--limit", 100), 4, ""),
        (("query", "by-month", "--param", "entity=NVIDIA", "--limit", 1), 1, "limited to 1 row; "),
        (("query", "by-month", "--param", "entity=NVIDIA", "--limit", 2), 2, ""),
        (("query", "SELECT * { ?s ?p ?o }", "--limit", 2), 2, "limited to 2 rows; raise"),
        (("query", "SELECT * { ?s ?p ?o } LIMIT 2", "--limit", 5), 2, ""),
        (("query", "SELECT * { ?s ?p ?o } LIMIT 5", "--limit", 2), 2, "limited to 2 rows; raise"),
        (("analyse", "pair", *TWO, "--limit", 1), 1, "limited to 1 row; "),
        (("query", "pair", *TWO, "--limit", 1), 1, "limited to 1 row; "),
        (("audit", "mentions", "--limit", 3), 3, "limited to 3 rows; raise --limit for more\n"),
        (("audit", "mentions", "--limit", 10), 10, ""),
        (("search", "talk", "--limit", 1), 1, "limited to 1 hit; raise --limit for more\n"),
        (("search", "talk", "--limit", 2), 2, ""),
        (("schema", "--limit", 7), 7, "limited to 7 rows; raise --limit for more\n"),
    ],
    ids=lambda value: " ".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_a_limit_holds_and_is_told_where_something_is_left_out(run, arguments, rows, said):
    status, out, err = run(*arguments, "--format", "tsv")
    assert (status, len(out.splitlines()) - 1) == (0, rows)
    assert said in err if said else "limited" not in err


@pytest.mark.parametrize(
    ("more", "said"), [(True, "limited to 1 row; use --limit"), (False, "1 row")]
)
def test_a_limit_of_the_question_is_told_with_the_way_to_raise_it(capsys, more, said):
    data = b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"type":"literal","value":"x"}}]}}'
    tables.write_answer(Answer("solutions", "json", data, more), "table", "-")
    assert capsys.readouterr() == ("a\nx\n\n", f"{said}\n")


def test_statements_have_a_limit_too(run):
    query = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"
    _, out, err = run("query", query, "--limit", 3, "--format", "ntriples")
    assert len(out.splitlines()) == 3
    assert err == "limited to 3 statements; raise --limit for more\n"


@pytest.mark.parametrize("given", [None, 5])
def test_a_long_table_has_the_limit_of_the_screen_or_that_which_is_given(
    capsys, monkeypatch, given
):
    monkeypatch.setattr(tables, "MAX_SHOWN_ROWS", 2)
    tables.write_table(RowTable(("n",), [(n,) for n in range(9)]), "table", "-", given)
    shown = capsys.readouterr()
    assert len(shown.out.split()) - 1 == (given or 2)
    assert shown.err == (
        "limited to 5 rows; raise --limit for more\n"
        if given
        else "limited to 2 of 9 rows; use --limit, or --format tsv for all\n"
    )


# -- questions and terms -----------------------------------------------------------


def test_questions_are_listed_by_what_they_are_about(run):
    _, out, err = run("queries")
    lines = out.splitlines()
    assert lines[0] == "Companies and other names"
    line = "  co-mentioned (company, since): Companies most often mentioned in the same episodes"
    assert any(one.startswith(line) for one in lines)
    assert "Quality and evidence" in lines
    assert err == "`kgraph queries NAME` shows one with its parameters, --sparql its SPARQL\n"


def test_one_question_is_shown_with_its_parameters(run):
    _, out, _ = run("queries", "rejected")
    lines = out.splitlines()
    assert lines[0].startswith("rejected: What was rejected, by which rule")
    assert (
        "    --param maxConfidence=probability: only rejections less sure than this (default 1)"
        in lines
    )
    assert "    --limit 100: how many rows at most" in lines
    assert json.loads(run("queries", "rejected", "--json")[1])["name"] == "rejected"


def test_the_sparql_of_a_question_gives_the_same_rows(run, tmp_path):
    _, text, err = run("queries", "co-mentioned", "--sparql", "--param", "company=openai")
    assert "<https://w3id.org/kgraph/id/company/openai>" in text
    assert "LIMIT 20" in text and "?company " not in text
    assert err == ""
    (tmp_path / "x.rq").write_text(text)
    named = run("query", "co-mentioned", "--param", "company=openai", "--format", "csv")
    assert run("query", tmp_path / "x.rq", "--format", "csv") == named


def test_the_sparql_of_a_question_that_thins_its_rows_says_so(run):
    _, _, err = run("queries", "best-quotes", "--sparql")
    assert "limits its rows, which this SPARQL does not: perEpisode of each title, 50 in all" in err


def test_without_a_graph_the_parameters_are_variables(run, tmp_path):
    status, out, err = run("queries", "co-mentioned", "--sparql", store=tmp_path / "none")
    assert (status, "schema:mentions ?company" in out) == (0, True)
    assert err.endswith("no graph yet: parameters are left as variables\n")


def test_an_unknown_format_is_refused_before_any_work():
    with pytest.raises(Exception, match="--format docx: choose one of table, tsv"):
        options.resolve_format("docx", "x.csv", options.TABLE_FORMATS)


def test_the_schema_of_a_graph_is_a_table(run):
    _, out, _ = run("schema", "--format", "tsv")
    rows = [line.split("\t") for line in out.splitlines()]
    assert rows[0] == ["kind", "term", "label", "count", "example"]
    found = {(row[0], row[1]): row[2:] for row in rows[1:]}
    assert found["class", "kg:Company"][:2] == ["company", "5"]
    assert found["class", "kg:Company"][2].startswith("company/")
    assert found["property", "schema:datePublished"][:2] == ["date published", "2"]
    assert ("class", "kg:Entity") not in found


def test_the_schema_is_a_table_on_a_narrow_terminal_too(run, monkeypatch):
    monkeypatch.setattr(printing, "PIPE_COLUMNS", 80)
    _, out, err = run("schema")
    assert out.splitlines()[0].split()[:2] == ["kind", "term"]
    assert max(map(len, out.splitlines())) <= 80
    assert err.startswith("too narrow for example")


def test_a_question_by_month_fits_a_narrow_terminal_and_a_file_has_all(run, tmp_path, monkeypatch):
    for n in range(6):  # three a month, which have a share
        text = episode_text(f"Talk {n}", f"https://example.org/{n}", date=f"2025-0{n % 2 + 8}-30")
        (tmp_path / f"{n}.md").write_text(text)
    build([tmp_path], tmp_path / "store", workers=1)
    run = partial(run, "query", "by-month", store=tmp_path / "store")
    _, out, err = run("--param", "entity=NVIDIA", "--format", "csv")
    columns = out.splitlines()[0].split(",")
    assert (len(columns), err) == (16, "")
    monkeypatch.setattr(printing, "PIPE_COLUMNS", 100)
    _, out, err = run("--param", "entity=NVIDIA")
    omitted = [
        *("sameShows", "standardEpisodes", "unknownShow", "changeLow", "changeHigh"),
        "shows",
    ]
    assert out.splitlines()[0].split() == [name for name in columns if name not in omitted]
    assert max(map(len, out.splitlines())) <= 100
    assert f"too narrow for {', '.join(omitted)}: widen the terminal, or use --format csv" in err


def test_an_answer_without_rows_says_so_once(run):
    text = "SELECT ?x { ?x a kg:Company . FILTER(false) }"
    assert run("query", text) == (0, "", "0 rows\n")


def test_an_example_is_said_with_a_command_to_paste(run, built):
    _, out, err = run("query", "co-mentioned")
    hint, line, *rows = err.splitlines()
    assert hint == "company=NVIDIA is an example; to choose, change it in this command:"
    program, *arguments, option, store = shlex.split(line)
    assert (program, option, store) == ("kgraph", "--store", str(built.path))
    assert run(*arguments)[1:] == (out, "".join(f"{row}\n" for row in rows))


def test_no_rows_are_said_once_with_what_to_change(run):
    given = ("associated", "--param", "entity=OpenAI", "--param", "minEpisodes=9")
    _, out, err = run("query", *given)
    advice = "lower minEpisodes=9 or add --unlikely; `kgraph queries associated` lists"
    assert (out, err) == ("", f"0 rows: {advice} the parameters\n")
    assert run("analyse", *given)[1:] == (out, err)
    _, _, err = run("query", "best-quotes", "--param", "about=zebras", "--param", "minRelevance=1")
    assert "0 rows: lower minRelevance=1; `kgraph queries best-quotes` lists" in err
    assert run("query", "SELECT ?x { ?x a kg:Company FILTER(false) }")[1:] == ("", "0 rows\n")


@pytest.mark.parametrize(
    ("question", "hint"),
    [
        ("co-mentioned", "for co-mentioned, change its SPARQL (`kgraph queries co-mentioned "),
        ("changes", "SPARQL finds unlikely mentions with `?m kg:episode ?episode ; kg:entity "),
        ("ASK {}", "SPARQL finds unlikely mentions with `?m kg:episode ?episode ; kg:entity "),
        ("co-mentionned", "co-mentionned: no such question: did you mean co-mentioned"),
    ],
)
def test_a_question_that_counts_no_unlikely_mentions_says_which_do(run, question, hint):
    status, _, err = run("query", question, "--unlikely")
    assert (status, hint in err) == (2, True)
    takes = "--unlikely: only associated, beside-both, bridges, clusters, compare, evidence, "
    assert (takes in err) == (question != "co-mentionned")


@pytest.mark.parametrize("format", ["tsv", "csv"])
def test_tables_have_no_character_that_is_not_seen(run, tmp_path, format):
    (tmp_path / "a.md").write_text(
        '---\ntitle: "A \\u202etalk"\ndate: 2025-08-30\ncompanies:\n'
        '- {name: "Acme\\a Robot\\u200bics", context: "so \\e[31mAcme \\u202eRobotics\\u200b is"}\n'
        '- {name: "Acme Robotics"}\n---\n'
    )
    store = tmp_path / "store"
    build([tmp_path], store, workers=1)
    for words in ("audit mentions --format", "audit rows --format", "search acme --format"):
        status, out, _ = run(*words.split(), format, store=store)
        assert (status, [c for c in out if not c.isprintable() and c not in "\t\r\n"]) == (0, [])
    _, out, _ = run("query", "SELECT ?x { ?row kg:context ?x }", "--format", "tsv", store=store)
    assert out.splitlines() == ["x", "so \ufffd[31mAcme Robotics is"]
    _, out, _ = run("query", "SELECT ?x { ?e a kg:Company ; schema:name ?x }", store=store)
    assert out.split() == ["x", "Acme", "Robotics"]
