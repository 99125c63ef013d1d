// Sections and menus, tabs, dialogs, and more of a list: what a page shows when somebody presses something.
const of = button => document.getElementById(button.getAttribute("aria-controls"));
for (const button of document.querySelectorAll("button[aria-expanded]")) {
  button.addEventListener("click", () => {
    const panel = of(button);
    panel.hidden = !panel.hidden;
    button.setAttribute("aria-expanded", String(!panel.hidden));
  });
}
for (const list of document.querySelectorAll("[role=tablist]")) {
  const tabs = [...list.querySelectorAll("[role=tab]")];
  const show = chosen => {
    for (const tab of tabs) {
      tab.setAttribute("aria-selected", String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
      of(tab).hidden = tab !== chosen;
    }
  };
  for (const tab of tabs) {
    tab.addEventListener("click", () => show(tab));
    tab.addEventListener("keydown", event => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
      show(next);
      next.focus();
    });
  }
}
for (const dialog of document.querySelectorAll("dialog")) {
  document.querySelector("[aria-haspopup=dialog]").addEventListener("click", () => dialog.showModal());
  for (const button of dialog.querySelectorAll(".shut")) button.addEventListener("click", () => dialog.close());
}
const more = document.getElementById("waste-more");
if (more) {
  more.addEventListener("click", async () => {
    const answer = await fetch("/waste/notices?page=2");
    document.getElementById("waste-notices").insertAdjacentHTML("beforeend", await answer.text());
    more.remove();
  });
}
