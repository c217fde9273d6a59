"""Resolution: the entities that rows name, repeated quotes, and the show of an episode.

Pure functions over episodes, the lexicon, judgements and corpus-wide counts.
"""
