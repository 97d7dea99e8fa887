// The editors' desk by keyboard. Without this script the cursor still stands in the first faulty field, unless that is a
// search, and Enter shows a proposal again.
"use strict";
// What Django's forms leave without a name for who hears them: searches, and the cells of a table of rows.
const name = (input, text) => input && !input.labels?.length && text && input.setAttribute("aria-label", text.trim());
const nameSearches = () => {
  for (const search of document.querySelectorAll(".select2-container")) {
    const label = search.previousElementSibling?.labels?.[0];
    if (label) name(search.querySelector("[role=searchbox]"), label.textContent);
    const chosen = search.querySelector("[role=textbox]");
    if (!label || !chosen) continue;
    // What is chosen is no input: it is read after the name of the field.
    chosen.removeAttribute("role");
    chosen.removeAttribute("aria-readonly");
    label.id ||= `${label.htmlFor}_label`;
    search.querySelector("[role=combobox]").setAttribute("aria-labelledby", `${label.id} ${chosen.id}`);
  }
};
const nameCells = () => {
  for (const cell of document.querySelectorAll(".tabular tbody td")) {
    const head = cell.closest("table").rows[0].cells[cell.cellIndex];
    for (const input of cell.querySelectorAll("select, textarea, input:not([type=hidden])")) name(input, head?.textContent);
  }
};
const decision = "form.desk-decision", written = `${decision}, #content-main form[method=post]`;
// Whoever began at once is not led away.
const untouched = () => document.activeElement === document.body;
const begin = () => {
  nameCells();
  nameSearches();
  const form = document.querySelector(written);
  if (!form) return;
  const wrong = form.querySelector(".errors [autofocus]"), note = document.querySelector(".errornote");
  if (wrong && (untouched() || document.activeElement === wrong)) {
    // A search stands in the place of its list, and has to be given the cursor itself.
    (wrong.parentElement.querySelector(".select2-search__field, .select2-selection") || wrong).focus();
  } else if (note && untouched()) {
    note.tabIndex = -1;
    note.focus();
  } else if (form.matches(decision) && untouched()) {
    // The next Tab leads into what is shown, past all the lists of the desk.
    document.querySelector("main").focus({ preventScroll: true });
  }
};
const meant = (event, form) => {
  // In some fields Enter means another button than the first of the form.
  const own = event.target.tagName === "INPUT" && event.target.closest("[data-enter]");
  if (own) return form.elements[own.dataset.enter];
  if (event.target.tagName !== "TEXTAREA" || !(event.ctrlKey || event.metaKey)) return null;
  const follows = (one) => event.target.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING;
  return [...form.querySelectorAll("[type=submit]")].find(follows);
};
// Heard by the document, so that the keys of who types while the page still loads are heard too.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  const form = event.target.closest(written), button = form && meant(event, form);
  if (!button) return;
  event.preventDefault();
  form.requestSubmit(button);
});
// Django's searches are made once jQuery is ready, which may be after the page has loaded.
addEventListener("load", () => (window.django?.jQuery ? window.django.jQuery(begin) : begin()));
