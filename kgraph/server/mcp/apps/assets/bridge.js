// The view's end of MCP Apps (specification of 2026-01-26): JSON-RPC over postMessage.
// A view defines draw(result, main), which gets the tool's structured result.
"use strict";
const host = (() => {
    const pending = new Map();
    let last = 0;

    const post = (message) => window.parent.postMessage({ jsonrpc: "2.0", ...message }, "*");

    const notify = (method, params) => post({ method, params });

    function request(method, params) {
        const id = ++last;
        post({ id, method, params });
        return new Promise((resolve, reject) => pending.set(id, { resolve, reject }));
    }

    function applyContext(context = {}) {
        if (context.theme) document.documentElement.dataset.theme = context.theme;
        for (const [name, value] of Object.entries(context.styles?.variables ?? {})) {
            if (name.startsWith("--") && typeof value === "string") {
                document.documentElement.style.setProperty(name, value);
            }
        }
    }

    function show(result) {
        const main = document.getElementById("main");
        const text = result.content?.find((part) => part.type === "text")?.text ?? "";
        main.replaceChildren();
        try {
            if (result.isError) throw new Error(text);
            draw(result.structuredContent ?? JSON.parse(text), main);
        } catch (error) {
            main.replaceChildren(element("p", { text: error.message }));
        }
    }

    const handlers = {
        "ui/notifications/tool-result": show,
        "ui/notifications/host-context-changed": applyContext,
        "ui/notifications/tool-cancelled": ({ reason = "" } = {}) =>
            show({ isError: true, content: [{ type: "text", text: `Stopped. ${reason}` }] }),
    };

    window.addEventListener("message", (event) => {
        const message = event.data;
        if (event.source !== window.parent || message?.jsonrpc !== "2.0") return;
        if (message.method === undefined) {
            const { resolve, reject } = pending.get(message.id) ?? {};
            pending.delete(message.id);
            if (message.error) reject?.(new Error(message.error.message));
            else resolve?.(message.result);
        } else if (message.id !== undefined) {
            post({ id: message.id, result: {} }); // ping, ui/resource-teardown
        } else {
            handlers[message.method]?.(message.params);
        }
    });

    async function start(name) {
        const { hostContext } = await request("ui/initialize", {
            appInfo: { name, version: "1.0.0" },
            appCapabilities: { availableDisplayModes: ["inline"] },
            protocolVersion: "2026-01-26",
        });
        applyContext(hostContext);
        notify("ui/notifications/initialized", {});
        new ResizeObserver(() => {
            const { scrollWidth: width, scrollHeight: height } = document.documentElement;
            notify("ui/notifications/size-changed", { width, height });
        }).observe(document.body);
    }

    const openLink = (url) => request("ui/open-link", { url }).catch(() => {});
    const callTool = async (name, args) => show(await request("tools/call", { name, arguments: args }));
    return { start, openLink, callTool };
})();

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes and children; `text` is its text, never markup. */
function element(tag, { text, onclick, ...attributes } = {}, children = [], namespace) {
    const made = namespace ? document.createElementNS(namespace, tag) : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    if (text !== undefined) made.textContent = text;
    if (onclick) made.addEventListener("click", onclick);
    made.append(...children);
    return made;
}

const shape = (tag, attributes, children) => element(tag, attributes, children, SVG);

/** "1 episode", "12 episodes". */
const times = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** A button that asks the host to open an address, or its text if it is no web address. */
function link(url, text) {
    const isWeb = /^https?:\/\//i.test(url ?? "");
    return isWeb ? element("button", { text, onclick: () => host.openLink(url) }) : document.createTextNode(text);
}

/** A table of rows; numbers and days stay on one line, at the end of their cells. */
function table(columns, rows) {
    const head = element("tr", {}, columns.map((text) => element("th", { scope: "col", text })));
    const body = rows.map((row) => element("tr", {}, row.map((cell) => {
        if (cell instanceof Node) return element("td", {}, [cell]);
        const isOneWord = typeof cell === "number" || /^\d{4}-\d\d/.test(cell ?? "");
        return element("td", { text: cell ?? "", ...(isOneWord ? { class: "number" } : {}) });
    })));
    return element("div", { class: "wide" }, [
        element("table", {}, [element("thead", {}, [head]), element("tbody", {}, body)]),
    ]);
}
