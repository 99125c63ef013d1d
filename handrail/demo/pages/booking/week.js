// The week of a facility, in an open shadow root.
customElements.define("pd-week", class extends HTMLElement {
  connectedCallback() {
    this.attachShadow({ mode: "open" }).innerHTML = `
      <label for="week-day-ok">Day</label> <select id="week-day-ok"><option>Monday</option></select>
      <select id="week-hour"><option>Morning</option></select>`;
  }
});
