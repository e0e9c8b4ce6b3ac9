/* A shared device: when nobody has touched it for a quarter of an hour, the page signs out and shows nothing any more.
   Without this script the sign-in ends on the server all the same. */

const IDLE = 15 * 60 * 1000;
const form = document.querySelector("form[data-idle-sign-out]");
let last = Date.now();

for (const kind of ["pointerdown", "keydown", "input", "scroll"]) {
  addEventListener(kind, () => (last = Date.now()), { passive: true });
}

if (form) {
  setInterval(() => {
    if (Date.now() - last >= IDLE) form.submit();
  }, 5000);
}
