"""HTML pages: templates, request parameters, forms, and what each page shows."""
