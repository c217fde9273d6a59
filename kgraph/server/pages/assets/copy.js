// A button that copies a citation. Without script, or where a page may not copy since it came over
// plain HTTP from another machine, its text can be selected.

const citations = navigator.clipboard ? document.querySelectorAll(".citation") : [];

for (const citation of citations) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy citation";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(citation.textContent);
    button.textContent = "Copied";
  });
  const line = document.createElement("p");
  line.setAttribute("role", "status");
  line.append(button);
  citation.after(line);
}
