"""Templates of pages, what renders them, and the files that pages load."""
