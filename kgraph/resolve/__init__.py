"""Resolution: what rows name, which quotes are one, which show an episode belongs to.

Pure functions over episodes, the lexicon, judgements and what the whole corpus says.
"""
