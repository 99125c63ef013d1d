// A card of notice in an open shadow root. With data-good, its picture and its button have names.
customElements.define("lb-notice", class extends HTMLElement {
  connectedCallback() {
    const good = this.hasAttribute("data-good");
    const root = this.attachShadow({ mode: "open" });
    root.innerHTML = `
      <style>div { border: 1px solid #b9c4cd; padding: 1rem; margin: 1rem 0 } button { min-width: 2.5rem; min-height: 2.5rem }</style>
      <div>
        <img id="notice-image" src="/assets/wave.png" width="60" height="6"${good ? ' alt=""' : ""}>
        <p id="notice-text"></p>
        <button id="notice-close" type="button"${good ? ' aria-label="Close this notice"' : ""}><svg width="16" height="16" aria-hidden="true"><path d="M1 1 15 15"></path></svg></button>
      </div>`;
    root.getElementById("notice-text").textContent = this.dataset.text;
  }
});
