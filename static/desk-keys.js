// The editors' desk by keyboard: a form that comes back begins where it is wrong, and Ctrl+Enter saves from a text, in
// which Enter begins a line. Without this script the cursor still stands in the first faulty field that is no search.
"use strict";
addEventListener("load", () => {
  const form = document.querySelector("#content-main form[method=post]");
  if (!form) return;
  const wrong = form.querySelector(".errors [autofocus]"), note = document.querySelector(".errornote");
  // A search stands in the place of its list, and has to be given the cursor itself.
  const search = wrong?.parentElement.querySelector(".select2-search__field, .select2-selection");
  if (wrong) (search || wrong).focus();
  else if (note) {
    note.tabIndex = -1;
    note.focus();
  }
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.target.tagName !== "TEXTAREA") return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[name=_save]"));
  });
});
