// Evidence as a table: the rows of `explain`, or the hits of `search` with their recordings.
function draw(result, main) {
    for (const edge of result.edges ?? []) drawEdge(edge, main);
    if (result.hits) drawHits(result, main);
    if (!main.childElementCount) main.append(element("p", { text: "There is no evidence." }));
}

function drawEdge(edge, main) {
    main.append(element("h1", { text: edge.name }));
    const facts = `${edge.decision}, confidence ${edge.confidence}, rule ${edge.rule}`;
    main.append(element("p", { text: facts }), element("p", { class: "quiet", text: edge.episode }));
    main.append(table(["Written", "Words around it", "Extractor", "Rule", "Confidence", "Place"],
        (edge.rows ?? []).map((row) => [row.written, row.context, row.extractor, row.rule, row.confidence, row.place])));
    for (const reason of edge.reasons ?? []) main.append(element("p", { class: "quiet", text: reason }));
}

function drawHits(result, main) {
    main.append(element("h1", { text: times(result.hits.length, "hit") }));
    if (result.note) main.append(element("p", { text: result.note }));
    main.append(table(["Text", "Relevance", "Episode", "Date", "Show"], result.hits.map((hit) => [
        hit.text ?? hit.name ?? "", hit.relevance ?? hit.confidence ?? "",
        link(hit.episode?.url, hit.episode?.title ?? hit.id), hit.episode?.date ?? "", hit.episode?.show ?? "",
    ])));
}

host.start("kgraph evidence");
