// Filters, sorting, links to cases, downloads and printing. Without this script the page shows every case in full.
const rows = all("#table tbody tr");
const articles = new Map(all("article.case").map((article) => [article.id, article]));
document.body.classList.add("script");

// Reading Plotly stops the page for some tenths of a second; what the reader does first comes first, but not for long.
const whenIdle = (call) => setTimeout(() => window.requestIdleCallback ? requestIdleCallback(call, { timeout: 1500 }) : call(), 400);

function fits(row, wanted) {
  const data = row.dataset;
  const words = `${data.kinase} ${data.mutation} ${data.region} ${data.ligand} ${data.verdict}`.toLowerCase();
  return (!wanted.kinase || data.kinase === wanted.kinase) && (!wanted.ligand || data.ligand === wanted.ligand) &&
    (!wanted.verdict || data.verdict === wanted.verdict) && (!wanted.region || data.region.split("|").includes(wanted.region)) &&
    wanted.text.toLowerCase().split(/\s+/).every((word) => words.includes(word));
}

function applyFilters() {
  const wanted = Object.fromEntries(new FormData(byId("filters")));
  const shown = new Set();
  for (const row of rows) {
    row.hidden = !fits(row, wanted);
    if (!row.hidden) shown.add(row.dataset.case);
  }
  for (const cell of all("a.cell")) cell.classList.toggle("out", !shown.has(cell.dataset.case));
  for (const table of all("table.heat")) {
    const lines = all("tbody tr", table);
    for (const line of lines) line.hidden = !all("a.cell:not(.out)", line).length;
    all("thead th", table).forEach((head, column) => {
      const cells = lines.map((line) => line.cells[column + 1]);
      const empty = !cells.some((cell) => cell.querySelector("a.cell:not(.out)"));
      for (const each of [head, ...cells]) each.hidden = empty;
    });
    table.hidden = lines.every((line) => line.hidden);
  }
  byId("none").hidden = shown.size > 0;
  byId("shown").textContent = `${shown.size} of ${rows.length}`;
}

function sortBy(button) {
  const head = button.closest("th"), key = button.dataset.sort;
  const direction = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
  for (const each of all("#table thead th")) each.setAttribute("aria-sort", "none");
  head.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
  const number = head.classList.contains("number");
  const compare = (one, other) => {
    const [a, b] = [one.dataset[key], other.dataset[key]];
    if (a === "" || b === "") return (a === "") - (b === "") || one.dataset.order - other.dataset.order; // no value: last
    const order = number ? a - b : a.localeCompare(b, "en", { numeric: true });
    return direction * order || one.dataset.order - other.dataset.order;
  };
  rows.sort(compare);
  byId("table").tBodies[0].append(...rows);
}

function openCase() {
  const id = decodeURIComponent(location.hash.slice(1));
  for (const article of articles.values()) article.classList.toggle("open", article.id === id);
  for (const each of all("[aria-current]")) each.removeAttribute("aria-current");
  for (const each of all("[data-case]").filter((element) => element.dataset.case === id)) each.setAttribute("aria-current", "true");
  const article = articles.get(id);
  if (!article) return;
  article.focus({ preventScroll: true });
  article.scrollIntoView();
  drawTerms(article);
  const first = article.querySelector("[data-view=before], [data-view=after]");
  showModel(article, article.dataset.view || first?.dataset.view);
}

function step(article, by) {
  const shown = rows.filter((row) => !row.hidden).map((row) => row.dataset.case);
  const next = shown[(shown.indexOf(article.id) + by + shown.length) % shown.length];
  if (next) location.hash = encodeURIComponent(next);
}

function moveInHeatMap(event) {
  const cell = event.target.closest("a.cell"), by = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  if (!cell || !by) return;
  const place = cell.closest("td"), line = place.parentElement.parentElement.rows[place.parentElement.rowIndex - 1 + by[0]];
  const next = line?.cells[place.cellIndex + by[1]]?.querySelector("a.cell");
  if (next) { next.focus(); event.preventDefault(); }
}

async function download(button) {
  const data = button.dataset;
  let text;
  if (data.pdb) text = await complexText(data.model);
  else if (data.caseJson) text = JSON.stringify(JSON.parse(await unpack("packed-json")).cases[data.caseJson], null, 1) + "\n";
  else text = await unpack(`packed-${data.from}`);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = data.download;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.sort) sortBy(button);
  else if (button.dataset.download) download(button);
  else if (button.dataset.step) step(button.closest("article"), Number(button.dataset.step));
  else if (button.id === "print") window.print();
  else actOnView(button, button.closest("article"));
});
document.addEventListener("keydown", (event) => {
  moveInHeatMap(event);
  if (event.key === "Escape" && document.querySelector("article.open")) location.hash = "overview";
});
byId("filters").addEventListener("input", applyFilters);
byId("filters").addEventListener("reset", () => setTimeout(applyFilters));
byId("filters").addEventListener("submit", (event) => event.preventDefault());
addEventListener("hashchange", openCase);
addEventListener("beforeprint", keepStills);
addEventListener("DOMContentLoaded", () => { applyFilters(); openCase(); whenIdle(drawScatter); });
