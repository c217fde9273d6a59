"""Server of the graph over HTTP: pages, SPARQL, linked data and a JSON API; MCP for agents.

:mod:`kgraph.server.serve` runs the application of :mod:`kgraph.server.app`, whose paths
``endpoints`` and ``pages`` answer by what ``http`` and ``html`` offer. :mod:`kgraph.server.service`
caches their answers, and ``workers`` run every query and task in a process that can be stopped.
Imported late, since it loads the web server's libraries.
"""
