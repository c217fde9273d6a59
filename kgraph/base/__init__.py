"""Shared foundations: errors, text, vocabulary, lexicon, value types, files, processes."""
