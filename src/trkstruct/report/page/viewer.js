// The 3D view (Mol*, given MolViewSpec scenes), unpacked when first needed.
const urls = new Map();
const viewer = { ready: null, values: {}, change: null, stage: null, turned: false };

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

function savePicture(stage, name) {
  const canvas = stage.querySelector("canvas");
  if (!canvas) return;
  const link = document.createElement("a");
  link.href = canvas.toDataURL("image/png");
  link.download = name;
  link.click();
}

// Buttons that belong to one 3D view: which state, surface or not, a picture of it.
function actOnView(button, article) {
  if (!button || !article) return;
  const stage = article.querySelector(".stage");
  if (button.dataset.view) showModel(article, button.dataset.view);
  else if (button.dataset.png) savePicture(stage, button.dataset.png);
  else if (button.dataset.surface) {
    const on = stage.dataset.surface !== "on";
    stage.dataset.surface = on ? "on" : "off";
    button.setAttribute("aria-pressed", String(on));
    for (const each of all("[data-for-surface]", article)) each.hidden = !on;
    showModel(article, article.dataset.view);
  }
}

// Browsers do not print WebGL canvases: printing shows a picture of the view as it stands.
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
