// The editors' desk: advice beside the form as it is typed. Without it the same is said after saving.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form[data-advice], #event_form, #statement_form");
  if (!form) return;
  const address = new URL("../".repeat(/\/change\/$/.test(location.pathname) ? 2 : 1) + "advice/", location.href);
  const box = document.createElement("div");
  box.className = "desk-advice";
  box.setAttribute("role", "status");
  form.querySelector("fieldset").before(box);
  const values = (name) => [...form.querySelectorAll(`[name=${name}] option:checked, input[name=${name}], textarea[name=${name}]`)].map((one) => one.value).filter(Boolean);
  const typed = () => {
    const query = new URLSearchParams();
    for (const name of ["date", "speaker", "kind", "stance", "actor", "source_address", "summary"]) query.set(name, values(name)[0] || "");
    query.set("text", [...values("title"), ...values("quotation"), ...values("summary")].join("\n").slice(0, 4000));
    values("treaties").forEach((one) => query.append("treaties", one));
    const entry = location.pathname.match(/\/(\d+)\/change\//);
    if (entry) query.set("entry", entry[1]);
    return query;
  };
  const line = (text, kind) => {
    const paragraph = document.createElement("p");
    paragraph.className = kind || "";
    paragraph.textContent = text;
    box.append(paragraph);
    return paragraph;
  };
  const choose = (name, one) => {
    const select = form.querySelector(`select[name=${name}]`);
    if (!select) return;
    let option = [...select.options].find((other) => other.value === String(one.id));
    if (!option) select.append((option = new Option(one.label, one.id)));
    option.selected = true;
    window.django.jQuery(select).trigger("change");
  };
  const offer = (sentence, label, act) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", act);
    line(sentence).append(" ", button);
  };
  const show = (advice) => {
    box.replaceChildren();
    if (advice.date.fault) line(advice.date.fault, "fault");
    else if (advice.date.words) line(`${advice.words.date} ${advice.date.words}`);
    if (advice.office_fault) line(advice.office_fault, "fault");
    const chosen = values("speaker")[0];
    if (advice.office && chosen && String(advice.office.id) !== chosen) {
      offer(advice.words.office, advice.office.label, () => choose("speaker", advice.office));
    }
    for (const one of advice.treaties) offer(advice.words.treaty, one.label, () => choose("treaties", one));
    if (advice.source) offer(advice.words.source, advice.source.label, () => choose("sources", advice.source));
    for (const one of advice.twins) {
      const link = document.createElement("a");
      link.href = one.address;
      link.textContent = one.label;
      line(advice.words.twin, "fault").append(" ", link);
    }
    if (advice.preview) {
      const preview = document.createElement("div");
      preview.className = "preview";
      // Rendered and cleaned by the server; the page's policy forbids every script that is not a file of ours.
      preview.innerHTML = advice.preview;
      line(advice.words.preview).after(preview);
    }
  };
  // A search for a speaker tells the date of the entry, so that whoever held office then comes first.
  window.django.jQuery.ajaxPrefilter((asked, original) => {
    if ((original.data || {}).field_name === "speaker") asked.data += `&on=${encodeURIComponent(values("date")[0] || "")}`;
  });
  let waiting, last = "";
  const ask = async () => {
    const query = typed().toString();
    if (query === last) return;
    last = query;
    const answer = await fetch(`${address}?${query}`, { headers: { Accept: "application/json" } });
    if (answer.ok && query === last) show(await answer.json());
  };
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 400);
  };
  form.addEventListener("input", soon);
  window.django.jQuery(form).on("change", "select", soon);
  ask();
});
