"""HTTP: connections, middleware, who may judge, responses and problems."""
