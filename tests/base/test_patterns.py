"""Patterns that are compiled when they are first used."""

import pickle
import re

import pytest

from kgraph.base.patterns import compile_when_used


def test_a_pattern_is_compiled_when_it_is_first_used(monkeypatch):
    compiled = []
    compile_now = re.compile
    monkeypatch.setattr(re, "compile", lambda *given: compiled.append(given) or compile_now(*given))
    pattern = compile_when_used("(?P<word>[A-Z]+)", re.IGNORECASE)
    assert compiled == []
    assert pattern.fullmatch("acme")["word"] == "acme"
    assert pattern.search("...acme").span() == (3, 7)
    assert pattern.fullmatch("a c") is None
    assert (pattern.pattern, pattern.groups) == ("(?P<word>[A-Z]+)", 1)
    assert compiled == [("(?P<word>[A-Z]+)", re.IGNORECASE)]


def test_a_wrong_pattern_is_told_when_it_is_used():
    pattern = compile_when_used("(")
    with pytest.raises(re.error, match="missing"):
        pattern.search("a")


def test_a_pattern_can_be_sent_to_another_process():
    pattern = compile_when_used("[a-z]+", re.IGNORECASE)
    assert pickle.loads(pickle.dumps(pattern)).fullmatch("ACME")[0] == "ACME"
