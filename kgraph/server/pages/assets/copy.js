// A button that copies a citation; without script its text can be selected.

for (const citation of document.querySelectorAll(".citation")) {
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
