/* Keys for the queue: j and k next and previous, 1 to 5 in the criterion in hand, 0 cannot judge, s later, Ctrl+Enter save and next.

   Only while <body data-keys="on"> (a setting of the person, WCAG 2.1.4), never while typing in a field.
   Markup: a[data-queue-item] in the list (one with aria-current), fieldset[data-scale] of radio buttons,
   [data-skip] the "later" button, [data-save-next] the main button. */

const form = document.querySelector("form[data-queue-form]") ?? document.querySelector("[data-queue] form, .sb-queue form");

if (document.body.dataset.keys === "on") addEventListener("keydown", press);

/* Ctrl+Enter takes a modifier and is meant for typing: it works with the single keys switched off, too. */
form?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    const button = form.querySelector("[data-save-next]");
    form.requestSubmit(button ?? undefined);
  }
});

function typing(target) {
  return target.isContentEditable
    || target.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=button], [type=submit])");
}

function press(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (document.body.dataset.keys !== "on" || typing(event.target)) return;
  const act = { j: () => step(1), k: () => step(-1), s: skip }[event.key.toLowerCase()]
    ?? (/^[0-5]$/.test(event.key) ? () => score(event.key) : null);
  if (act && act() !== false) event.preventDefault();
}

function step(by) {
  const items = [...document.querySelectorAll("a[data-queue-item]")];
  const here = items.findIndex((item) => item.getAttribute("aria-current"));
  const next = items[here + by];
  if (!next) return false;
  next.click();
}

function skip() {
  const button = document.querySelector("[data-skip]");
  if (!button) return false;
  button.click();
}

/* The criterion in hand: the one with the focus, else the first without an answer. */
function score(key) {
  const all = [...document.querySelectorAll("fieldset[data-scale]")];
  const open = (scale) => !scale.querySelector("input:checked");
  const scale = document.activeElement?.closest("fieldset[data-scale]") ?? all.find(open);
  const tile = scale?.querySelector(`input[value="${key === "0" ? "none" : key}"]`);
  if (!tile) return false;
  tile.checked = true;
  tile.dispatchEvent(new Event("change", { bubbles: true }));
  const next = all.slice(all.indexOf(scale) + 1).find(open);
  const goal = next?.querySelector("input") ?? tile;
  goal.focus({ focusVisible: true });
  goal.closest("fieldset").scrollIntoView({ block: "nearest" });
}
