/* Keys for sorting comments: 1 to 3 a guess as it is coloured; -, 0 or + before it another tone; n none fits, a another
   theme, m more than one, s later. Only while <body data-keys="on"> (a setting of the person, WCAG 2.1.4), never in a field. */

const page = document.querySelector("[data-sort]");
const tones = { "-": "negative", "0": "neutral", "+": "positive" };
let tone = "";

if (page && document.body.dataset.keys === "on") addEventListener("keydown", press);

function press(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.matches("textarea, select, input:not([type=checkbox], [type=radio])")) return;
  const key = event.key.toLowerCase();
  if (key in tones) {
    tone = tones[key];
    mark();
  } else if (/^[1-3]$/.test(key)) {
    choose(Number(key));
  } else if (key === "n") page.querySelector("[data-none]")?.click();
  else if (key === "s") page.querySelector("[data-later]")?.click();
  else if (key === "a") page.querySelector("[data-other]")?.focus();
  else if (key === "m") page.querySelector("input[name=stay][type=checkbox]")?.click();
  else return;
  event.preventDefault();
}

function choose(number) {
  const option = page.querySelectorAll("[data-option]")[number - 1];
  if (!option) return;
  const button = tone ? option.querySelector(`[data-tone=${tone}]`) : option.querySelector("[data-main]");
  (button ?? option.querySelector("button")).focus();
  button?.click();  // without a guess of the tone the person has to say it
}

/* What 1 to 3 would press now. */
function mark() {
  for (const button of page.querySelectorAll("[data-tone]")) button.classList.toggle("is-ahead", button.dataset.tone === tone);
}
