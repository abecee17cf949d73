// The 3D view (Mol*, given MolViewSpec scenes) and the charts (Plotly); both are unpacked when first needed.
const urls = new Map();
const viewer = { ready: null, values: {}, change: null, stage: null, turned: false };
let plotlyReady = null;

const model = (() => {
  const kept = new Map();
  return (id) => {
    if (!kept.has(id)) kept.set(id, unpack(`model-${id}`).then(JSON.parse));
    return kept.get(id);
  };
})();

async function complexText(id) {
  const { complex } = await model(id);
  if (complex.text !== undefined) return complex.text;
  const base = (await complexText(complex.base)).split("\n");
  const shift = (line, by) => by ? line.slice(0, 6) + String(Number(line.slice(6, 11)) + by).padStart(5) + line.slice(11) : line;
  return complex.steps.flatMap((step) => typeof step === "string" ? [step]
    : base.slice(step[0], step[0] + step[1]).map((line) => shift(line, step[2]))).join("\n");
}

function urlOf(key, text) {
  if (!urls.has(key)) urls.set(key, URL.createObjectURL(new Blob([text], { type: "text/plain" })));
  return urls.get(key);
}

async function sceneOf(id, view, withSurface) {
  const { texts, scenes, surface } = await model(id);
  const whole = await complexText(id);
  const scene = JSON.parse(scenes[view]);
  for (const node of scene.root.children) {
    if (withSurface && node.params?.url?.endsWith("-pocket")) node.children[0].children[0].children.push(JSON.parse(surface));
    if (node.kind === "download") node.params.url = urlOf(`${id}/${node.params.url}`, texts[node.params.url] ?? whole);
  }
  return JSON.stringify(scene);
}

// The module of ipymolstar is an anywidget front end; it asks its host for values by name and hears of changes.
async function startMolstar(stage, scene) {
  const url = URL.createObjectURL(new Blob([await unpack("packed-molstar")], { type: "text/javascript" }));
  const { default: widget } = await import(url);
  Object.assign(viewer.values, {
    width: "100%", height: "100%", msvj_data: scene,
    viewer_options: {
      extensions: ["mvs"], layoutIsExpanded: false, layoutShowControls: false, layoutShowRemoteState: false, layoutShowLog: false,
      viewportShowAnimation: false, viewportShowSelectionMode: false, volumeStreamingDisabled: true,
    },
  });
  await new Promise((resolve) => {
    const get = (name) => { if (name === "mvs_load_options") resolve(); return viewer.values[name]; };
    const on = (name, call) => { if (name === "change:msvj_data") viewer.change = call; };
    viewer.box = document.createElement("div");
    viewer.box.style.height = "100%";
    stage.replaceChildren(viewer.box);
    widget.render({ model: { get, on }, el: viewer.box });
  });
}

function hasWebgl() {
  const canvas = document.createElement("canvas");
  viewer.webgl ??= Boolean(canvas.getContext("webgl2") || canvas.getContext("webgl")); // asked once: contexts are few
  return viewer.webgl;
}

// A point of view that the reader has chosen is kept while the same case is shown; otherwise the scene's own holds.
for (const kind of ["pointerdown", "wheel"]) {
  addEventListener(kind, (event) => { if (event.target.closest(".stage")) viewer.turned = true; }, { capture: true, passive: true });
}

async function showModel(article, view) {
  const stage = article.querySelector(".stage");
  if (!stage) return;
  article.dataset.view = view;
  for (const button of all("[data-view]", article)) button.setAttribute("aria-pressed", String(button.dataset.view === view));
  for (const each of all("[data-for]", article)) each.hidden = !each.dataset.for.split(" ").includes(view);
  if (!hasWebgl()) {
    stage.textContent = "This browser has no WebGL; download the complex and open it in PyMOL or ChimeraX.";
    return;
  }
  try {
    await drawModel(article.id, view, stage);
  } catch (error) {
    console.error(error);
    stage.textContent = `The 3D view could not be drawn (${error.message}); download the complex and open it in PyMOL or ChimeraX.`;
  }
}

async function drawModel(id, view, stage) {
  if (viewer.stage !== stage) viewer.turned = false;
  const scene = await sceneOf(id, view, stage.dataset.surface === "on");
  viewer.values.msvj_data = scene;
  viewer.values.mvs_load_options = { replaceExisting: true, sanityChecks: false, keepCamera: viewer.stage === stage && viewer.turned };
  if (!viewer.ready) viewer.ready = startMolstar(stage, scene);
  else {
    await viewer.ready;
    if (viewer.stage !== stage) stage.replaceChildren(viewer.box);
    viewer.change();
  }
  viewer.stage = stage;
  await viewer.ready;
  stage.dataset.drawn = `${id}/${view}`;
}

// Browsers do not print WebGL canvases: printing shows a picture of the view as it stands.
function savePicture(stage, name) {
  const canvas = stage.querySelector("canvas");
  if (!canvas) return;
  const link = document.createElement("a");
  link.href = canvas.toDataURL("image/png");
  link.download = name;
  link.click();
}

function toggleSurface(button, stage, draw) {
  stage.dataset.surface = stage.dataset.surface === "on" ? "off" : "on";
  button.setAttribute("aria-pressed", String(stage.dataset.surface === "on"));
  draw();
}

function keepStills() {
  for (const stage of all("article.open .stage")) {
    const canvas = stage.querySelector("canvas");
    if (!canvas) continue;
    const still = stage.querySelector("img") || stage.appendChild(document.createElement("img"));
    still.src = canvas.toDataURL();
    still.alt = "The pocket in 3D";
    stage.classList.add("still");
  }
}

function plotly() {
  plotlyReady ??= unpack("packed-plotly").then((text) => new Promise((resolve) => {
    const script = document.createElement("script");
    script.src = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    script.onload = () => resolve(window.Plotly);
    document.head.append(script);
  }));
  return plotlyReady;
}

const signed = (value) => (value < -0.05 ? "" : "+") + value.toFixed(1).replace("-0.0", "0.0");
const CHART = { displayModeBar: false, responsive: true };
const CLEAR = { paper_bgcolor: "transparent", plot_bgcolor: "transparent" }; // letters and grid: page.css, light or dark
const FONT = { family: "system-ui, sans-serif", size: 12, color: "#1c2430" };

async function drawTerms(article) {
  const place = article.querySelector("[data-chart=terms]");
  if (!place || place.dataset.drawn) return;
  place.dataset.drawn = "yes";
  const terms = all("[data-term]", article).reverse();
  const values = terms.map((each) => Number(each.dataset.value));
  const trace = {
    type: "bar", orientation: "h", x: values, y: terms.map((each) => each.dataset.term), text: values.map(signed),
    textposition: "auto", marker: { color: values.map((value) => (value > 0 ? "#D6604D" : "#4393C3")) }, hovertemplate: "%{y}: %{x:+.2f} kcal/mol<extra></extra>",
  };
  const layout = {
    height: 210, margin: { l: 130, r: 10, t: 4, b: 38 }, font: FONT, ...CLEAR, bargap: 0.25,
    xaxis: { title: { text: "kcal/mol" }, zeroline: true, zerolinecolor: "#1c2430", gridcolor: "#e6eaef" }, yaxis: { automargin: true },
  };
  (await plotly()).newPlot(place, [trace], layout, CHART);
}

async function drawScatter() {
  const place = byId("scatter");
  if (!place) return;
  const measured = rows.filter((row) => row.dataset.measured && row.dataset.ddg);
  const kinds = ["circle", "square", "diamond", "triangle-up", "cross", "star"], hues = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#000000"];
  const ligands = [...new Set(measured.map((row) => row.dataset.ligand))];
  const traces = ligands.map((ligand, index) => {
    const own = measured.filter((row) => row.dataset.ligand === ligand);
    return {
      type: "scatter", mode: "markers", name: ligand.replace(/</g, "‹"), x: own.map((row) => Number(row.dataset.measured)), y: own.map((row) => Number(row.dataset.ddg)),
      error_y: { type: "data", array: own.map((row) => Number(row.dataset.error)), thickness: 1, width: 3 }, customdata: own.map((row) => row.dataset.case),
      text: own.map((row) => `${row.dataset.kinase} ${row.dataset.mutation}`), hovertemplate: "%{text}: published %{x:+.1f}, computed %{y:+.1f}<extra></extra>",
      marker: { size: 9, symbol: kinds[index % kinds.length], color: hues[index % hues.length] },
    };
  });
  const tops = traces.flatMap((trace) => trace.y.map((value, index) => value + trace.error_y.array[index]));
  const feet = traces.flatMap((trace) => trace.y.map((value, index) => value - trace.error_y.array[index]));
  const ends = traces.flatMap((trace) => trace.x), limit = Number(place.dataset.threshold);
  const [low, high] = [Math.min(0, ...ends, ...feet) - 0.3, Math.max(2, ...ends, ...tops) + 0.3];
  const line = (x0, y0, x1, y1, dash) => ({ type: "line", x0, y0, x1, y1, layer: "below", line: { color: "#9aa5b1", width: 1, dash } });
  const axis = (title) => ({ title: { text: title }, range: [low, high], gridcolor: "#e6eaef", zeroline: false });
  const layout = {
    height: 340, margin: { l: 50, r: 8, t: 6, b: 45 }, font: FONT, ...CLEAR, legend: { orientation: "h", y: 1.02, yanchor: "bottom" }, xaxis: axis("published, RT ln(fold), kcal/mol"), yaxis: axis("computed ΔΔG, kcal/mol"),
    shapes: [line(low, low, high, high, "solid"), line(low, limit, high, limit, "dash"), line(limit, low, limit, high, "dash")],
  };
  const chart = await (await plotly()).newPlot(place, traces, layout, CHART);
  chart.on("plotly_click", (event) => { location.hash = encodeURIComponent(event.points[0].customdata); });
}
