"""The graph over HTTP: a SPARQL endpoint, linked data, and the frame around them.

Takes a store, gives answers. From the outside in::

    server       listens
    frame        host names, headers, log
    app          the table of endpoints
    sparql, linked, describe      the endpoints for programs
    pages        pages of things and lists; api: the same as JSON
    searching, asking, editing, auditing, downloads     the pages that ask
    page, paged, forms    what pages are made of: templates, forms
    service      the graph that answers now, answers given before
    once         what several ask at the same time
    lanes, places    which query or task is at work when
    process      one worker process, seen from here
    worker       the same, seen from inside: SPARQL
    clerk, tasks     the same for what takes Python

Every query and every task runs in a process of its own kind, which can be stopped; the server
itself only makes pages of answers and passes bytes on. This room is imported late: it brings
the web server's libraries.
"""
