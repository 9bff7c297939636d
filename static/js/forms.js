// Forms: Ctrl+Enter submits, changed text is not lost by leaving, a form is sent once.
(function () {
  "use strict";
  const initial = new WeakMap();

  function state(form) {
    const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
    return JSON.stringify(fields.map(([name, value]) => [name, value instanceof File ? value.name : value]));
  }

  function watch(root) {
    const own = root instanceof Element ? root.closest("form[data-guard]") : null;
    [own, ...root.querySelectorAll("form[data-guard]")].forEach((form) => { if (form) initial.set(form, state(form)); });
  }

  function changed() {
    return [...document.querySelectorAll("form[data-guard]")].some((form) => initial.has(form) && initial.get(form) !== state(form));
  }

  let leaving = false;
  window.addEventListener("beforeunload", function (event) {
    if (!leaving && changed()) event.preventDefault();
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const form = event.target.closest && event.target.closest("form[data-ctrl-enter]");
    if (!form) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-primary]"));
  });

  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault(); // the second click of a double click
      return;
    }
    form.dataset.sent = "1";
    leaving = true;
  });

  // Coming back by the Back button shows the page as it was left: the form may be sent again.
  window.addEventListener("pageshow", function () {
    leaving = false;
    document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
  });

  document.addEventListener("change", function (event) {
    const form = event.target.closest("form[data-autosubmit]");
    if (form) form.requestSubmit();
  });

  document.addEventListener("DOMContentLoaded", () => watch(document));
  // A draft that was saved in the background is no longer a change.
  document.addEventListener("htmx:afterRequest", function (event) {
    const { elt, successful, requestConfig } = event.detail;
    if (successful && requestConfig && requestConfig.verb !== "get" && elt instanceof Element) watch(elt);
  });
})();
