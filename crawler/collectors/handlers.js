// Elements with handlers of their own: what they are, and what stands beside them.
handrail.handlers = (() => {
  const { own } = handrail;
  const NATIVE = 'a[href], area[href], button, input, select, textarea, summary, details, option, label, iframe, video, audio, object, embed, dialog, form, [contenteditable=""], [contenteditable=true]';
  const PRESSED = 'button, a[href], input[type=button], input[type=submit], select, [role=button], [role=link]';
  const role = (el) => (own.attribute(el, 'role') || '').trim().split(/\s+/)[0].toLowerCase();
  const start = (el) => Node.prototype.cloneNode.call(el, false).outerHTML.slice(0, 1000);
  const is = (el, css) => Element.prototype.matches.call(el, css);
  const all = (root, css) => [...(root === document ? own.all(css) : DocumentFragment.prototype.querySelectorAll.call(root, css))];
  const count = (el, css) => Element.prototype.querySelectorAll.call(el, css).length;

  const drawn = (at) => own.drawn(at, { visibilityProperty: true, opacityProperty: true });
  const words = (text, most = 200) => (text || '').replace(/\s+/g, ' ').trim().slice(0, most);

  // A form answers to the names of its fields. It is told at the button that sends it.
  function sent(form) {
    const shown = [form, ...Element.prototype.querySelectorAll.call(form, '*')].some(drawn);
    const button = [...Element.prototype.querySelectorAll.call(form, 'button, input')].find((at) => /^(submit|image)$/.test(at.type) && (drawn(at) || !shown));
    const at = button || form;
    return {
      form: true, shut: !shown, tag: 'form', written: [], name: button ? handrail.interaction.named(button) : '', role: '', text: '', holder: handrail.selector(form),
      selector: handrail.selector(at), html: start(at), part: handrail.partOf(at),
    };
  }

  // A chart, by one of its shapes: a bar or a slice of a drawing, a drawing or a canvas as a whole, one of several empty
  // boxes beside each other. What stands in it or with it and says the same is told.
  const SHAPES = 'rect, circle, path, polygon, polyline, ellipse, line, g';
  const AROUND = 'figure, section, article, [role=region], [role=figure], main';
  const FOCUS = 'a[href], [tabindex]:not([tabindex^="-"]), button, input, select';
  const REACH = 16, WIDE = 80, HIGH = 50, MOST_SHAPES = 80;
  const numbers = (text) => (text || '').match(/\d+(?:[.,\u00a0\u202f ]\d+)*/g) || [];
  const plain = (text) => text.replace(/[,\s\u00a0\u202f]/g, '');
  const charts = new WeakMap();
  function drawing(el) {
    if (el instanceof SVGElement) {
      let svg = own.closest(el, 'svg');
      while (svg && up(svg) && own.closest(up(svg), 'svg')) svg = own.closest(up(svg), 'svg');
      return svg;
    }
    if (own.name(el) === 'canvas') return el;
    const row = own.parentElement(el);
    const twins = row ? [...own.elements(row)].filter((one) => own.name(one) === own.name(el) && own.attribute(one, 'class') === own.attribute(el, 'class')) : [];
    const empty = (one) => !own.text(one).trim() && !count(one, 'img, svg, canvas, a, button, input') && one.getBoundingClientRect().height > 2 && !/^(rgba\(0, 0, 0, 0\)|transparent)$/.test(getComputedStyle(one).backgroundColor);
    return twins.length > 2 && own.attribute(el, 'class') && twins.every(empty) ? row : null;
  }
  function chart(el) {
    const root = drawing(el);
    if (!root) return null;
    if (!charts.has(root)) {
      const { width, height } = root.getBoundingClientRect();
      const around = own.closest(root, AROUND) || own.parentElement(root) || root;
      const controls = [...Element.prototype.querySelectorAll.call(around, 'a, button, summary')].slice(0, 60).some((one) => /\b(tables?|tableau|data|donn[ée]es|csv|text version|version texte)\b/i.test(own.text(one)));
      const named = [root, ...(own.attribute(root, 'aria-describedby') || '').split(/\s+/).filter(Boolean).map((id) => document.getElementById(id)).filter(Boolean)]
        .map((one) => `${own.attribute(one, 'aria-label') || ''} ${one === root ? [...one.querySelectorAll(':scope > title, :scope > desc')].map((inner) => own.text(inner)).join(' ') : own.text(one)}`).join(' ');
      const texts = [...root.querySelectorAll('text')].slice(0, 200).filter((one) => numbers(own.text(one)).some((number) => !/^(19|20)\d\d$/.test(number))).map((one) => one.getBoundingClientRect());
      charts.set(root, {
        root: handrail.selector(root), part: handrail.partOf(root), html: start(root), drawn: drawn(root) && width >= WIDE && height >= HIGH, whole: own.name(root) === 'canvas',
        reached: count(root, FOCUS) > 0 || root.matches(`${FOCUS}, [aria-hidden=true], [aria-hidden=true] *, a[href] *, button *`), table: count(around, 'table, [role=table], [role=grid], dl') > 0 || controls,
        name: words(own.attribute(root, 'aria-label') || (root.querySelector(':scope > title') ? own.text(root.querySelector(':scope > title')) : ''), 80), numbers: numbers(named).length, texts, said: plain(around.innerText || ''), around,
      });
    }
    const { texts, said, around, ...told } = charts.get(root);
    const all = el === root && !told.whole ? [...root.querySelectorAll(SHAPES)].slice(0, MOST_SHAPES) : [el];
    const shapes = all.filter((one) => el !== root || [...own.attributes(one)].some(({ name }) => name.startsWith('data-')));
    const labelled = (one) => {
      const box = one.getBoundingClientRect();
      const values = [...own.attributes(one)].filter(({ name, value }) => name.startsWith('data-') && numbers(value).length).map(({ value }) => numbers(value).map(plain)).flat();
      return one.querySelector(':scope > title, :scope > desc') || own.attribute(one, 'aria-label')
        || values.length && values.every((value) => said.includes(value))
        || texts.some((text) => text.left < box.right + REACH && text.right > box.left - REACH && text.top < box.bottom + REACH && text.bottom > box.top - REACH && (text.left + text.right) / 2 > box.left - REACH / 2);
    };
    return { ...told, shapes: shapes.length || all.length, labelled: told.whole ? 0 : (shapes.length ? shapes : all).filter(labelled).length };
  }

  function place(el) {
    if (own.type(el) === 1 && own.name(el) === 'form') return sent(el);
    if (el instanceof SVGElement) {
      const told = chart(el);
      return told && { form: false, shut: false, tag: own.name(el), written: [], name: '', role: role(el), text: '', selector: handrail.selector(el), html: start(el), part: told.part, chart: told };
    }
    if (own.type(el) !== 1 || el === own.body(document) || el === own.root(document) || !(el instanceof HTMLElement)) return null;
    // A box to tick may be drawn by its label.
    const shut = ![el, ...(el.labels || [])].some(drawn);
    const box = el.getBoundingClientRect();
    const around = own.parentElement(el);
    const inner = around && around !== own.body(document) && own.name(around) !== 'main' ? around : el;
    // Straight in the page, it shares its buttons with what stands right before and after it.
    const near = inner === el ? [el.previousElementSibling, el.nextElementSibling].filter(Boolean) : [];
    const beside = near.reduce((sum, at) => sum + count(at, 'button, [role=button]') + Number(is(at, 'button, [role=button]')), 0);
    return {
      form: false, shut, tag: own.name(el), chart: chart(el), written: written(el), kind: (own.attribute(el, 'type') || '').toLowerCase(), role: role(el), native: el.matches(NATIVE), presses: el.matches(PRESSED),
      tab: el.hasAttribute('tabindex') ? el.tabIndex : null, pointer: getComputedStyle(el).cursor === 'pointer', purpose: own.attribute(el, 'autocomplete') || '',
      large: box.width * box.height > innerWidth * innerHeight * 0.3, buttons: beside + count(inner, PRESSED) - (inner !== el && el.matches(PRESSED) ? 1 : 0),
      holds: count(el, `${PRESSED}, input, textarea, [tabindex]`), name: handrail.interaction.named(el), fixed: own.name(el) === 'input' && el.readOnly && /^(text|date|time|)$/.test(el.type), told: el.matches('input, select, textarea') && handrail.interaction.tells(el), text: (el.innerText || own.attribute(el, 'aria-label') || '').replace(/\s+/g, ' ').trim().slice(0, 200),
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

  const LIVE = '[aria-live=polite], [aria-live=assertive], [role=status], [role=alert], [role=log], [role=timer], [role=progressbar], [role=marquee], [role=alertdialog], output';
  const FLOATING = /(^|[-_ ])(modal|dialog|lightbox|pop-?up|popin|popover|drawer|offcanvas|overlay|menu|dropdown|tooltip)/i;
  const MODAL = /(^|[-_ ])(modal|dialog|lightbox|pop-?up|popin|overlay)/i;
  const QUOTED = /(["'`])([^"'`\n$]{1,80})\1/g;
  const NAMES = /[A-Za-z_][\w-]*/g;
  const up = (el) => own.parentElement(el) || (own.top(el) instanceof ShadowRoot ? own.top(el).host : null);
  const climbs = (el, test) => { for (let at = el; at; at = up(at)) if (test(at)) return true; return false; };

  // What people are told of a place when something is written there, and which of the listening elements it holds.
  function target(el, called, many, holding, referred) {
    const id = own.id(el);
    return {
      called, many, tag: own.name(el), role: role(el), live: climbs(el, (at) => is(at, LIVE)), lives: count(el, LIVE) > 0,
      modal: MODAL.test(`${id} ${own.attribute(el, 'class') || ''}`), fixed: getComputedStyle(el).position === 'fixed', floats: FLOATING.test(`${id} ${own.attribute(el, 'class') || ''}`) || getComputedStyle(el).position === 'fixed', dialog: climbs(el, (at) => is(at, 'dialog, [role=dialog], [role=alertdialog], [aria-modal=true]')), shown: drawn(el), text: words(own.text(el), 120),
      holds: count(el, `${PRESSED}, input, textarea, [tabindex]`), fields: count(el, 'input:not([type=hidden]), select, textarea'), silent: climbs(el, (at) => own.attribute(at, 'aria-hidden') === 'true'),
      described: referred.described.has(id), controlled: referred.controlled.has(id),
      control: climbs(el, (at) => is(at, 'button, a[href], input, select, textarea, option, label, summary, canvas, svg, progress, meter, [role=button], [role=tab], [role=progressbar], [role=slider]')),
      around: (holding.get(el) || []).slice(0, 60), beside: beside(el),
      selector: handrail.selector(el), html: start(el), part: handrail.partOf(el),
    };
  }

  // Whether it stands with one field and no other: what is written there is about that field.
  function beside(el) {
    for (let at = up(el), steps = 0; at && steps < 3; at = up(at), steps += 1) {
      const fields = count(at, 'input:not([type=hidden], [type=submit], [type=button]), select, textarea');
      if (fields) return fields === 1 && count(at, 'button, input[type=submit]') === 0;
    }
    return false;
  }

  // Elements that the page's own scripts name, by their ids or by what they look for.
  function named(sources, hearing) {
    const code = [...own.all('script:not([src])')].map((el) => own.text(el)).join('\n').slice(0, 400_000) + sources;
    const spoken = new Set(code.match(NAMES) || []);
    const found = new Map();
    const roots = new Set([document]);
    for (const el of handrail.elements(document)) {
      if (own.shadow(el)) roots.add(own.shadow(el));
      const id = own.id(el);
      if (id && spoken.has(id) && !found.has(`#${id}`) && found.size < 150 && el !== own.body(document) && !/^(script|style|template|main)$/.test(own.name(el))) found.set(`#${id}`, [el, 1]);
    }
    for (const [, , css] of code.matchAll(QUOTED)) {
      if (found.size >= 200) break;
      if (found.has(css) || !/^[\w#.[\]="' >:()*^$~|+,-]+$/.test(css) || !/[#.[]/.test(css)) continue;
      for (const root of roots) {
        let every = [];
        try { every = all(root, css); } catch { break; }
        every = every.filter((el) => el !== own.body(document) && own.name(el) !== 'main');
        if (every.length) { found.set(css, [every[0], every.length, every]); break; }
      }
    }
    const ids = (names) => new Set([...roots].flatMap((root) => names.flatMap((name) => all(root, `[${name}]`).flatMap((el) => own.attribute(el, name).split(/\s+/)))).filter(Boolean));
    const referred = { described: ids(['aria-describedby', 'aria-errormessage', 'aria-labelledby']), controlled: ids(['aria-controls', 'aria-owns']) };
    const holding = new Map();
    for (const [el, selector, form] of hearing) {
      for (let at = form ? el : up(el); at; at = up(at)) holding.set(at, [...(holding.get(at) || []), selector].slice(0, 200));
    }
    const callings = new Map([...found].filter(([, [, many]]) => many === 1).map(([called, [el]]) => [el, called]));
    return [...found].map(([called, [el, many, every]]) => {
      const told = { ...target(el, called, many, holding, referred), inside: [] };
      for (let at = up(el); at; at = up(at)) if (callings.has(at)) told.inside.push(callings.get(at));
      if (many > 1) told.around = [...new Set(every.slice(0, 40).flatMap((at) => holding.get(at) || []))];
      return told;
    });
  }

  // Fields that may be for a password or a code, each with the listening elements that it stands in.
  function secrets(hearing) {
    const holding = new Map(hearing.map(([el, selector, form]) => [el, form ? own.name(el) === 'form' && handrail.selector(el) : selector]));
    const fields = [...own.all('input')].filter((el) => /^(text|password|tel|number|)$/.test((own.attribute(el, 'type') || '').toLowerCase()) && drawn(el)).slice(0, 60);
    return fields.map((el) => {
      const under = [];
      for (let at = up(el); at; at = up(at)) if (holding.get(at)) under.push(holding.get(at));
      return { ...place(el), under };
    });
  }

  // Places of elements, and of those that a library listens to from above: as numbers among all of the page.
  function places(elements, all, listed, sources) {
    const every = own.all('*');
    const above = all === every.length ? listed.map((at) => every[at]) : [];
    const [told, also] = [elements.map(place), above.map((el) => [elements.indexOf(el), elements.includes(el) ? null : place(el)])];
    const hearing = [...told.map((one, index) => [elements[index], one]), ...also.map(([, one], index) => [above[index], one])]
      .filter(([, one]) => one).map(([el, one]) => [el, one.selector, one.form]);
    return [told, also, sources ? named(sources, hearing) : [], secrets(hearing)];
  }

  return { places };
})();
