// Popovers are <details>: they open without JavaScript; this closes them on Escape, on a click beside and when focus leaves.
(function () {
  "use strict";
  const open = () => document.querySelectorAll("details[data-popover][open]");

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    open().forEach(function (menu) {
      const inside = menu.contains(document.activeElement);
      menu.open = false;
      if (inside) menu.querySelector("summary").focus();
    });
  });

  document.addEventListener("focusin", function (event) {
    open().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });

  document.addEventListener("pointerdown", function (event) {
    open().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });

  // The columns: up and down move a row of the list; the order of the ticked boxes is the order in the address.
  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    const item = button.closest("li");
    const other = button.dataset.move === "up" ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    if (button.dataset.move === "up") other.before(item);
    else other.after(item);
    button.focus();
  });
})();
