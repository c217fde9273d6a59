"""Endpoints for programs: SPARQL, linked data, the JSON API, downloads."""
