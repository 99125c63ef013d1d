// A section with one address per view: links change the history, and the content is fetched.
const app = document.getElementById("app");

function anchor(href, text) {
  const link = document.createElement("a");
  link.href = href;
  link.textContent = text;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    history.pushState({}, "", href);
    show();
  });
  return link;
}

async function show() {
  const path = location.pathname;
  const answer = await fetch("/app/data?path=" + encodeURIComponent(path));
  const view = await answer.json();
  app.innerHTML = view.html;
  document.title = view.title + " | City of Larkspur Bay";
  const list = document.createElement("ul");
  for (const [href, text] of view.links) {
    const item = document.createElement("li");
    item.append(anchor(href, text));
    list.append(item);
  }
  app.append(list);
}

window.addEventListener("popstate", show);
show();
