/* Adds another row of times: <div data-slots data-slots-max="5"> rows [data-slot-row] </div> and <button data-slots-add>.
   Without a script the button submits the form and the server adds the row. Fields are named times-0-day, times-1-day, … */

const words = document.getElementById("sb-words")?.dataset ?? {};

for (const box of document.querySelectorAll("[data-slots]")) {
  const form = box.closest("form");
  const button = form?.querySelector("[data-slots-add]");
  if (!button) continue;
  const most = Number(box.dataset.slotsMax ?? 6);
  const least = Number(box.dataset.slotsMin ?? 2);
  const rows = () => [...box.querySelectorAll("[data-slot-row]")];

  const number = () => {
    rows().forEach((row, index) => {
      for (const element of row.querySelectorAll("[name], [id], [for], [aria-describedby]")) {
        for (const attribute of ["name", "id", "for", "aria-describedby"]) {
          const value = element.getAttribute(attribute);
          if (value) element.setAttribute(attribute, value.replace(/-\d+(?=-|$)/, `-${index}`));
        }
      }
      const shown = row.querySelector("[data-slot-number]");
      if (shown) shown.textContent = String(index + 1);
    });
    button.hidden = rows().length >= most;
    for (const remove of box.querySelectorAll("[data-slot-remove]")) remove.hidden = rows().length <= least;
  };

  const removable = (row) => {
    if (row.querySelector("[data-slot-remove]")) return;
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "btn btn-link";
    remove.dataset.slotRemove = "";
    remove.textContent = words.remove ?? "×";
    row.append(remove);
  };

  box.addEventListener("click", (event) => {
    const remove = event.target.closest("[data-slot-remove]");
    if (!remove || rows().length <= least) return;
    const row = remove.closest("[data-slot-row]");
    const near = row.previousElementSibling ?? row.nextElementSibling;
    row.remove();
    number();
    near?.querySelector("input, select")?.focus();
  });

  button.addEventListener("click", (event) => {
    event.preventDefault();
    const all = rows();
    if (!all.length || all.length >= most) return;
    const row = all.at(-1).cloneNode(true);
    for (const field of row.querySelectorAll("input, textarea")) {
      if (!["hidden", "radio", "checkbox"].includes(field.type)) field.value = "";
      field.removeAttribute("aria-invalid");
    }
    for (const error of row.querySelectorAll(".sb-wrong")) error.remove();
    all.at(-1).after(row);
    removable(row);
    number();
    row.querySelector("input, select")?.focus();
  });

  number();
}
