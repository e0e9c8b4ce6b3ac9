/* A part of the page that shows how far something is renews itself; without a script there is a link for it.

   <section data-renew="2">…</section>   every two seconds the page is fetched and the section replaced by the new one,
   until the new page has none that wants to be renewed. */

const part = () => document.querySelector("[data-renew]");
let misses = 0;

async function renew() {
  if (document.hidden) return later();
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return location.reload();
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = fresh.querySelector("[data-renew]");
    if (!next) return location.reload(); /* it is done: the whole page says something else now */
    const held = part().contains(document.activeElement);
    part().replaceWith(document.adoptNode(next));
    if (held) part().querySelector("a, button")?.focus();
    misses = 0;
  } catch {
    misses += 1; /* the network is away: more and more patiently */
  }
  later();
}

function later() {
  const seconds = Number(part()?.dataset.renew) || 2;
  setTimeout(renew, Math.min(30, seconds * 2 ** misses) * 1000);
}

if (part()) later();
