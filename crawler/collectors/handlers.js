// Elements with handlers of their own: what they are, and what stands beside them.
handrail.handlers = (() => {
  const { own } = handrail;
  const NATIVE = 'a[href], area[href], button, input, select, textarea, summary, details, option, label, iframe, video, audio, object, embed, dialog, form, [contenteditable=""], [contenteditable=true]';
  const PRESSED = 'button, a[href], input[type=button], input[type=submit], select, [role=button], [role=link]';
  const role = (el) => (own.attribute(el, 'role') || '').trim().split(/\s+/)[0].toLowerCase();
  const start = (el) => Node.prototype.cloneNode.call(el, false).outerHTML.slice(0, 1000);
  const within = (el, css) => Element.prototype.querySelectorAll.call(el, css).length;

  function place(el) {
    if (own.type(el) !== 1 || el === own.body(document) || el === own.root(document) || own.name(el) === 'form' || !(el instanceof HTMLElement)) return null;
    // A box to tick may be drawn by its label.
    if (![el, ...(el.labels || [])].some((at) => own.drawn(at, { visibilityProperty: true, opacityProperty: true }))) return null;
    const box = el.getBoundingClientRect();
    const around = own.parentElement(el);
    const inner = around && around !== own.body(document) && own.name(around) !== 'main' ? around : el;
    return {
      tag: own.name(el), written: written(el), kind: (own.attribute(el, 'type') || '').toLowerCase(), role: role(el), native: el.matches(NATIVE), presses: el.matches(PRESSED),
      tab: el.hasAttribute('tabindex') ? el.tabIndex : null, pointer: getComputedStyle(el).cursor === 'pointer', purpose: own.attribute(el, 'autocomplete') || '',
      large: box.width * box.height > innerWidth * innerHeight * 0.3, buttons: within(inner, PRESSED) - (inner !== el && el.matches(PRESSED) ? 1 : 0),
      holds: within(el, `${PRESSED}, input, textarea, [tabindex]`), name: handrail.interaction.named(el), fixed: own.name(el) === 'input' && el.readOnly && /^(text|date|time|)$/.test(el.type), told: el.matches('input, select, textarea') && handrail.interaction.tells(el), text: (el.innerText || own.attribute(el, 'aria-label') || '').replace(/\s+/g, ' ').trim().slice(0, 200),
      width: Math.round(box.width), height: Math.round(box.height), off: el.matches(':disabled, [aria-disabled=true], [inert], [inert] *, [aria-hidden=true], [aria-hidden=true] *'),
      selector: handrail.selector(el), html: start(el), part: handrail.partOf(el),
    };
  }

  // What attributes of Alpine, Vue, Svelte and Angular say that a listener is for: the listener itself is the library's.
  const OF_MARKUP = /^(?:@|x-on:|v-on:|on:|ng-|\()(change|input|focus|focusin|click)\b/;
  const written = (el) => [...own.attributes(el)].flatMap(({ name, value }) => {
    const event = OF_MARKUP.exec(name);
    return event && value.trim() ? [{ event: event[1], source: value.slice(0, 1000) }] : [];
  });

  // Places of elements, and of those that a library listens to from above: as numbers among all of the page.
  function places(elements, all, listed) {
    const every = own.all('*');
    const above = all === every.length ? listed.map((at) => every[at]) : [];
    return [elements.map(place), above.map((el) => [elements.indexOf(el), elements.includes(el) ? null : place(el)])];
  }

  return { places };
})();
