import { bytesOf, openGraph } from "./data.js";

async function start() {
  const atlas = await openGraph(await bytesOf("graph"));
  document.querySelector("main").textContent = `${atlas.n} nodes, ${atlas.m} edges`;
  window.kgraphAtlas = { atlas };
}

start();
