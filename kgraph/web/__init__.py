"""The graph over HTTP: a SPARQL endpoint, linked data, and the frame around them.

Takes a store, gives answers. From the outside in::

    server       listens
    frame        host names, headers, log
    app          the table of endpoints
    sparql, linked, describe      the endpoints
    service      the graph that answers now, answers given before
    lanes, places    which query is at work when
    process      one worker process, seen from here
    worker       the same, seen from inside

Every query runs in a process of its own kind, which can be stopped; the server itself only
passes bytes on. This room is imported late: it brings the web server's libraries.
"""
