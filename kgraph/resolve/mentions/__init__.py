"""Mentions: which entity a row of an episode names, with which confidence and why."""
