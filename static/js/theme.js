// Runs in the head, before the first paint: the remembered theme and row height, or the system's theme.
(function () {
  "use strict";
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  function remembered(key) {
    try {
      return localStorage.getItem("gatehouse." + key);
    } catch {
      return null; // storage refused: the page works, nothing is remembered
    }
  }

  function remember(key, value) {
    try {
      localStorage.setItem("gatehouse." + key, value);
    } catch {
      // storage refused: see above
    }
  }

  function show(theme) {
    root.dataset.bsTheme = theme;
    document.dispatchEvent(new CustomEvent("gatehouse:theme"));
  }

  function paint() {
    root.dataset.density = remembered("density") || "comfortable";
    show(remembered("theme") || (dark.matches ? "dark" : "light"));
  }

  paint();
  window.addEventListener("beforeprint", () => show("light")); // paper is white; charts are drawn again for it
  window.addEventListener("afterprint", paint);
  dark.addEventListener("change", paint);
  window.addEventListener("storage", paint);

  document.addEventListener("DOMContentLoaded", function () {
    const theme = document.querySelector("[data-theme-switch]");
    if (theme) {
      theme.addEventListener("click", function () {
        remember("theme", root.dataset.bsTheme === "dark" ? "light" : "dark");
        paint();
      });
    }
    const density = document.querySelector("[data-density-switch]");
    if (!density) return;
    const buttons = density.querySelectorAll("button");
    const mark = () => buttons.forEach((b) => b.setAttribute("aria-pressed", b.dataset.value === root.dataset.density));
    mark();
    density.addEventListener("click", function (event) {
      const button = event.target.closest("button");
      if (!button) return;
      remember("density", button.dataset.value);
      paint();
      mark();
    });
  });
})();
