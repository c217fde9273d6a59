"""HTTP: the application, its middleware, content negotiation, responses and problems."""
