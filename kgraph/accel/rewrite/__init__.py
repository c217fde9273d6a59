"""Rewrite queries into SPARQL that the engine evaluates faster, with the same answers.

Invariant: imports only the standard library, so that a process which answers queries starts fast.
"""
