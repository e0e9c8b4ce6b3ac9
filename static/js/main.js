/* Everything here makes a working page quicker; nothing here is needed for one. */

const words = document.getElementById("sb-words")?.dataset ?? {};

/* Filters answer at once: <form method="get" data-autosubmit>; its own button leaves the stage. */
for (const form of document.querySelectorAll("form[data-autosubmit]")) {
  for (const button of form.querySelectorAll("[data-autosubmit-hide]")) button.classList.add("visually-hidden-focusable");
  form.addEventListener("change", (event) => {
    if (event.target.matches("select, input[type=checkbox], input[type=radio], input[type=date]")) form.requestSubmit();
  });
}

/* Textareas grow where the browser cannot do it by itself. */
if (!CSS.supports("field-sizing", "content")) {
  const grow = (area) => {
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  };
  for (const area of document.querySelectorAll("textarea.form-control")) {
    area.addEventListener("input", () => grow(area));
    if (area.value) grow(area);
  }
}

/* One press is enough: <form data-once>. Enabled again when the page comes back from the cache. */
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    if (event.defaultPrevented) return;
    form.dataset.sent = "1";
    form.setAttribute("aria-busy", "true");
    event.submitter?.setAttribute("aria-disabled", "true");
    setTimeout(() => release(form), 15000); /* a lost answer must not lock the form */
  });
}
function release(form) {
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
  for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once]")) release(form);
});

/* How many characters are left: <textarea maxlength="2000" data-count="id-of-the-line">. Spoken only near the end. */
for (const field of document.querySelectorAll("[data-count]")) {
  const line = document.getElementById(field.dataset.count);
  const most = Number(field.getAttribute("maxlength") ?? field.dataset.countMax ?? 0);
  if (!line || !most) continue;
  field.removeAttribute("maxlength"); /* say it instead of cutting a pasted text silently; the server checks */
  const show = () => {
    const left = most - field.value.length;
    line.textContent = (left < 0 ? words.over : words.left)?.replace("{number}", Math.abs(left)) ?? String(left);
    line.classList.toggle("sb-due", left < 0);
    line.classList.toggle("is-late", left < 0);
    if (left < 50) line.setAttribute("aria-live", "polite");
    else line.removeAttribute("aria-live");
  };
  field.addEventListener("input", show);
  if (field.value) show();
}

/* After a refused form the reader lands on the list of what is missing; its links focus the fields. */
const summary = document.querySelector("[data-error-summary]");
if (summary) {
  summary.focus();
  /* After the skip link the address ends in #main, and the browser takes the focus there once the page has loaded. */
  addEventListener("load", () => requestAnimationFrame(() => {
    if ([document.body, document.getElementById("main")].includes(document.activeElement)) summary.focus();
  }));
  summary.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.closest("details")?.setAttribute("open", "");
    field.focus();
    (field.closest(".sb-field") ?? field).scrollIntoView({ block: "center" });
  });
}

/* An address that leads into something folded opens it; on paper everything stands that was folded to be short. */
function unfold() {
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  let fold = target && target.closest("details:not([open])");
  if (!fold) return;
  for (; fold; fold = fold.parentElement.closest("details:not([open])")) fold.open = true;
  target.scrollIntoView();
}
addEventListener("hashchange", unfold);
unfold();
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details.sb-rest:not([open])")];
  for (const fold of folded) fold.open = true;
});
addEventListener("afterprint", () => {
  for (const fold of folded) fold.open = false;
});

/* <button data-copy="id-of-a-field-or-text" hidden>: shown only where copying works. */
for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  if (!source) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = source.value ?? source.textContent.trim();
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      if (!source.select) return;
      source.focus();
      source.select(); /* plain http: the text is at least marked, ready for Ctrl+C */
      if (!document.execCommand("copy")) return;
    }
    const before = button.textContent;
    button.textContent = words.copied ?? "✓";
    button.setAttribute("aria-live", "polite");
    setTimeout(() => { button.textContent = before; }, 2500);
  });
}

/* The person's menu closes on Escape, on a press elsewhere and when the focus leaves it. */
for (const menu of document.querySelectorAll("details[data-menu]")) {
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
}

/* Print buttons are hidden without a script: <button data-print hidden>. */
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

/* Signing out wipes the drafts of that person on this device, on every page. */
const leaving = document.querySelector("form[data-sign-out]");
if (leaving) {
  leaving.addEventListener("submit", () => {
    const mine = leaving.dataset.draftPerson ? `sb-draft:${leaving.dataset.draftPerson}:` : "sb-draft:";
    try {
      for (const key of Object.keys(localStorage)) if (key.startsWith(mine)) localStorage.removeItem(key);
    } catch { /* no storage, nothing to wipe */ }
  });
}

/* A line of pages that scrolls sideways begins where the reader is. */
for (const line of document.querySelectorAll("[data-line]")) {
  const current = line.querySelector("[aria-current]");
  if (current) line.scrollLeft = current.offsetLeft - line.offsetLeft - (line.clientWidth - current.offsetWidth) / 2;
}
