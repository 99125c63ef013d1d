"use strict";
/* What happens while a page is open. Without it every page says the same when it is loaded again. */
(function () {
  const watched = document.querySelector("[data-events]");
  const said = document.getElementById("recheck-said");
  if (watched && said && window.EventSource) {
    const source = new EventSource(watched.dataset.events);
    const say = (text) => {
      if (text && said.textContent !== text) said.textContent = text;
    };
    source.addEventListener("progress", (event) => {
      const told = JSON.parse(event.data);
      say(told.said);
      document.getElementById("recheck-bar").value = told.done;
    });
    source.addEventListener("over", (event) => {
      source.close();
      say(JSON.parse(event.data).said);
      if (!window.htmx) return location.reload();
      const inside = watched.contains(document.activeElement);
      const how = { target: "#recheck", select: "#recheck", swap: "outerHTML" };
      htmx.ajax("GET", location.pathname, how).then(() => {
        // What had the focus is gone: nobody is to begin at the top of the page again.
        if (inside) document.getElementById("recheck-result").focus();
      });
    });
    source.addEventListener("signed-out", () => {
      source.close();
      location.reload();
    });
  }
  // What could not be put into the page is shown as a page.
  for (const name of ["htmx:responseError", "htmx:sendError"]) {
    document.addEventListener(name, (event) => location.assign(event.detail.pathInfo.finalRequestPath));
  }
})();
