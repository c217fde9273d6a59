"""Pages for people: templates, parameters, forms and what each page shows."""
