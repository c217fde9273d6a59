// What stands beside a name, of `look_up`: the surest near the middle, and the sentences as a table.
function draw(result, main) {
    const groups = [...Object.entries(result.beside ?? {}), ...Object.entries(result.beside_may_be_chance ?? {})];
    const rows = groups.flatMap(([type, things]) => things.map((thing) => ({ ...thing, type })));
    rows.sort((a, b) => b.association - a.association || (a.id < b.id ? -1 : 1));
    main.append(element("h1", { text: result.name ?? result.title ?? "" }));
    const facts = [result.type, result.episodes !== undefined && times(result.episodes, "episode")];
    main.append(element("p", { class: "quiet", text: facts.filter(Boolean).join(", ") }));
    if (!rows.length) {
        const isEpisode = result.title !== undefined;
        const text = isEpisode ? "An episode: its mentions and quotes are in the answer." : "Nothing stands beside it.";
        main.append(element("p", { text }));
        return;
    }
    main.append(drawStar(result.name ?? "", rows, [...new Set(groups.map(([type]) => type))]));
    main.append(table(["Name", "Type", "Episodes", "Association", "Said"], rows.map((row) => [
        element("button", { text: row.name, onclick: () => host.callTool("look_up", { name: row.id }) }),
        row.type, row.episodes, row.association, row.said,
    ])));
}

function drawStar(name, rows, types) {
    const [width, height] = [640, 360];
    const label = `What is mentioned with ${name}; the table below has the same.`;
    const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });
    rows.slice(0, 24).forEach((row, n, shown) => {
        const angle = (2 * Math.PI * n) / shown.length - Math.PI / 2;
        const radius = 0.95 - 0.55 * Math.max(0, Math.min(1, row.association));
        const [x, y] = [width / 2 + Math.cos(angle) * radius * 190, height / 2 + Math.sin(angle) * radius * 165];
        const stroke = `var(--line-${(types.indexOf(row.type) % 6) + 1})`;
        svg.append(shape("line", { x1: width / 2, y1: height / 2, x2: x, y2: y, stroke, opacity: 0.4 }));
        svg.append(shape("circle", { cx: x, cy: y, r: 4, fill: stroke }, [shape("title", { text: `${row.name}: ${times(row.episodes, "episode")}` })]));
        const side = Math.cos(angle) < -0.2 ? "end" : Math.cos(angle) > 0.2 ? "start" : "middle";
        const shift = side === "end" ? -7 : side === "start" ? 7 : 0;
        const down = side === "middle" ? (Math.sin(angle) < 0 ? -9 : 18) : 4;
        svg.append(shape("text", { x: x + shift, y: y + down, "text-anchor": side, text: row.name.length > 24 ? `${row.name.slice(0, 23)}…` : row.name }));
    });
    svg.append(shape("circle", { cx: width / 2, cy: height / 2, r: 7, fill: "currentColor" }));
    return svg;
}

host.start("kgraph neighbourhood");
