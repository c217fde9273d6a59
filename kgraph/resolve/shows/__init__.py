"""Shows: the podcast that an episode belongs to."""
