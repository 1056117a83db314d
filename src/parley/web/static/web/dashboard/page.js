// What every page of the dashboard needs: the language takes effect when it is chosen.

const language = document.getElementById("language");
language.addEventListener("change", () => language.form.submit());
// On a slow connection somebody may have chosen before this script arrived.
if (language.value !== document.documentElement.lang) language.form.submit();

// The tab of this page is in sight, also where the row of tabs is wider than the screen.
const tabs = document.querySelector(".tabs");
const current = tabs?.querySelector("[aria-current]");
if (current) tabs.scrollLeft = current.offsetLeft - (tabs.clientWidth - current.offsetWidth) / 2;

// A free time fills the form beside it, and what was typed there stays.
for (const link of document.querySelectorAll("a.free")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const form = document.getElementById("booking");
    for (const name of ["day", "time", "staff"]) form.elements[name].value = link.dataset[name];
    form.elements.name.focus();
  });
}
