"""HTML pages: request parameters, and what each page shows."""
