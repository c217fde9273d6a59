"""Quotes: distinct texts, adverts, relevance, themes."""
