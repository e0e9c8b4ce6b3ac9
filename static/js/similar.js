/* Shows related ideas and themes while somebody types, never in the way.

   <form data-similar-url="/ideas/similar" data-similar-target="id" [data-similar-method="post"]>
   The words of all [data-similar-text] fields (else of all textareas) go along as q, at most 600 characters.
   method post sends them in the body with the form's csrf_token, so that they appear in no log. The answer is an HTML
   fragment; an empty one clears the place. Silent when offline or refused. */

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

  const ask = async () => {
    const q = sources.map((field) => field.value.trim()).filter(Boolean).join("\n").slice(-MOST);
    if (q === asked) return;
    running?.abort();
    if (q.length < LEAST) {
      asked = q;
      target.replaceChildren();
      return;
    }
    if (navigator.onLine === false) return;
    asked = q;
    running = new AbortController();
    const post = (form.dataset.similarMethod ?? "get").toLowerCase() === "post";
    const body = new URLSearchParams({ q });
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
      if (html === target.dataset.similarShown) return; /* the same answer again is not read out again */
      target.dataset.similarShown = html;
      target.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
    } catch { /* aborted, offline or refused: say nothing */ }
  };

  for (const field of sources) {
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    });
  }
}
