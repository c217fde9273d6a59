"""Shows: which show an episode belongs to."""
