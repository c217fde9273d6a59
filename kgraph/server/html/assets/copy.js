// Buttons that copy citations: one below a citation that is shown, and one beside each link that
// carries one. Without script, or where a page may not copy since it came over plain HTTP from
// another machine, the link leads to the citation, whose text can be selected.

const cited = navigator.clipboard ? document.querySelectorAll(".citation, [data-citation]") : [];

for (const element of cited) {
  const text = element.dataset.citation ?? element.textContent;
  const isLink = "citation" in element.dataset;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = isLink ? "Copy" : "Copy citation";
  if (isLink) {
    button.className = "copy";
    button.setAttribute("aria-label", "Copy citation");
  }
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    button.removeAttribute("aria-label");
    button.textContent = "Copied";
  });
  const line = document.createElement(isLink ? "span" : "p");
  line.setAttribute("role", "status"); // says that it was copied
  line.append(button);
  element.after(...(isLink ? [" "] : []), line);
}
