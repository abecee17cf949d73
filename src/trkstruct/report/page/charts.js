// The charts (Plotly, unpacked when first needed).
let plotlyReady = null;

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
  const kinds = ["circle", "square", "diamond", "triangle-up", "cross", "star"], hues = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#8a8f98"];
  const ligands = [...new Set(measured.map((row) => row.dataset.ligand))];
  const traces = ligands.map((ligand, index) => {
    const own = measured.filter((row) => row.dataset.ligand === ligand);
    return {
      type: "scatter", mode: "markers", name: ligand.replace(/</g, "‹"), x: own.map((row) => Number(row.dataset.measured)), y: own.map((row) => Number(row.dataset.ddg)),
      error_y: { type: "data", array: own.map((row) => Number(row.dataset.error)), thickness: 1, width: 3 }, customdata: own.map((row) => row.dataset.case),
      text: own.map((row) => `${row.dataset.kinase} ${row.dataset.mutation}`), hovertemplate: "%{text}: published %{x:+.1f}, computed %{y:+.1f}<extra></extra>",
      marker: { size: 9, symbol: kinds[index % kinds.length], color: hues[(index + Math.floor(index / kinds.length)) % hues.length] },
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
