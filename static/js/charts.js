// Figures: chart and table are both in the page. The chart library is loaded only where a chart is shown.
(function () {
  "use strict";
  const source = document.currentScript.dataset.plotly;
  const figures = new Map(); // chart element -> the figure as it came, with @tokens for colours
  let library = null;

  function load() {
    library = library || new Promise(function (resolve, reject) {
      const script = document.createElement("script");
      script.src = source;
      script.onload = () => resolve(window.Plotly);
      script.onerror = () => reject(new Error("The chart library did not load."));
      document.head.append(script);
    });
    return library;
  }

  // Plotly knows plain colours only: a span resolves light-dark() and the token for us.
  function token(name) {
    const probe = document.createElement("span");
    probe.hidden = true;
    document.body.append(probe);
    probe.style.color = "var(--gh-" + name + ")";
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  }

  function paint(value) {
    if (typeof value === "string") return value.startsWith("@") ? token(value.slice(1)) : value;
    if (Array.isArray(value)) return value.map(paint);
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, paint(inner)]));
    }
    return value;
  }

  function merge(base, over) {
    const result = { ...base };
    Object.entries(over || {}).forEach(function ([key, value]) {
      const both = [value, result[key]].every((v) => v && typeof v === "object" && !Array.isArray(v));
      result[key] = both ? merge(result[key], value) : value;
    });
    return result;
  }

  function frame() {
    const axis = {
      gridcolor: "@line", linecolor: "@line-strong", tickcolor: "@line-strong", zerolinecolor: "@line-strong",
      tickfont: { color: "@ink-3", size: 12 }, automargin: true, fixedrange: true,
      title: { font: { size: 12, color: "@ink-3" } },
    };
    return {
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: "@ink-2" },
      margin: { l: 44, r: 92, t: 16, b: 34 }, showlegend: false, hovermode: "x unified", dragmode: false,
      xaxis: axis, yaxis: axis,
    };
  }

  async function draw(chart) {
    const figure = figures.get(chart);
    if (!figure || chart.closest("[hidden]")) return;
    const plotly = await load();
    const phone = window.innerWidth < 640 ? figure.phone : null;
    const layout = paint(merge(merge(frame(), figure.layout), phone));
    await plotly.react(chart, paint(figure.data), layout, { displayModeBar: false, responsive: true });
    chart.dataset.ready = "1";
  }

  async function figureOf(chart) {
    if (chart.dataset.chart) return JSON.parse(document.getElementById(chart.dataset.chart).textContent);
    const answer = await fetch(chart.dataset.chartUrl, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error("The figure did not load: " + answer.status);
    return answer.json();
  }

  function show(figure, asTable) {
    const table = figure.querySelector("[data-as=table]");
    const chart = figure.querySelector("[data-as=chart]");
    const button = figure.querySelector("[data-swap]");
    table.hidden = !asTable;
    chart.hidden = asTable;
    button.hidden = false;
    button.querySelector("[data-name=table]").hidden = asTable;
    button.querySelector("[data-name=chart]").hidden = !asTable;
    if (!asTable) draw(chart.querySelector("[data-chart], [data-chart-url]"));
  }

  // Until the figure has come the table stands; if it does not come, the table stays.
  async function start(figure) {
    const chart = figure.querySelector("[data-chart], [data-chart-url]");
    if (!chart || figures.has(chart)) return;
    try {
      figures.set(chart, await figureOf(chart));
      await load();
      show(figure, window.innerWidth < 640 && figure.dataset.phone === "table");
    } catch {
      figures.delete(chart);
    }
  }

  function startAll(root) {
    const list = root.matches && root.matches("[data-figure]") ? [root] : root.querySelectorAll("[data-figure]");
    list.forEach(start);
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-swap]");
    if (!button) return;
    const figure = button.closest("[data-figure]");
    show(figure, figure.querySelector("[data-as=table]").hidden);
  });
  window.matchMedia("(width < 640px)").addEventListener("change", () => figures.forEach((_, chart) => draw(chart)));
  document.addEventListener("gatehouse:theme", () => figures.forEach((_, chart) => draw(chart)));
  document.addEventListener("DOMContentLoaded", () => startAll(document));
  document.addEventListener("htmx:afterSettle", (event) => { if (event.detail.elt instanceof Element) startAll(event.detail.elt); });
})();
