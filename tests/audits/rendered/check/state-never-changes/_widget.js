class Widget {
  constructor(button) {
    this.button = button;
    this.panel = document.getElementById(button.getAttribute('data-panel'));
    const widget = this;
    button.addEventListener('click', (event) => { event.preventDefault(); widget.toggle(widget.panel); });
  }

  toggle(panel) {
    panel.hidden = !panel.hidden;
    for (const [name, value] of [['expanded', !panel.hidden]]) this.button.setAttribute(['aria', name].join('-'), value);
  }
}
for (const button of document.querySelectorAll('[data-panel]')) new Widget(button);
function say(button, open) { button.setAttribute(['aria', 'expanded'].join('-'), open); }
