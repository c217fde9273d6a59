"""Quotes: which are the same, which are adverts, how relevant each is, which themes it has."""
