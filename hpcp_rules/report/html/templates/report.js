// Filtering only: the page is complete and readable without it.
(() => {
  const form = document.getElementById("filters");
  const status = document.getElementById("shown");
  if (!form || !status) return;
  form.hidden = false;
  const cards = [...document.querySelectorAll(".card")];
  const excused = document.getElementById("excused");
  const apply = () => {
    const data = new FormData(form);
    const severities = new Set(data.getAll("severity"));
    const states = new Set(data.getAll("state"));
    const provision = data.get("provision");
    const gone = new Set();
    for (const card of cards) {
      const shown =
        severities.has(card.dataset.severity) &&
        states.has(card.dataset.state) &&
        (!provision || card.dataset.provision === provision);
      card.hidden = !shown;
      if (!shown) gone.add(card.id.slice(2));
    }
    for (const mark of document.querySelectorAll("mark[data-over]"))
      mark.classList.toggle("dim", mark.dataset.over.split(" ").every((key) => gone.has(key)));
    for (const ref of document.querySelectorAll("a[data-ref]")) ref.hidden = gone.has(ref.dataset.ref);
    if (excused && form.elements.excused) excused.open = form.elements.excused.checked;
    status.textContent = gone.size
      ? status.dataset.text.replace("{shown}", cards.length - gone.size).replace("{all}", cards.length)
      : "";
  };
  form.addEventListener("change", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
})();
