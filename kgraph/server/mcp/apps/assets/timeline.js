// Shares by month of `compare` and `pair`: a line for each name with its interval, and the table.
function draw(result, main) {
    const fixed = new Set(["month", "all_episodes", "shows"]);
    const months = result.months ?? [];
    const names = [...new Set(months.flatMap((row) => Object.keys(row)))].filter((n) => !fixed.has(n));
    main.append(element("h1", { text: `${names.join(", ")}: share of episodes by month` }));
    if (!months.length) {
        main.append(element("p", { text: "No episode has a known date of publication." }));
        return;
    }
    main.append(drawLines(months, names));
    main.append(element("p", { class: "quiet", text: `Shares are in ${result.shares}; bars are 95 % intervals.` }));
    main.append(table(["Month", "Episodes", "Shows", ...names], months.map((row) => [
        row.month, row.all_episodes, row.shows, ...names.map((name) => describe(row[name])),
    ])));
}

function describe(cell) {
    if (!cell) return "";
    const interval = cell.interval ? ` (${cell.interval[0]} to ${cell.interval[1]})` : "";
    const share = cell.share === undefined ? "" : `${cell.share} %${interval}, `;
    return `${share}${times(cell.episodes, "episode")}${cell.direction ? `, ${cell.direction}` : ""}`;
}

function drawLines(months, names) {
    const [width, height, left, bottom] = [640, 240, 40, 30];
    const cells = months.flatMap((row) => names.map((name) => row[name]?.interval?.[1] ?? row[name]?.share ?? 0));
    const top = Math.max(10, Math.ceil(Math.max(...cells) / 10) * 10);
    const x = (n) => left + ((n + 0.5) * (width - left)) / months.length;
    const y = (share) => (height - bottom - 12) * (1 - share / top) + 12;
    const label = `Share of episodes by month of ${names.join(", ")}; the table below has the numbers.`;
    const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });
    for (const share of [0, top / 2, top]) {
        svg.append(shape("line", { x1: left, x2: width, y1: y(share), y2: y(share), stroke: "var(--color-border-primary)" }));
        svg.append(shape("text", { x: left - 4, y: y(share) + 4, "text-anchor": "end", text: `${share} %` }));
    }
    const every = Math.ceil(months.length / 9);
    months.forEach((row, n) => {
        if (n % every === 0) svg.append(shape("text", { x: x(n), y: height - 8, "text-anchor": "middle", text: row.month }));
    });
    const labels = [];
    names.forEach((name, number) => {
        const stroke = `var(--line-${(number % 6) + 1})`;
        const known = months.map((row, n) => [n, row[name]]).filter(([, cell]) => cell?.share !== undefined);
        const shift = (number - (names.length - 1) / 2) * 4;
        for (const [n, { interval }] of known) {
            if (interval) svg.append(shape("line", { x1: x(n) + shift, x2: x(n) + shift, y1: y(interval[0]), y2: y(interval[1]), stroke, opacity: 0.5 }));
        }
        const points = known.map(([n, cell]) => `${x(n) + shift},${y(cell.share)}`).join(" ");
        svg.append(shape("polyline", { points, fill: "none", stroke, "stroke-width": 2 }));
        const [n, cell] = known.at(-1) ?? [];
        if (cell) labels.push({ x: Math.min(x(n) + 6, width), y: y(cell.share) - 6, fill: stroke, text: name.slice(0, 24) });
    });
    labels.sort((a, b) => a.y - b.y);
    let free = 0; // names of lines that end close together stand below each other
    for (const label of labels) {
        label.y = Math.max(label.y, free);
        free = label.y + 13;
        svg.append(shape("text", { ...label, "text-anchor": "end" }));
    }
    return svg;
}

host.start("kgraph timeline");
