// Evidence as a table: the rows of `explain`, or the hits of `search` with their recordings.
function draw(result, main) {
    for (const tree of result.trees ?? []) drawTree(tree, main);
    if (result.hits) drawHits(result, main);
    if (!main.childElementCount) main.append(element("p", { text: "There is no evidence." }));
}

function drawTree(tree, main) {
    main.append(element("h1", { text: tree.words }));
    main.append(element("p", { text: `confidence ${tree.confidence ?? "unknown"}, rule ${tree.rule ?? ""}` }));
    const claims = tree.because ?? [], rows = claims.filter((claim) => claim.source);
    main.append(table(["Written", "Words around it", "Extractor", "Rule", "Confidence", "Place"], rows.map((row) =>
        [row.source.text, row.source.context, row.source.extractor, row.rule, row.confidence, `${row.source.file}#${row.source.pointer}`])));
    for (const claim of claims) if (!claim.source) main.append(element("p", { class: "quiet", text: claim.words ?? claim }));
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
