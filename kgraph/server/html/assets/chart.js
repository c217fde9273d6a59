// A chart as PNG: the server's own SVG file, with its title and source, drawn at twice its size.
// Without script the link to the SVG remains.

const SCALE = 2; // for screens and paper of twice the density

/** The picture of an SVG file of this server, as a PNG. */
async function toPng(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = SCALE * image.naturalWidth;
  canvas.height = SCALE * image.naturalHeight;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

/** Save a file that the page made. */
function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // when the browser surely has it
}

/** The name that the server gives a file, with another ending. */
async function nameOf(address) {
  const answer = await fetch(address, { method: "HEAD" });
  const name = /filename="([^"]+)\.svg"/.exec(answer.headers.get("Content-Disposition") ?? "");
  return `${name ? name[1] : "chart"}.png`;
}

for (const link of document.querySelectorAll(".files a[href$='format=svg']")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "PNG";
  button.addEventListener("click", async () => {
    const [blob, name] = await Promise.all([toPng(link.href), nameOf(link.href)]);
    save(blob, name);
  });
  const item = document.createElement("li");
  item.append(button);
  link.closest("li").after(item);
}
