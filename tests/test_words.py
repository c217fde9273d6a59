"""The code keeps the rules for words of CONTRIBUTING: figures of benchmarks/code_figures.py."""

import importlib.util
import sys

import pytest
from support import ROOT

MAX_VAGUE_SHARE = 0.02
DOCSTRING_SHARE = (0.10, 0.16)

SAME_CLASS_TWICE = {
    "Chart": "a block of a document, the chart of a named question",
    "Column": "of a table in a document, in a database",
    "Correction": "a block of a document, the effect of judging",
    "Document": "an answer, a document of YAML",
    "Operation": "a row of the table, an operation of OpenAPI",
    "Quote": "a block of a document, a record",
    "Quotes": "a block of a document, a part of an atlas",
    "Table": "a block of a document, a table of a database",
}
"""Names of several classes -> what each of them is; at most eight."""

SAME_JOB_TWICE = {
    "__init__": "packages",
    "app": "put an application together",
    "briefing": "the facts, the page, the command, the library call",
    "build": "the work, and its command",
    "charts": "place a chart of a document, of a page",
    "compare": "comparisons as values, as pages",
    "completion": "complete a command line, an agent's argument",
    "decide": "decide about mentions, quotes, shows",
    "episode": "one episode, as RDF, as a view",
    "evidence": "evidence for a link, for a show",
    "export": "the work, its command, its library calls",
    "files": "files written, files found",
    "graph": "a graph of records, of columns",
    "identify": "the work, and its command",
    "knowledge": "what resolution knows; the library's face",
    "layout": "where things are: on a page, a map, a terminal, a disk",
    "lists": "lists of things as values, as pages",
    "markdown": "read Markdown, write documents as Markdown",
    "model": "the data model of episodes, of an atlas",
    "network": "a graph as a network, to compute with, to draw",
    "parameters": "parameters of questions, of requests",
    "problems": "problems of files, of requests",
    "progress": "progress as events, as lines",
    "query": "a query by columns; a command and its library calls",
    "questions": "named questions, and their pages",
    "reader": "read a file, a store",
    "registry": "the members of a package in one table",
    "request": "parameters of operations, of searches",
    "review": "the review queue, and its command",
    "search": "the work, its command, its page",
    "serve": "the work, and its command",
    "server": "listen, over HTTP, for agents",
    "service": "run requests of clients, of agents",
    "settings": "of a project, of a server",
    "table": "the operations, rows of a query",
    "tables": "tables for a terminal, for files",
    "terms": "RDF terms as numbers, as text",
    "values": "values of columns, of views",
    "watch": "the work, and its command",
    "writer": "write columns, an index, a build",
}
"""Names of several modules -> the job that each of them does for another thing."""

SAME_FUNCTION_TWICE = {
    "add_commands": "commands of a module",
    "audit": "the command, an agent's prompt",
    "build": "the work, and its command",
    "check": "the work, and its command",
    "export": "the work, and its command",
    "identify": "the work, and its command",
    "is_export": "tell an earlier export: of Neo4j, Parquet, a vault",
    "main": "run the command line, a worker process",
    "push": "the work, and its command",
    "search": "the work, and its command",
    "search_page": "a page of hits: as values, as HTML",
    "serve": "the work, and its command",
    "serve_question": "a question of a store, of an endpoint",
    "serve_questions": "the questions of a store, of an endpoint",
    "watch": "the work, and its command",
}
"""Names of several public functions -> the job that each of them does for another thing."""


def load_code_figures():
    path = ROOT / "benchmarks" / "code_figures.py"
    spec = importlib.util.spec_from_file_location("code_figures", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["code_figures"] = module  # its dataclass looks itself up there
    spec.loader.exec_module(module)
    return module


code_figures = load_code_figures()
FILES = code_figures.read_package(ROOT / "kgraph")


def test_names_say_what_they_hold():
    share = code_figures.share_of_vague_names(FILES)
    assert share <= MAX_VAGUE_SHARE, code_figures.list_vague_names(FILES)


@pytest.mark.parametrize("rule", ["list_vague_openings", "list_metaphors"])
def test_docstrings_are_plain(rule):
    assert getattr(code_figures, rule)(FILES) == []


def test_classes_share_a_name_only_where_they_are_the_same_for_two_things():
    names = {line.partition(":")[0] for line in code_figures.list_classes_twice(FILES)}
    assert names == SAME_CLASS_TWICE.keys()
    assert len(names) <= 8


def test_docstrings_are_neither_absent_nor_everywhere():
    least, most = DOCSTRING_SHARE
    assert least <= code_figures.share_of_docstrings(FILES) <= most


def test_modules_share_a_name_only_where_they_do_the_same_job():
    names = {line.partition(":")[0] for line in code_figures.list_modules_of_one_name(FILES)}
    assert names == SAME_JOB_TWICE.keys()


def test_functions_share_a_name_only_where_they_do_the_same_job():
    names = {line.partition(":")[0] for line in code_figures.list_functions_twice(FILES)}
    assert names == SAME_FUNCTION_TWICE.keys()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('def f():\n    """What it does."""', "list_vague_openings"),
        ('def f():\n    """Ask the clerk."""', "list_metaphors"),
        ("found = 1", "list_vague_names"),
        ("class A: ...\nclass A: ...", "list_classes_twice"),
        ("def f(): ...\nasync def f(): ...", "list_functions_twice"),
        ("def _go(): ...\n_go()", "list_used_once"),
    ],
)
def test_each_rule_finds_what_breaks_it(text, rule):
    file = code_figures.SourceFile("made.py", text)
    assert len(getattr(code_figures, rule)([file])) == 1
