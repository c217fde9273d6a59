"""Stop words (:data:`STOP_WORDS`).

The English stop words of Apache Lucene (``EnglishAnalyzer.ENGLISH_STOP_WORDS_SET``), and the
question words, auxiliary verbs and pronouns of plain questions. They are folded as
:mod:`kgraph.search.tokenize` folds words, so "don't" is the words "don" and "t".
"""

_LUCENE_WORDS = """
a an and are as at be but by for if in into is it no not of on or such that the their then there
these they this to was will with
"""
_QUESTION_WORDS = "how what when where which who whom whose why"
_VERBS = """
am been being can could did do does doing done had has have having may might must shall should were
would couldn didn doesn don isn shouldn wasn weren won wouldn d ll m re s t ve
say says said tell think thinks thought
"""
_SMALL = """
about all also any anyone anything because each else ever every everyone from he her here hers him
his i its just me more most much my our ours own people she so some someone something than them
theirs through too us very we you your yours
"""

STOP_WORDS = frozenset(f"{_LUCENE_WORDS} {_QUESTION_WORDS} {_VERBS} {_SMALL}".split())
