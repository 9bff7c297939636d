// What every page needs after an HTMX swap: an announcement, the focus in its place, and words when a request failed.
(function () {
  "use strict";
  const area = () => document.getElementById("announce");

  function announce(text) {
    const live = area();
    if (!live || !text) return;
    live.textContent = "";
    window.setTimeout(() => { live.textContent = text; }, 50); // emptied first, so that the same words are read again
  }

  // A swapped part says what changed in data-announce; with data-focus it takes the focus to that element.
  document.addEventListener("htmx:afterSettle", function (event) {
    const part = event.detail.elt;
    if (!(part instanceof Element)) return;
    const spoken = part.matches("[data-announce]") ? part : part.querySelector("[data-announce]");
    if (spoken) announce(spoken.dataset.announce);
    const wanted = part.querySelector("[data-focus]") || (held && document.activeElement === document.body ? part : null);
    if (wanted) wanted.focus();
    held = false;
  });

  // HTMX keeps the focus on a field with the same id; where that is gone the replaced part itself takes it.
  let held = false;
  document.addEventListener("htmx:beforeSwap", (event) => { held = event.detail.target.contains(document.activeElement); });

  // A list's address names only the filters in force.
  document.addEventListener("htmx:configRequest", function (event) {
    const { verb, formData } = event.detail;
    if (verb !== "get") return;
    new Set(formData.keys()).forEach((name) => {
      if (formData.getAll(name).every((value) => value === "")) formData.delete(name);
    });
  });

  document.addEventListener("htmx:responseError", (event) => failed(event.detail.xhr));
  document.addEventListener("htmx:sendError", () => failed(null));
  document.addEventListener("htmx:timeout", () => failed(null));

  function failed(answer) {
    const note = document.getElementById("request-failed");
    if (!note) return;
    const number = answer && answer.getResponseHeader("X-Request-ID");
    note.content.querySelector("[data-number]").textContent = number || "";
    const place = document.querySelector(".gh-messages");
    place.replaceChildren(note.content.cloneNode(true));
    place.scrollIntoView({ block: "nearest" });
  }
})();
