// The weekly report: leaving saves, a submit waits for a running save, typed text outlives a lost session, Alt+J and Alt+K.
(function () {
  "use strict";
  const RANK = { on: 0, risk: 1, off: 2 };
  const key = "gatehouse.report." + location.pathname;
  let form = null;
  let unsaved = false;
  let saving = null; // what an autosave that is under way has sent
  let leaving = false;

  const STAND = /^(version|after|seen_.*)$/; // what the text was typed upon, not the text
  const fields = () => [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
  const typed = (pairs) => JSON.stringify(pairs.filter(([name]) => !STAND.test(name)));
  const stand = (pairs) => JSON.stringify(pairs.filter(([name]) => name === "version" || name === "after"));

  function keep(snapshot) {
    try {
      if (snapshot) sessionStorage.setItem(key, JSON.stringify(snapshot));
      else sessionStorage.removeItem(key);
    } catch {
      // storage refused: the server's draft is all there is
    }
  }

  function kept() {
    try {
      return JSON.parse(sessionStorage.getItem(key) || "null");
    } catch {
      return null;
    }
  }

  function changed() {
    unsaved = true;
    form.querySelectorAll("[data-when]").forEach((words) => { words.hidden = words.dataset.when !== "changed"; });
    keep({ fields: fields(), sent: false });
  }

  // What was typed and did not arrive, because the session had ended or the line was down, comes back into the form
  // with the version it was typed upon, so that a change of somebody else still shows as a conflict.
  function restore() {
    const snapshot = kept();
    keep(null);
    if (!snapshot) return;
    const now = fields();
    const arrived = snapshot.sent && stand(snapshot.fields) !== stand(now);
    if (arrived || typed(snapshot.fields) === typed(now)) return;
    snapshot.fields.forEach(function ([name, value]) {
      const field = form.elements[name];
      if (field) field.value = value;
    });
    document.getElementById("restored").hidden = false;
    changed();
  }

  // A report better than computed asks for its reason at once, not only when it is sent.
  function compare(row) {
    const picked = row.querySelector("input[type=radio]:checked");
    const better = Boolean(picked) && RANK[picked.value] < RANK[row.dataset.computed];
    row.querySelector("[data-better]").hidden = !better;
    if (better) row.querySelector("details").open = true;
  }

  function slip(row, input) {
    if (!input.valueAsNumber || !row.dataset.baseline) return;
    const days = Math.round((input.valueAsNumber - Date.parse(row.dataset.baseline)) / 86400000);
    row.querySelector("[data-slip]").textContent = (days > 0 ? "+" : days < 0 ? "\u2212" : "") + Math.abs(days) + "\u00a0d";
  }

  document.addEventListener("DOMContentLoaded", function () {
    form = document.querySelector("form[data-report]");
    if (!form) return;
    restore();
    unsaved = unsaved || form.hasAttribute("data-unsaved");
    form.addEventListener("input", changed);
    form.addEventListener("change", function (event) {
      changed();
      const row = event.target.closest("[data-computed]");
      if (row) compare(row);
      const milestone = event.target.closest("[data-baseline]");
      if (milestone) slip(milestone, event.target);
    });
    form.addEventListener("htmx:beforeRequest", function (event) {
      if (leaving) event.preventDefault(); // what is being sent must not be overtaken by a save
      else saving = typed(fields());
    });
    form.addEventListener("htmx:afterRequest", function (event) {
      const same = saving === typed(fields());
      saving = null;
      if (event.detail.successful && event.detail.xhr.status === 200 && same) {
        unsaved = false;
        keep(null);
      }
      if (form.dataset.waiting) window.setTimeout(submit, 0); // after the next save in the queue has begun
    });
  });

  function submit() {
    if (saving) return;
    const button = form.querySelector("button[value=" + form.dataset.waiting + "]");
    delete form.dataset.waiting;
    form.requestSubmit(button);
  }

  // Capturing, so that it comes before the guard against double clicks.
  document.addEventListener("submit", function (event) {
    if (event.target !== form) return;
    if (saving) {
      form.dataset.waiting = event.submitter ? event.submitter.value : "save";
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    leaving = true;
    keep({ fields: fields(), sent: true });
  }, true);
  window.addEventListener("pageshow", () => { leaving = false; });

  window.addEventListener("pagehide", function () {
    if (!form || !unsaved || leaving || !form.hasAttribute("hx-post")) return;
    keep({ fields: fields(), sent: true });
    const data = new FormData(form);
    data.set("act", "save");
    navigator.sendBeacon(form.getAttribute("hx-post"), data);
  });

  document.addEventListener("keydown", function (event) {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = document.querySelector("a[data-key=" + CSS.escape(event.code || "none") + "]");
    if (!link) return;
    event.preventDefault();
    link.click();
  });

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) window.print();
  });
})();
