/* Parts of a page that go on growing renew themselves while it is open; without a script they are new when it is loaded.

   <section id="who" data-live="60">…</section>   every minute the page is fetched and each such part replaced by the new one.
   Nothing else is touched: what somebody types elsewhere on the page stays, and a part somebody is in waits. */

const parts = () => [...document.querySelectorAll("[data-live][id]")];
let misses = 0;

async function renew() {
  if (document.hidden) return later();
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    if (answer.redirected || answer.status === 404) return; /* signed out, or gone: the page says so when it is loaded anew */
    if (!answer.ok) throw new Error(answer.statusText);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of parts()) {
      const next = fresh.getElementById(part.id);
      if (!next || part.contains(document.activeElement) || part.innerHTML === next.innerHTML) continue;
      const folds = next.querySelectorAll("details");
      part.querySelectorAll("details").forEach((fold, place) => { if (folds[place]) folds[place].open = fold.open; });
      part.replaceWith(document.adoptNode(next));
    }
    misses = 0;
  } catch {
    misses += 1; /* the network is away: more and more patiently */
  }
  later();
}

function later() {
  const seconds = Number(parts()[0]?.dataset.live);
  if (seconds) setTimeout(renew, Math.min(3600, seconds * 2 ** misses) * 1000);
}

if (!("kiosk" in document.body.dataset)) later(); /* a kiosk belongs to nobody for long */
