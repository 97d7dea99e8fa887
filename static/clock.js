// Progressive enhancement only: the server has already written every day count, by the same rule. On a page about
// the present (no data-asof) an open tab is kept right past midnight in the clock's own zone.
addEventListener("DOMContentLoaded", () => {
  const filters = document.querySelector(".filters");
  if (filters && matchMedia("(max-width: 60rem)").matches && !location.search) filters.open = false;
  if (document.documentElement.dataset.asof) return;
  const today = (zone) => new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(new Date());
  const update = () => {
    for (const count of document.querySelectorAll("[data-due]")) {
      const days = Math.round((Date.parse(count.dataset.due) - Date.parse(today(count.dataset.zone))) / 864e5);
      if (String(days) === count.dataset.days) continue;
      location.reload();
      return;
    }
  };
  if (document.querySelector("[data-due]")) setInterval(update, 60000);
});
