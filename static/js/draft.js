/* Keeps unsent text on this device until the server has it.

   <form data-draft-key="hand-in" data-draft-person="7"> … <p class="sb-draft-status" data-draft-status></p> </form>
   <div data-draft-done="hand-in" data-draft-person="7">   on the page that follows a success: the draft is cleared

   Passwords and files are never kept, hidden fields only with data-draft-keep (the key that makes a retry one idea); nothing is kept on a kiosk (body[data-kiosk]).
   A draft survives reload, an expired sign-in and being offline. Drafts older than 30 days are dropped. */

const words = document.getElementById("sb-words")?.dataset ?? {};
const KEEP_DAYS = 30;
const store = open();
let writing = false;

if (store && !document.body.hasAttribute("data-kiosk")) {
  sweep();
  const done = [...document.querySelectorAll("[data-draft-done]")];
  for (const mark of done) store.removeItem(name(mark.dataset.draftPerson, mark.dataset.draftDone));
  for (const form of document.querySelectorAll("form[data-draft-key]")) watch(form);
}

function open() {
  try {
    const probe = "sb-draft-probe";
    localStorage.setItem(probe, "1");
    localStorage.removeItem(probe);
    return localStorage;
  } catch {
    return null; /* private window or storage switched off: the form simply works without */
  }
}

function name(person, key) {
  return `sb-draft:${person ?? ""}:${key}`;
}

function sweep() {
  const oldest = Date.now() - KEEP_DAYS * 86400000;
  for (const key of Object.keys(store)) {
    if (!key.startsWith("sb-draft:")) continue;
    try {
      if (JSON.parse(store.getItem(key)).at < oldest) store.removeItem(key);
    } catch {
      store.removeItem(key);
    }
  }
}

function fields(form) {
  return [...form.elements].filter((field) => field.name && !field.disabled
    && field.matches("textarea, select, input")
    && (!["password", "hidden", "file", "submit", "button", "reset", "image"].includes(field.type) || field.hasAttribute("data-draft-keep"))
    && field.autocomplete !== "one-time-code" && !field.hasAttribute("data-draft-never"));
}

function read(form) {
  const values = {};
  for (const field of fields(form)) {
    if (field.type === "checkbox") {
      values[field.name] ??= [];
      if (field.checked) values[field.name].push(field.value);
    } else if (field.type === "radio") {
      if (field.checked) values[field.name] = field.value;
    } else if (field.multiple) {
      values[field.name] = [...field.selectedOptions].map((option) => option.value);
    } else if (field.name in values) {
      values[field.name] = [values[field.name], field.value].flat();
    } else {
      values[field.name] = field.value;
    }
  }
  return values;
}

function write(form, values) {
  writing = true;
  const seen = {};
  if (Array.isArray(values.theme) && form.dataset.similarUrl) form.dataset.similarTicks = values.theme.join(" ");
  for (const field of fields(form)) {
    if (!(field.name in values)) continue;
    const value = values[field.name];
    if (field.type === "checkbox") field.checked = [value].flat().includes(field.value);
    else if (field.type === "radio") field.checked = field.value === value;
    else if (field.multiple) for (const option of field.options) option.selected = value.includes(option.value);
    else {
      seen[field.name] = (seen[field.name] ?? -1) + 1;
      field.value = Array.isArray(value) ? value[seen[field.name]] ?? "" : value;
    }
    field.dispatchEvent(new Event("input", { bubbles: true }));
    if (field.value && field.closest("details") && field.matches("textarea, input[type=text]")) field.closest("details").open = true;
  }
  writing = false;
}

/* What counts as "there is something": words somebody typed, not a preselected list. */
function typed(values, form) {
  return fields(form).some((field) => field.matches("textarea, input:not([type=checkbox], [type=radio], [type=hidden])")
    && [values[field.name]].flat().some((value) => typeof value === "string" && value.trim()));
}

function same(a, b) {
  return JSON.stringify(a) === JSON.stringify(b);
}

function watch(form) {
  const key = name(form.dataset.draftPerson, form.dataset.draftKey);
  const status = form.querySelector("[data-draft-status]");
  const blank = read(form);
  let timer;
  let dirty = false; /* coming back to a form that was sent must not keep its text a second time */

  const say = (text) => { if (status) status.textContent = text; };
  const save = () => {
    clearTimeout(timer);
    dirty = false;
    const values = read(form);
    if (same(values, blank) || !typed(values, form)) {
      if (!form.querySelector("[data-draft-offer]")) store.removeItem(key);
      say("");
      return;
    }
    try {
      store.setItem(key, JSON.stringify({ at: Date.now(), values }));
      say((navigator.onLine ? words.saved : words.offline) ?? "");
    } catch {
      say("");
    }
  };

  restore(form, key, blank);

  if (status) status.setAttribute("role", "status");
  form.addEventListener("input", () => {
    if (writing) return;
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(save, 400);
  });
  form.addEventListener("change", () => { if (!writing && dirty) save(); });
  form.addEventListener("submit", () => { if (dirty) save(); }, { capture: true });
  addEventListener("pagehide", () => { if (dirty) save(); });
  addEventListener("offline", () => { if (store.getItem(key)) say(words.offline ?? ""); });
}

function restore(form, key, blank) {
  let kept;
  try {
    kept = JSON.parse(store.getItem(key))?.values;
  } catch {
    kept = null;
  }
  if (!kept || same({ ...blank, ...kept }, blank)) return;
  if (form.querySelector("[data-error-summary], [aria-invalid=true]")) return; /* the server just gave it back */
  /* The page may already carry words (typed on the start page, or an idea being edited): never write over them unasked. */
  if (typed(blank, form)) offer(form, words.older, words.use, () => write(form, kept), key);
  else {
    write(form, kept);
    offer(form, words.restored, null, null, key, blank);
  }
}

function offer(form, text, useLabel, use, key, blank) {
  const box = document.createElement("div");
  box.className = "sb-notice is-info";
  box.dataset.draftOffer = "";
  box.setAttribute("role", "status");
  const inner = document.createElement("div");
  inner.className = "sb-draft";
  const line = document.createElement("span");
  line.textContent = text ?? "";
  inner.append(line);
  const button = (label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-secondary btn-sm";
    made.textContent = label;
    made.addEventListener("click", () => {
      act();
      box.remove();
      fields(form).find((field) => field.matches("textarea, input"))?.focus();
    });
    inner.append(made);
  };
  if (use) button(useLabel ?? "OK", use);
  button(words.discard ?? "×", () => {
    store.removeItem(key);
    if (blank) write(form, blank);
  });
  box.append(inner);
  form.prepend(box);
}
