/* Shows related ideas and themes while somebody types, never in the way.

   <form data-similar-url="/ideas/similar" data-similar-target="id" [data-similar-method="post"]>
   The words of all [data-similar-text] fields (else of all textareas) go along as q, at most 600 characters.
   method post sends them in the body with the form's csrf_token, so that they appear in no log. The answer is an HTML
   fragment; an empty one clears the place. Silent when offline or refused.
   Themes ticked in the fragment (name="theme", tied to the form) go along, so that the answer shows them ticked again;
   data-similar-ticks on the form holds those of a draft that was kept on this device. */

const WAIT = 500;
const LEAST = 12;
const MOST = 600;

for (const form of document.querySelectorAll("form[data-similar-url]")) {
  const target = document.getElementById(form.dataset.similarTarget);
  if (!target) continue;
  const sources = [...form.querySelectorAll("[data-similar-text]")];
  if (!sources.length) sources.push(...form.querySelectorAll("textarea"));
  if (!target.hasAttribute("aria-live")) target.setAttribute("aria-live", "polite");
  let timer, running, asked = "";

  const ticked = () => {
    const kept = (form.dataset.similarTicks ?? "").split(" ").filter(Boolean);
    return [...new Set([...[...target.querySelectorAll("[name=theme]:checked")].map((box) => box.value), ...kept])];
  };

  const ask = async () => {
    const q = sources.map((field) => field.value.trim()).filter(Boolean).join("\n").slice(-MOST);
    if (q === asked) return;
    running?.abort();
    const ticks = ticked();
    if (q.length < LEAST && !ticks.length) {
      asked = q;
      target.replaceChildren();
      return;
    }
    if (navigator.onLine === false) return;
    asked = q;
    running = new AbortController();
    const post = (form.dataset.similarMethod ?? "get").toLowerCase() === "post";
    const body = new URLSearchParams({ q });
    for (const tick of ticks) body.append("theme", tick);
    const token = form.elements.csrf_token?.value;
    if (post && token) body.set("csrf_token", token);
    const join = form.dataset.similarUrl.includes("?") ? "&" : "?";
    try {
      const answer = await fetch(post ? form.dataset.similarUrl : `${form.dataset.similarUrl}${join}${body}`, {
        method: post ? "POST" : "GET",
        body: post ? body : undefined,
        headers: { Accept: "text/html", "X-Requested-With": "fetch" },
        credentials: "same-origin",
        redirect: "error", /* an expired sign-in must not put a sign-in page here */
        signal: running.signal,
      });
      if (!answer.ok) return;
      const html = (await answer.text()).trim();
      if (ticked().join() !== ticks.join()) { /* ticked or unticked meanwhile: the answer knows nothing of it */
        asked = "";
        ask();
        return;
      }
      delete form.dataset.similarTicks;
      if (html === target.dataset.similarShown) return; /* the same answer again is not read out again */
      const shown = [...target.querySelectorAll("[name=theme_shown]")];
      const at = target.contains(document.activeElement) ? document.activeElement.value : null;
      target.dataset.similarShown = html;
      target.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
      for (const mark of shown) { /* what was offered and left empty is taken back, also when it is not offered any more */
        if (![...target.querySelectorAll("[name=theme_shown]")].some((other) => other.value === mark.value)) target.append(mark);
      }
      if (at !== null) target.querySelector(`[name=theme][value="${CSS.escape(at)}"]`)?.focus();
    } catch { /* aborted, offline or refused: say nothing */ }
  };

  if (!target.children.length) ask(); /* words that were kept on this device stand in the form before anybody types */

  for (const field of sources) {
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    });
  }
}
