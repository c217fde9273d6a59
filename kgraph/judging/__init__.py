"""Judgements by people: what to judge first, what a judgement would change, and applying it.

``review`` finds the names to judge first; ``replies`` and ``judge_answer`` make judgements of what
a person writes or a page sends, and ``meant_names`` checks what their names mean in the graph;
``judgement_preview`` tells their effect; ``correct`` puts them into the file of judgements and
builds the graph with them.
"""
