// Names, structure and forms as people meet them: links, images, headings, fields, tables, text blocks, media.
// One walk over the flat tree of a document: open shadow roots, and what stands in their slots, in the order of reading.
handrail.structure = (() => {
  const { own } = handrail;
  const SKIP = new Set(['script', 'style', 'noscript', 'template', 'head', 'datalist', 'math', 'object']);
  const INLINE = new Set(['a', 'abbr', 'b', 'bdi', 'bdo', 'cite', 'code', 'em', 'font', 'i', 'kbd', 'mark', 'q', 's', 'samp',
    'small', 'span', 'strong', 'sub', 'sup', 'time', 'u', 'var', 'wbr', 'label']);
  const TEXTUAL = new Set(['text', 'search', 'email', 'tel', 'url', 'number', 'password', 'date', 'datetime-local', 'month',
    'week', 'time', 'file', 'checkbox', 'radio', 'range', 'color']);
  const PRESSED = new Set(['submit', 'button', 'reset', 'image']);
  const WIDGETS = new Set(['button', 'link', 'tab', 'menuitem', 'menuitemcheckbox', 'menuitemradio', 'switch', 'checkbox',
    'radio', 'option', 'treeitem']);
  // Players of films and sound that a page embeds; isilive.ca streams Ontario's councils.
  const HOSTS = ['youtube.com', 'youtube-nocookie.com', 'youtu.be', 'vimeo.com', 'dailymotion.com', 'wistia.com', 'wistia.net',
    'kaltura.com', 'brightcove.net', 'soundcloud.com', 'isilive.ca', 'facebook.com'];
  const WRONG = /(?:^|\s)(?:[\w-]*[-_])?(?:errors?|erreurs?|invalid-feedback|error[-_]?(?:message|msg|text)|validation[-_](?:message|error))(?:$|\s)/i;
  // Pictures that are looked into, pixels of theirs, rules of style sheets that are read, selectors that are asked for.
  const MOST_LOOKED = 40, MOST_PIXELS = 30e6, MOST_RULES = 60000, MOST_ASKED = 400;
  let known;

  const attribute = (el, name) => own.attribute(el, name) || '';
  const clean = (text) => text.replace(/[\s\u200b\u00ad]+/g, ' ').trim();
  const up = (node) => own.parentElement(node) || (own.top(node) instanceof ShadowRoot ? own.top(node).host : null);
  const role = (el) => attribute(el, 'role').trim().split(/\s+/)[0].toLowerCase();
  const kept = (map, key, make) => {
    if (!map.has(key)) map.set(key, make());
    return map.get(key);
  };
  const flat = (el) => {
    const within = own.shadow(el);
    if (within) return own.children(within);
    if (el instanceof HTMLSlotElement) {
      const given = el.assignedNodes({ flatten: true });
      if (given.length) return given;
    }
    return own.children(el);
  };
  const look = (el) => kept(known.styles, el, () => {
    const style = getComputedStyle(el);
    const { display } = style;
    return {
      block: !display.startsWith('inline') && display !== 'contents' && !display.startsWith('ruby'), style: style,
    };
  });
  const bold = (style) => Number(style.fontWeight) >= 600;

  // Cut to a point, or moved off the page: read out, and not seen.
  function tucked(el) {
    const { style } = look(el);
    if (style.opacity === '0' || /^rect\((?:0|1)px/.test(style.clip) || /inset\((?:50|100)%/.test(style.clipPath)) return true;
    const box = el.getBoundingClientRect();
    if (style.overflow !== 'visible' && (box.width <= 1 || box.height <= 1)) return true;
    return box.right + scrollX < 0 || box.bottom + scrollY < 0 || style.fontSize === '0px' || parseFloat(style.textIndent) < -500;
  }
  const shown = (el) => kept(known.shown, el, () => {
    if (!handrail.visible(el)) return false;
    for (let node = el, steps = 0; node && steps < 4; node = up(node), steps += 1) if (tucked(node)) return false;
    return true;
  });

  // What an element says: to those who listen (alternatives and labels included), or to those who look.
  function words(start, { all = false, looked = false, without = null, most = 1000 } = {}) {
    let out = '';
    // Indentation of the markup is none of the words, and takes nothing of their number.
    const add = (text) => {
      const folded = text.replace(/\s+/g, ' ');
      out += !out || out.endsWith(' ') ? folded.trimStart() : folded;
    };
    const stack = [start];
    for (let steps = 0; stack.length && steps < 3000 && out.length < most; steps += 1) {
      const node = stack.pop();
      if (typeof node === 'string') { add(node); continue; }
      const type = own.type(node);
      if (type === 3) {
        if (!looked || shown(own.parentElement(node) || start)) add(node.data);
        continue;
      }
      if (type !== 1 || node === without) continue;
      const name = own.name(node);
      if (SKIP.has(name) || name === 'select' || name === 'textarea') continue;
      if (name === 'br') { add(' '); continue; }
      if (node !== start && !all) {
        if (!handrail.visible(node) || (!looked && attribute(node, 'aria-hidden') === 'true')) continue;
        const label = looked ? '' : attribute(node, 'aria-label');
        if (label.trim()) { add(` ${label} `); continue; }
      }
      if (name === 'img') { if (!looked) add(` ${attribute(node, 'alt')} `); continue; }
      if (name === 'input') { if (looked && PRESSED.has(node.type)) add(` ${node.value} `); continue; }
      if (name === 'svg') {
        const title = looked ? null : node.querySelector('title');
        if (title) add(` ${own.text(title)} `);
        continue;
      }
      const children = flat(node);
      if (!INLINE.has(name)) { add(' '); stack.push(' '); }
      for (let index = children.length - 1; index >= 0; index -= 1) stack.push(children[index]);
    }
    return clean(out).slice(0, most);
  }

  const referred = (el, name) => attribute(el, name).split(/\s+/).filter(Boolean)
    .map((id) => own.first(own.top(el), '#' + CSS.escape(id))).filter(Boolean);
  const told = (el, name) => clean(referred(el, name).map((target) => words(target, { all: true })).join(' '));

  function nameOf(el) {
    const given = told(el, 'aria-labelledby') || clean(attribute(el, 'aria-label'));
    if (given) return given;
    const tag = own.name(el);
    if (tag === 'img' || tag === 'area') return clean(attribute(el, 'alt') || attribute(el, 'title'));
    if (tag === 'input') {
      if (el.type === 'image') return clean(attribute(el, 'alt') || attribute(el, 'title'));
      if (PRESSED.has(el.type)) return clean(el.value || attribute(el, 'title'));
    }
    return words(el) || clean(attribute(el, 'title'));
  }

  // A selector by the nearest id that is unique in its tree: one look at each parent, however many children it has.
  function local(el) {
    const root = own.top(el);
    const ids = kept(known.ids, root, () => {
      const counts = new Map();
      for (const other of root === document ? own.all('[id]') : root.querySelectorAll('[id]')) {
        counts.set(own.id(other), (counts.get(own.id(other)) || 0) + 1);
      }
      return counts;
    });
    const steps = [];
    let lead = '';
    for (let node = el; node; node = own.parentElement(node)) {
      if (known.paths.has(node)) { lead = known.paths.get(node); break; }
      const id = own.id(node);
      if (handrail.lasting(id) && ids.get(id) === 1) { lead = '#' + CSS.escape(id); known.paths.set(node, lead); break; }
      const tag = CSS.escape(own.name(node));
      if (node === own.root(document) || node === own.body(document)) { lead = tag; known.paths.set(node, lead); break; }
      steps.unshift([node, step(node, tag)]);
    }
    for (const [node, text] of steps) {
      lead = lead ? `${lead} > ${text}` : text;
      known.paths.set(node, lead);
    }
    return lead;
  }

  function step(node, tag) {
    const parent = own.parent(node);
    if (!parent) return tag;
    const places = kept(known.places, parent, () => {
      const counts = new Map();
      const found = new Map();
      for (const child of own.children(parent)) {
        if (own.type(child) !== 1) continue;
        const count = (counts.get(own.name(child)) || 0) + 1;
        counts.set(own.name(child), count);
        found.set(child, count);
      }
      return { counts: counts, found: found };
    });
    return places.counts.get(own.name(node)) > 1 ? `${tag}:nth-of-type(${places.found.get(node)})` : tag;
  }

  function selector(el) {
    const steps = [local(el)];
    for (let root = own.top(el); root instanceof ShadowRoot; root = own.top(root.host)) steps.unshift(local(root.host));
    return steps.join(' >>> ');
  }

  function partOf(el) {
    const passed = [];
    let part = null;
    for (let node = el; node && !part; node = up(node)) {
      part = known.parts.get(node) || (handrail.landmark(node) ? handrail.partOf(node) : null);
      if (!part) passed.push(node);
    }
    part = part || { key: 'content', name: 'Page content' };
    for (const node of passed) known.parts.set(node, part);
    known.parts.set(el, part);
    return part;
  }

  function start(el) {
    let out = '<' + own.name(el);
    for (const { name, value } of own.attributes(el)) {
      if (name === 'style' || name === 'value' || name.startsWith('on') || /[\s"'<>\/=]/.test(name)) continue;
      out += ` ${name}="${value.slice(0, 500).replace(/"/g, '&quot;')}"`;
    }
    return (out + '>').slice(0, 1000);
  }

  const place = (el) => ({ selector: selector(el), html: start(el), part: partOf(el) });

  // The blocks that stand around a link, a list entry's own entry included: WCAG's programmatically determined context.
  // Apart: a box that holds other blocks, or a paragraph of its own, is the first around it, and no words stand beside it there.
  function around(el) {
    const said = [];
    let sentence = false, apart = false, units = 0;
    for (let node = up(el), steps = 0; node && steps < 12; node = up(node), steps += 1) {
      const name = own.name(node);
      const kind = role(node);
      if (node === own.body(document) || name === 'table' || name === 'main') break;
      const unit = ['p', 'li', 'td', 'th', 'dd', 'dt', 'figcaption', 'label'].includes(name) || ['listitem', 'cell', 'gridcell'].includes(kind);
      if (unit || (!sentence && look(node).block)) {
        const beside = words(node, { without: el, most: 400 });
        if (!sentence && (!unit || (name === 'p' && !beside))) apart = !beside || [...own.children(node)].every((child) => (own.type(child) === 3 ? !child.data.trim() : own.type(child) !== 1 || child.contains(el) || look(child).block || own.name(child) === 'a'));
        if (unit && beside) units += 1;
        said.push(beside);
        sentence = true;
      }
      if (name === 'td' || kind === 'gridcell' || kind === 'cell') said.push(heads(node));
      if (name === 'dd' && node.previousElementSibling) said.push(words(node.previousElementSibling, { most: 200 }));
    }
    return { text: [...new Set(said.filter(Boolean))].join(' ').slice(0, 600), apart: apart && !units };
  }

  const headCell = (cell) => own.name(cell) === 'th' || /^(column|row)header$/.test(role(cell));
  function heads(cell) {
    const row = cell.parentElement;
    const table = own.closest(cell, 'table, [role=table], [role=grid]');
    if (!row || !table) return '';
    const index = [...row.children].indexOf(cell);
    const first = table.querySelector('tr, [role=row]');
    const top = first && first !== row ? first.children[index] : null;
    return [...row.children].filter((other) => other !== cell && headCell(other)).concat(top && headCell(top) ? [top] : [])
      .map((other) => words(other, { most: 100 })).join(' ');
  }

  const fileName = (address) => {
    if (/^data:/i.test(address)) return '';
    try { return decodeURIComponent(new URL(address, document.baseURI).pathname.split('/').pop()).slice(0, 200); } catch { return ''; }
  };

  // Whether it says itself where more is told of it.
  const described = (el) => Boolean(told(el, 'aria-describedby') || referred(el, 'aria-details').length || attribute(el, 'longdesc'));

  // The places of a picture that lead on, each with its name; what no picture uses is nowhere.
  function areas(el, muted) {
    const name = attribute(el, 'name') || own.id(el);
    const picture = name && [...own.all('img[usemap]')].find((one) => attribute(one, 'usemap').replace(/^#/, '') === name && handrail.visible(one));
    return picture ? within(el, 'area[href]').map((area) => ({ name: nameOf(area), muted: muted, ...place(area) })) : [];
  }

  function image(el, kind, muted) {
    const box = el.getBoundingClientRect();
    const figure = own.closest(el, 'figure');
    const linked = own.closest(el, 'a[href], button');
    // In an entry, a cell or a paragraph, axe-core compares the two.
    const caption = figure && !own.closest(figure, 'li, p, td, th, a[href], button') && figure.querySelector('figcaption');
    return {
      kind: kind, alt: own.attribute(el, 'alt'), title: linked ? '' : clean(attribute(el, 'title')), name: nameOf(el), described: described(el), file: fileName(el.currentSrc || el.src || attribute(el, 'src')),
      width: Math.round(box.width), height: Math.round(box.height),
      caption: caption ? words(caption, { most: 400 }) : '',
      form: kind === 'button' && el.form ? kept(known.forms, el.form, () => known.forms.size) : -1,
      muted: muted, shown: handrail.visible(el), letters: kind === 'img' || kind === 'button' ? lettered(el) : 0, leads: linked ? leads(linked) : '', ...place(el),
    };
  }

  // So many pictures are looked into, and so many pixels of theirs. No clock: the same page says the same every time.
  function lettered(el) {
    const pixels = (el.naturalWidth || 0) * (el.naturalHeight || 0);
    if (known.looked >= MOST_LOOKED || known.pixels + pixels > MOST_PIXELS || !handrail.visible(el)) return 0;
    known.looked += 1;
    known.pixels += pixels;
    return handrail.looks.letters(el);
  }

  // Where what a picture stands in leads: to the first page, to another site, or on.
  function leads(el) {
    const address = el.href?.baseVal || el.href;
    if (!address) return 'on';
    try {
      const url = new URL(address, document.baseURI);
      if (url.host !== location.host) return 'away';
      return /^\/(?:(?:en|fr|index|home|default|accueil)[\w.]*\/?)?$/i.test(url.pathname) ? 'home' : 'on';
    } catch { return 'on'; }
  }

  const isField = (el) => {
    const name = own.name(el);
    return name === 'select' || name === 'textarea' || (name === 'input' && TEXTUAL.has(el.type));
  };
  // A form answers to the names of its fields: <input name="querySelectorAll">.
  const within = (el, css) => [...Element.prototype.querySelectorAll.call(el, css)];
  const fieldsIn = (el) => within(el, 'input, select, textarea').filter((one) => isField(one) && handrail.visible(one));

  // A conversation, or what else scrolls for itself, is no label of what is typed below it.
  const scrolls = (el) => /auto|scroll/.test(look(el).style.overflowY) || role(el) === 'log';

  // The text that people see beside a field which no label names: in the same box, row or column, and nobody else's.
  function near(el) {
    const cell = own.closest(el, 'td');
    if (cell) {
      const table = own.closest(cell, 'table');
      const first = table && table.rows[0];
      const top = first && first !== cell.parentElement ? first.cells[cell.cellIndex] : null;
      const text = top ? words(top, { looked: true, most: 120 }) : '';
      if (text) return text;
    }
    const blank = (node) => (own.type(node) === 1 ? own.name(node) === 'br' : own.type(node) !== 3 || !node.data.trim());
    let before = el.previousSibling;
    while (before && blank(before)) before = before.previousSibling;
    if (before && own.type(before) === 3) return clean(before.data).slice(0, 120);
    if (before && own.type(before) === 1 && !scrolls(before) && !isField(before) && own.name(before) !== 'button' && !within(before, 'input, select, textarea, button').length) {
      const text = before.htmlFor && before.htmlFor !== own.id(el) ? '' : words(before, { looked: true, most: 120 });
      if (/\p{L}{2}/u.test(text)) return text;
    }
    for (let node = up(el), steps = 0; node && steps < 5; node = up(node), steps += 1) {
      const name = own.name(node);
      if (node === own.body(document) || name === 'main' || fieldsIn(node).length > 1) break;
      const text = clean([...own.children(node)].map((child) => {
        if (own.type(child) === 3) return child.data;
        if (own.type(child) !== 1 || scrolls(child) || own.name(child) === 'button' || own.name(child) === 'input' || role(child) === 'button') return '';
        return words(child, { looked: true, most: 120 });
      }).join(' '));
      const button = within(node, 'button, [role=button], input[type=submit], input[type=button]')
        .map((other) => words(other, { looked: true, most: 60 })).join(' ').trim();
      const rest = button ? clean(text.replace(button, '')) : text;
      if (/\p{L}{2}/u.test(rest)) return rest.slice(0, 120);
      if (name === 'form') break;
    }
    return '';
  }

  const after = (el) => ['::before', '::after'].map((pseudo) => getComputedStyle(el, pseudo).content)
    .filter((content) => content && content !== 'none' && content !== 'normal').join(' ').replace(/["']/g, '');

  // Whether a field is shown as wrongly filled in: red is then the colour of that.
  function isWrong(el) {
    for (let node = el, steps = 0; node && steps < 5 && own.name(node) !== 'form' && node !== own.body(document); node = up(node), steps += 1) {
      if (attribute(node, 'aria-invalid') === 'true' || /(?:^|[\s_-])(?:errors?|erreurs?|invalid)(?:[\s_-]|$)/i.test(attribute(node, 'class'))) return true;
    }
    return false;
  }

  const MANY_OPTIONS = 60;
  const channels = (colour) => (/^rgba?\(/.test(colour) ? colour.match(/[\d.]+/g).map(Number) : null);
  const light = (rgb) => rgb.slice(0, 3).map((one) => one / 255).map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
    .reduce((sum, one, index) => sum + one * [0.2126, 0.7152, 0.0722][index], 0);

  // The contrast of a hint in an empty field, where its ground is a plain colour of its own; 0 for what cannot be told or is not shown.
  function hint(el) {
    if (!clean(attribute(el, 'placeholder')) || el.value) return 0;
    const style = getComputedStyle(el, '::placeholder');
    const ink = channels(style.color);
    const shade = (ink?.[3] ?? 1) * Number(style.opacity);
    if (!ink || shade < 0.2 || style.visibility !== 'visible') return 0;
    const ground = channels(look(el).style.backgroundColor);
    if (!ground || (ground[3] ?? 1) < 1) return 0;
    for (let node = el; node; node = up(node)) {
      const seen = look(node).style;
      if (Number(seen.opacity) < 1 || seen.filter !== 'none' || seen.mixBlendMode !== 'normal' || (node === el && seen.backgroundImage !== 'none')) return 0;
    }
    const [high, low] = [light(ink.slice(0, 3).map((one, index) => one * shade + ground[index] * (1 - shade))), light(ground)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  }

  const over = (ink, ground) => ink.slice(0, 3).map((one, index) => one * (ink[3] ?? 1) + ground[index] * (1 - (ink[3] ?? 1)));
  const contrast = (one, other) => {
    const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };

  // The plain colour that something stands on; null for pictures and what is seen through.
  function ground(el) {
    let found = null;
    for (let node = el; node; node = up(node)) {
      const seen = look(node).style;
      if (Number(seen.opacity) < 1 || seen.filter !== 'none' || seen.mixBlendMode !== 'normal' || seen.position === 'fixed') return null;
      if (found) continue;
      if (seen.backgroundImage !== 'none') return null;
      const colour = channels(seen.backgroundColor);
      if (!colour) return null;
      if ((colour[3] ?? 1) === 1) found = colour;
      else if (colour[3] > 0 || seen.position === 'absolute') return null;
    }
    return found || [255, 255, 255];
  }

  // How well the edge of an empty text field stands out from what is around it: by its line, its own ground or its shadow; 0 = cannot be told.
  function edge(el) {
    if (!(own.name(el) === 'textarea' || (own.name(el) === 'input' && /^(text|search|email|tel|url|number|password)$/.test(el.type))) || !handrail.visible(el)) return 0;
    const style = getComputedStyle(el);
    const parent = up(el);
    const around = parent && ground(parent);
    const inner = channels(style.backgroundColor);
    if (!around || !inner || style.backgroundImage !== 'none' || style.boxShadow !== 'none' || Number(style.opacity) < 1 || style.outlineStyle !== 'none') return 0;
    let best = contrast(over(inner, around), around);
    for (const side of ['Top', 'Right', 'Bottom', 'Left']) {
      if (parseFloat(style[`border${side}Width`]) === 0 || /none|hidden/.test(style[`border${side}Style`])) continue;
      const line = channels(style[`border${side}Color`]);
      if (!line) return 0;
      best = Math.max(best, contrast(over(line, around), around), contrast(over(line, around), over(inner, around)));
    }
    // A box around it may draw the edge in its place.
    for (let node = parent, steps = 0; node && steps < 3; node = up(node), steps += 1) {
      const seen = look(node).style;
      if (seen.boxShadow !== 'none' || (seen.borderStyle !== 'none' && parseFloat(seen.borderBottomWidth) > 0 && node.offsetHeight < el.offsetHeight * 2)) return 0;
    }
    return best;
  }

  // What stands in the box that a field has to itself, up to the group or the form it belongs to.
  function beside(el) {
    let said = '';
    for (let node = up(el), steps = 0; node && steps < 4 && !/^(form|main|body|td)$/.test(own.name(node)); node = up(node), steps += 1) {
      if (fieldsIn(node).length > 1) break;
      said = words(node, { looked: true, most: 300 });
    }
    return said;
  }

  // The box that holds a choice and its like, and nothing else to fill in; and the words that stand before the first of them.
  function choiceBox(el) {
    if (!/^(checkbox|radio)$/.test(el.type)) return { box: -1, lead: '' };
    let box = null;
    for (let node = up(el), steps = 0; node && steps < 6 && node !== own.body(document) && !/^(main|form)$/.test(own.name(node)); node = up(node), steps += 1) {
      const fields = fieldsIn(node);
      if (fields.some((one) => one.type !== el.type)) break;
      if (fields.length > 1) { box = node; break; }
    }
    if (!box) return { box: -1, lead: '' };
    const first = fieldsIn(box)[0];
    const lead = kept(known.leads, box, () => {
      let said = '';
      for (const node of own.children(box)) {
        if (node === first || (own.type(node) === 1 && (node.contains(first) || own.name(node) === 'label'))) break;
        said += own.type(node) === 3 ? node.data : own.type(node) === 1 && !SKIP.has(own.name(node)) ? ` ${words(node, { looked: true, most: 200 })} ` : '';
      }
      for (let node = box, steps = 0; !clean(said) && node && steps < 3 && !/^(main|form|body)$/.test(own.name(node)); node = up(node), steps += 1) {
        let before = node.previousElementSibling;
        while (before && own.name(before) === 'br') before = before.previousElementSibling;
        if (!before) continue;
        if (!isField(before) && !within(before, 'input, select, textarea, button').length) said = words(before, { looked: true, most: 200 });
        break;
      }
      return clean(said).slice(0, 200);
    });
    return { box: kept(known.boxes, box, () => known.boxes.size), lead: lead };
  }

  // The words right before a choice; those of another field or of a button are not its own.
  function ahead(el) {
    if (!/^(checkbox|radio)$/.test(el.type)) return '';
    const walker = Document.prototype.createTreeWalker.call(document, own.top(el), NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    walker.currentNode = el;
    for (let node = walker.previousNode(), steps = 0; node && steps < 80; node = walker.previousNode(), steps += 1) {
      if (own.type(node) === 1) {
        if (isField(node) || own.name(node) === 'button') return '';
        continue;
      }
      const holder = own.parentElement(node);
      if (!node.data.trim() || !holder || SKIP.has(own.name(holder)) || !handrail.visible(holder)) continue;
      const label = own.closest(holder, 'label');
      if (label && [...(el.labels || [])].includes(label)) continue;
      return label?.control || own.closest(holder, 'button, a[href], [contenteditable]') ? '' : clean(node.data).slice(0, 200);
    }
    return '';
  }

  // Fields of a form's later steps: hidden until somebody goes on.
  function later(most) {
    const found = [];
    const alone = [...own.all('input, textarea')].filter((one) => !own.closest(one, 'form, dialog, [role=dialog], nav, [role=search]')); // steps of a page without a form
    for (const form of [...own.all('form'), null]) {
      for (const el of (form ? within(form, 'input, textarea') : alone).filter((one) => isField(one) && !handrail.visible(one) && one.type !== 'hidden')) {
        let box = el;
        for (let at = el; at && !handrail.visible(at); at = up(at)) { box = at; if (at === form) break; }
        const head = Element.prototype.querySelector.call(box, 'h1, h2, h3, h4, legend');
        const label = clean([...(el.labels || [])].map((one) => own.text(one)).join(' ')) || clean(attribute(el, 'aria-label'));
        if (found.length < most) found.push({ kind: own.name(el) === 'input' ? el.type : 'textarea', label: label, group: head ? clean(own.text(head)) : '', filled: Boolean(el.value) && !/^(?:checkbox|radio)$/.test(el.type), form: form ? kept(known.forms, form, () => known.forms.size) : -1, autocomplete: attribute(el, 'autocomplete'), ...place(el) });
      }
    }
    return found;
  }

  // What the form will take, by its own attributes.
  function takes(el) {
    const least = el.minLength > 0 ? el.minLength : 0;
    const mask = ['data-inputmask', 'data-mask', 'data-input-mask', 'data-cleave', 'data-imask', 'data-inputmask-mask'].map((name) => attribute(el, name)).find(Boolean) || '';
    return { mask: mask.slice(0, 100), pattern: attribute(el, 'pattern').slice(0, 200), least: least, most: el.maxLength > 0 ? el.maxLength : 0, accept: attribute(el, 'accept'), filled: Boolean(el.value) && own.name(el) === 'input', popup: Boolean(own.attribute(el, 'aria-haspopup') || own.attribute(el, 'list')) };
  }

  // Whether a field is one of many in the rows of a table. One that only arranges a form, or the page, is no table.
  function isOfTable(el) {
    for (let table = own.closest(el, 'table'); table; table = own.parentElement(table) && own.closest(own.parentElement(table), 'table')) {
      if (/^(presentation|none)$/.test(attribute(table, 'role') || '') || table.querySelector('form, h1, h2, table')) continue;
      const fields = (row) => row.querySelectorAll('input:not([type=hidden]), select, textarea').length;
      if (table.querySelector('th') || [...table.rows].some((row) => fields(row) > 1)) return true;
    }
    return false;
  }

  function field(el) {
    const labels = [...(el.labels || []), ...referred(el, 'aria-labelledby')];
    const group = own.closest(el, 'fieldset, [role=group], [role=radiogroup]');
    const legend = group && own.name(group) === 'fieldset'
      && [...own.children(group)].find((child) => own.type(child) === 1 && own.name(child) === 'legend');
    const form = el.form || own.closest(el, '[role=form], [role=search]');
    const seen = labels.filter(shown);
    const visible = seen.map((label) => words(label, { looked: true, most: 200 })).join(' ').trim();
    const marks = seen.map(after).join(' ').trim();
    return {
      kind: own.name(el) === 'input' ? el.type : own.name(el), id: own.id(el), field: attribute(el, 'name'),
      autocomplete: own.attribute(el, 'autocomplete'), placeholder: clean(attribute(el, 'placeholder')),
      required: el.required === true || attribute(el, 'aria-required') === 'true', wrong: isWrong(el),
      label: visible, marks: marks, colour: seen.length ? look(seen[0]).style.color : '', name: nameOfField(el, labels),
      title: clean(attribute(el, 'title')), named: referred(el, 'aria-labelledby').length, described: told(el, 'aria-describedby'),
      group: group ? clean(attribute(group, 'aria-label')) || told(group, 'aria-labelledby') || (legend ? words(legend, { most: 200 }) : '') : '',
      form: form ? kept(known.forms, form, () => known.forms.size) : -1,
      search: Boolean(own.closest(el, '[role=search], search')) || el.type === 'search',
      near: visible ? '' : near(el), headed: Boolean(own.closest(el, 'table')?.querySelector('th')) || Boolean(own.closest(el, '[role=grid], [role=listbox], [role=menu], [role=tree]')), ...choiceBox(el), ahead: ahead(el), list: Boolean(own.closest(el, '[role=grid], [role=listbox], [role=menu], [role=tree]')) || isOfTable(el),
      off: el.disabled || el.readOnly === true, hint: hint(el), edge: edge(el),
      options: own.name(el) === 'select' ? [...el.options].slice(0, MANY_OPTIONS).map((one) => ({ text: clean(own.text(one)).slice(0, 80), off: one.disabled })) : [],
      grouped: own.name(el) === 'select' && within(el, 'optgroup').length > 0, beside: handrail.visible(el) ? beside(el) : '', ...takes(el),
      shown: handrail.visible(el), ...place(el),
    };
  }

  const nameOfField = (el, labels) => told(el, 'aria-labelledby') || clean(attribute(el, 'aria-label'))
    || clean(labels.map((label) => words(label, { all: true, most: 200 })).join(' '));

  const MANY_ROWS = 20;
  const MANY_CELLS = 10;
  function table(el) {
    const rows = [...el.rows].filter((row) => row.cells.length && handrail.visible(row));
    const some = rows.slice(0, MANY_ROWS);
    const cells = some.map((row) => [...row.cells].slice(0, MANY_CELLS));
    const inner = cells.flat();
    const paint = (cell) => [cell, cell.parentElement].map((one) => look(one).style.backgroundColor)
      .find((colour) => colour !== 'rgba(0, 0, 0, 0)') || '';
    const heavy = (cell) => {
      const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
      let any = false;
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (!node.data.trim()) continue;
        if (!bold(look(node.parentElement).style)) return false;
        any = true;
      }
      return any;
    };
    const lined = (cell) => ['Top', 'Right', 'Bottom', 'Left']
      .some((side) => parseFloat(look(cell).style[`border${side}Width`]) > 0);
    const holds = (css) => inner.filter((cell) => cell.querySelector(css)).length;
    return {
      role: role(el), rows: rows.length,
      columns: Math.max(0, ...rows.slice(0, 200).map((row) => row.cells.length)),
      headers: within(el, 'th, [role=columnheader], [role=rowheader]')
        .filter((cell) => own.closest(cell, 'table') === el && words(cell, { most: 20 })).length,
      cells: cells.map((row) => row.map((cell) => ({
        text: words(cell, { most: 60 }), size: own.text(cell).length,
        bold: some.length < 2 ? false : heavy(cell), paint: paint(cell), header: headCell(cell), span: cell.colSpan,
      }))),
      lined: inner.slice(0, 8).filter(lined).length >= Math.min(4, inner.length), nested: Boolean(el.querySelector('table')),
      inside: Boolean(own.parentElement(el)?.closest('table')), pictures: holds('img, svg, video, iframe'), fields: holds('input, select, textarea'),
      structure: holds('h1, h2, h3, h4, h5, h6, nav, form, section, article, ul li:nth-child(4)'), total: inner.length,
      head: Boolean(el.tHead && el.tHead.rows.length && el.tBodies.length), shown: handrail.visible(el),
      caption: el.caption ? words(el.caption, { most: 100 }) : '', tied: within(el, '[headers], th[scope]').length, ...place(el),
    };
  }

  function wrong(el) {
    const text = words(el, { looked: true, most: 200 });
    if (!/\p{L}{2}/u.test(text) || within(el, 'input, select, textarea').length || !shown(el)) return null;
    for (let node = up(el), steps = 0; node && steps < 3; node = up(node), steps += 1) {
      if (node === own.body(document) || own.name(node) === 'main') return null;
      const fields = fieldsIn(node);
      const group = new Set(fields.map((one) => (['radio', 'checkbox'].includes(one.type) ? one.name : one))).size;
      if (group > 1) return null;
      if (group === 1) return { text: text, told: fields.some((one) => speaksOf(one, el)), ...place(el) };
    }
    return null;
  }

  function speaksOf(one, el) {
    for (let node = one, steps = 0; node && steps < 5; node = up(node), steps += 1) {
      for (const name of ['aria-describedby', 'aria-errormessage', 'aria-labelledby']) {
        if (referred(node, name).some((target) => target.contains(el) || el.contains(target))) return true;
      }
    }
    return [...(one.labels || [])].some((label) => label.contains(el)) || Boolean(own.closest(el, 'legend'));
  }

  function canvas(el) {
    const box = el.getBoundingClientRect();
    let named = nameOf(el) || words(el, { all: true, most: 200 }) || told(el, 'aria-describedby');
    let behind = false;
    for (let node = el, steps = 0; node && steps < 4; node = up(node), steps += 1) {
      named = named || clean(attribute(node, 'aria-label') + attribute(node, 'aria-labelledby'));
      const { style } = look(node);
      behind = behind || style.position === 'fixed' || style.pointerEvents === 'none' || Number(style.zIndex) < 0;
    }
    return {
      name: named, described: described(el), behind: behind, letters: named ? lettered(el) : 0, width: Math.round(box.width), height: Math.round(box.height),
      figure: Boolean(own.closest(el, 'figure')?.querySelector('figcaption, table')), shown: handrail.visible(el), ...place(el),
    };
  }

  function media(el) {
    const name = own.name(el);
    if (name === 'iframe') {
      let url;
      try { url = new URL(el.src || attribute(el, 'data-src'), document.baseURI); } catch { return null; }
      const provider = HOSTS.find((host) => url.hostname === host || url.hostname.endsWith('.' + host));
      if (!provider || (provider === 'facebook.com' && !/video/.test(url.pathname))) return null;
      return { kind: provider === 'soundcloud.com' ? 'audio' : 'embed', provider: provider, ...place(el) };
    }
    return {
      kind: name, tracks: [...el.querySelectorAll('track')].map((track) => attribute(track, 'kind') || 'subtitles'),
      silent: el.muted && (el.loop || el.autoplay), controls: el.controls, described: told(el, 'aria-describedby'),
      source: Boolean(el.currentSrc || el.src || el.querySelector('source')), ...place(el),
    };
  }

  // What is heard though nobody has pressed anything, and shows no controls; by its attribute alone, axe-core tells it.
  function sounds() {
    if (navigator.userActivation.hasBeenActive) return [];
    return [...own.all('audio, video')].filter((el) => !el.controls && !el.muted && el.volume && own.attribute(el, 'autoplay') === null
      && (!el.paused || el.played.length) && (own.name(el) === 'audio' || el.webkitAudioDecodedByteCount))
      .slice(0, 5).map((el) => ({ seconds: Number.isFinite(el.duration) ? el.duration : null, loops: el.loop, ...place(el) }));
  }

  // A line with words on both sides of such a gap; after a colon it reads well all the same.
  const SPACED = /[\p{L}\p{N}).%]\t[\p{L}\p{N}($]/u;
  const WRITES = /["'][^"']*\p{L}{3}/u;
  const BESIDE = /:(?:before|after)/;
  const BY_WINDOW = /^([\d.]+)v(w|h|min|max)$/;

  // The rules that write text of their own, and those whose text is as large as the window; each sheet is read once.
  function sheets() {
    const writing = [], sizing = [];
    const known = new Map();
    let read = 0;
    const matches = (media) => kept(known, media, () => matchMedia(media).matches);
    for (const sheet of [...document.styleSheets, ...document.adoptedStyleSheets]) {
      if (sheet.disabled) continue;
      const whole = sheet.media.mediaText;
      const used = !whole || matches(whole);
      let rules = [];
      try { rules = handrail.styleRules(sheet); } catch { /* another origin's */ }
      for (const { rule: { style }, text, media, imported } of rules) {
        if ((read += 1) > MOST_RULES) break;
        if (imported || !media.every(matches)) continue;
        if (used && BESIDE.test(text) && WRITES.test(style.content)) writing.push(text);
        if (BY_WINDOW.test(style.fontSize)) sizing.push([text, style.fontSize]);
      }
    }
    return { writing, sizing };
  }

  // Texts that a style sheet writes: quoted words in the content of ::before and ::after, where the page shows them.
  function generated(selectors, most) {
    const found = [];
    const seen = new Set();
    const show = (css, pseudo) => {
      let elements;
      try { elements = own.all(css); } catch { return; }
      for (const el of [...elements].slice(0, 50)) {
        if (found.length >= most || seen.has(el) || !shown(el)) continue;
        const style = getComputedStyle(el, '::' + pseudo);
        const quoted = [...style.content.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]).join('');
        if (!/\p{L}{3}/u.test(quoted) || style.display === 'none' || style.visibility === 'hidden' || style.opacity === '0') continue;
        if (/icon|material|symbol|awesome|glyph/i.test(style.fontFamily) || style.fontSize === '0px' || Number(style.zIndex) < 0) continue;
        seen.add(el);
        found.push({ text: clean(quoted).slice(0, 200), own: words(el, { all: true, most: 300 }), ...place(el) });
      }
    };
    for (const selector of selectors.slice(0, MOST_ASKED)) {
      if (found.length >= most) break;
      for (const [, css, pseudo] of selector.matchAll(/((?:[^,()]|\([^()]*\))*?)::?(before|after)/g)) {
        show(css.replace(/^\s*,/, '').trim() || '*', pseudo);
      }
    }
    return found;
  }

  // Text whose size is so many hundredths of the window: zooming in does not make it larger.
  function scaled(rules, most) {
    const found = [];
    const seen = new Set();
    const sides = { w: innerWidth, h: innerHeight, min: Math.min(innerWidth, innerHeight), max: Math.max(innerWidth, innerHeight) };
    const look_at = (el, size) => {
      const [, many, side] = BY_WINDOW.exec(size);
      if (seen.has(el) || found.length >= most || !shown(el)) return;
      seen.add(el);
      const text = words(el, { looked: true, most: 300 });
      if (text && Math.abs(parseFloat(look(el).style.fontSize) - (many * sides[side]) / 100) < 0.6) found.push({ text: text, size: size, ...place(el) });
    };
    for (const [css, size] of rules.slice(0, MOST_ASKED)) {
      if (found.length >= most) break;
      let elements = [];
      try { elements = own.all(css); } catch { continue; }
      for (const el of [...elements].slice(0, 50)) look_at(el, size);
    }
    for (const el of own.all('[style*="font"]')) if (el.style && BY_WINDOW.test(el.style.fontSize)) look_at(el, el.style.fontSize);
    return found;
  }

  // What asks people to turn their device, shown or waiting to be.
  const TURNS = /\b(?:turn|rotate|tournez|pivotez|faites pivoter)\s+(?:your|the|votre|l['’])\s*(?:device|phone|tablet|screen|appareil|téléphone|tablette|écran)/i;
  function turning() {
    const found = [];
    const walker = Document.prototype.createTreeWalker.call(document, own.body(document) || own.root(document), NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node && found.length < 3; node = walker.nextNode()) {
      if (!TURNS.test(node.data)) continue;
      const el = own.parentElement(node);
      if (!el || SKIP.has(own.name(el))) continue;
      found.push({ text: clean(node.data).slice(0, 300), shown: handrail.visible(el), ...place(el) });
    }
    return found;
  }

  // A box that shows nothing but a picture of the style sheet.
  function backdrop(el) {
    const { style } = look(el);
    const address = /url\("?([^")]+)/.exec(style.backgroundImage);
    if (!address || own.name(el) === 'form') return null;
    const cell = own.closest(el, 'td');
    // All that a cell of a table has to say.
    const alone = Boolean(cell) && el.offsetWidth >= 8 && el.offsetHeight >= 8 && !nameOf(cell) && Boolean(own.closest(cell, 'table')?.querySelector('th'));
    if (!alone && (el.offsetWidth < 40 || el.offsetHeight < 30 || el.offsetWidth * el.offsetHeight < 4000)) return null;
    if (own.text(el).trim() || within(el, 'img, svg, canvas, video, iframe, input, button, a').length) return null;
    if (own.closest(el, 'a[href], button, [role=img], [role=button], [role=link]')) return null;
    const before = el.previousElementSibling;
    const heading = before && /^h[1-6]$/.test(own.name(before)) ? words(before, { most: 100 }) : '';
    return { kind: 'picture', file: fileName(address[1]), name: nameOf(el), called: `${attribute(el, 'class')} ${own.id(el)}`.slice(0, 200), heading: heading, alone: alone, width: el.offsetWidth, height: el.offsetHeight, ...place(el) };
  }

  // A rating that only signs and pictures show: no word, no number, in it or beside it.
  const RATED = /(?:^|[\s_-])(?:stars?|ratings?|rate|rated|étoiles?|etoiles?|cote|score)(?:$|[\s_-]|\d)/i;
  const STARS = /^[★☆✩✪⭐✮✯\s]*$/;
  const SAID = /\d(?:[.,]\d)?\s*(?:\/|out of|of|sur|stars?|étoiles?)|\b\d[.,]\d\b|\b(?:rated|rating|note|cote)\b[^.]{0,12}\d/i;
  function rating(el, name) {
    if (!/^(?:span|div|p|i|em|b|ul)$/.test(name) || !RATED.test(`${attribute(el, 'class')} ${own.id(el)}`) || !shown(el)) return null;
    if (!STARS.test(own.text(el)) || el.offsetWidth < 30 || el.offsetWidth > 400 || el.offsetHeight < 8 || el.offsetHeight > 80) return null;
    if (nameOf(el).replace(/[★☆✩✪⭐✮✯\s]/g, '') || own.closest(el, 'label, button, [role=img], [role=button], [role=radiogroup], [role=slider], fieldset')) return null;
    if (within(el, 'input, button, a, label, select, [aria-label], [title], [role=img], img[alt]:not([alt=""]), svg title').length) return null;
    const drawn = [el, ...within(el, '*')].slice(0, 30).some((one) => look(one).style.backgroundImage !== 'none' || after(one).trim()) || within(el, 'svg, i, img').length > 2;
    const box = own.closest(up(el), 'li, td, p, dd, article, tr, div') || up(el);
    if (!drawn || SAID.test(words(box, { all: true, most: 400 }))) return null;
    return { kind: 'rating', file: '', name: '', called: '', heading: '', alone: false, width: el.offsetWidth, height: el.offsetHeight, ...place(el) };
  }

  // Scripts that the markup itself names.
  const EVENTS = new Set(['onfocus', 'onchange', 'oninput', 'onpaste', 'onmousedown', 'onpointerdown', 'ontouchstart']);
  function handlers(el) {
    return [...own.attributes(el)].filter((one) => EVENTS.has(one.name)).map((one) => ({
      event: one.name.slice(2), code: one.value.slice(0, 500), tag: own.name(el), kind: attribute(el, 'type').toLowerCase(),
      off: Element.prototype.matches.call(el, ':disabled'), shown: handrail.visible(el), ...place(el),
    }));
  }

  // Tabs, and how many of them say whether they are the one that is open.
  function tablist(el) {
    const tabs = within(el, '[role=tab]').filter((one) => handrail.visible(one));
    return { text: words(el, { most: 100 }), tabs: tabs.length, told: tabs.filter((one) => own.attribute(one, 'aria-selected') !== null).length, ...place(el) };
  }

  // Text of a script that is written from right to left, set from left to right, or the other way round.
  const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/gu;
  function turned(el) {
    const text = words(el, { looked: true, most: 400 });
    const letters = (text.match(/\p{L}/gu) || []).length;
    const back = (text.match(RIGHT_TO_LEFT) || []).length;
    const set = look(el).style.direction;
    if (text.split(' ').length < 5 || letters < 20 || !(set === 'ltr' ? back > letters * 0.9 : back < letters * 0.02)) return null;
    return { text: text.slice(0, 200), set: set, ...place(el) };
  }

  // Whether fields are the answers to one question.
  const isChoice = ([first, ...others]) => Boolean(first) && /^(radio|checkbox)$/.test(first.type) && attribute(first, 'name') !== ''
    && others.every((other) => other.type === first.type && attribute(other, 'name') === attribute(first, 'name'));

  // A fieldset, what names it, and how many fields of which kinds are in it.
  function group(el) {
    const legend = [...own.children(el)].find((child) => own.type(child) === 1 && own.name(child) === 'legend');
    return {
      name: told(el, 'aria-labelledby') || clean(attribute(el, 'aria-label')) || (legend ? words(legend, { all: true, most: 200 }) : '') || clean(attribute(el, 'title')),
      legend: Boolean(legend && handrail.visible(legend)), fields: fieldsIn(el).length, choice: isChoice(fieldsIn(el)), role: role(el), ...place(el),
    };
  }

  function listed(el) {
    const entries = [...own.children(el)].filter((child) => own.type(child) === 1 && own.name(child) === 'li');
    const next = el.nextElementSibling;
    let between = el.nextSibling;
    while (between && between !== next && !(own.type(between) === 3 && between.data.trim())) between = between.nextSibling;
    return { kind: own.name(el), entries: entries.length, text: words(el, { most: 80 }), follows: Boolean(next && next === between && own.name(next) === own.name(el)), ...place(el) };
  }

  // Words that show when a mouse rests on something that keys do not come to, and that the page says nowhere else.
  const TITLED = /^(a|area|button|input|select|textarea|summary|iframe|img|svg|abbr|acronym|dfn|link|style|html|head|optgroup|option|video|audio|object|embed|canvas|label|fieldset|form|time)$/;
  function tip(el, name) {
    const text = clean(attribute(el, 'title'));
    if (TITLED.test(name) || text.length < 20 || !/\s\S+\s/.test(text) || el.tabIndex >= 0 || role(el) || !shown(el)) return null;
    const seen = words(el, { looked: true, most: 200 });
    if (!seen || seen.length > 100 || within(el, 'a[href], button, input, select, textarea, [tabindex]').length || own.closest(el, 'a[href], button, label, [role=button], [tabindex="0"]')) return null;
    known.said ??= clean(own.text(own.body(document) || own.root(document)));
    return known.said.includes(text) ? null : { title: text.slice(0, 300), text: seen, ...place(el) };
  }

  // What a role takes away: header cells, entries, a heading.
  function stripped(el, name) {
    const at = { kind: name, text: words(el, { most: 200 }), ...place(el) };
    if (name === 'table') {
      const cells = [...el.rows].flatMap((row) => [...row.cells]);
      const heads = cells.filter((cell) => own.name(cell) === 'th' && !role(cell) && words(cell, { most: 20 })).length;
      const caption = el.caption ? words(el.caption, { most: 100 }) : '';
      // The grid of a widget: each of its cells is a button that says all by its name, as the days of a calendar do.
      const full = cells.filter((cell) => own.name(cell) === 'td' && words(cell, { most: 20 }));
      const says = (cell) => {
        const [control, more] = within(cell, 'button, a[href], [role=button], [role=link]');
        return Boolean(control) && !more && clean(own.text(cell)) === clean(own.text(control)) && nameOf(control).length > clean(own.text(control)).length + 3;
      };
      if (full.length > 6 && full.every(says)) return null;
      return heads || caption || attribute(el, 'summary').trim() ? { ...at, heads: heads, caption: caption, cells: cells.length } : null;
    }
    const entries = [...own.children(el)].filter((child) => own.type(child) === 1 && own.name(child) === 'li' && !role(child));
    if (name === 'ul' || name === 'ol') return entries.length > 1 && !within(el, '[role=tab], [role^=menuitem], [role=option], [role=treeitem]').length ? at : null;
    return at.text && !within(el, 'a[href], button, [role=tab], [role=button]').length ? at : null;
  }

  // An entry that can be dragged, and whether something beside it moves it as well.
  function dragged(el) {
    const box = up(el);
    const row = box && box.childElementCount <= 4 ? box : el;
    return { text: words(el, { most: 100 }), other: within(row, 'button, select, input, [role=button]').length > 0, ...place(el) };
  }

  // What a block of text is called on the way up: the outermost that matters to a judge.
  const INSIDE = new Set(['a', 'button', 'label', 'legend', 'caption', 'figcaption', 'th', 'td', 'dt', 'dd', 'summary', 'li', 'pre', 'code',
    'blockquote', 'nav', 'footer', 'header', 'aside', 'figure', 'address', 'dialog', 'option', 'form', 'fieldset', 'table', 'ul', 'ol', 'article']);
  function inside(el) {
    const found = [];
    for (let node = el; node; node = up(node)) {
      const name = own.name(node);
      const kind = role(node);
      if (kind) found.push(kind);
      // What stands in a table without headers may be laid out by it.
      if ((name === 'td' || name === 'table') && !own.closest(node, 'table')?.querySelector('th')) continue;
      if (INSIDE.has(name) || /^h[1-6]$/.test(name)) found.push(name);
    }
    return found;
  }

  const nothing = () => ({
    styles: new Map(), shown: new Map(), ids: new Map(), paths: new Map(), places: new Map(), parts: new Map(),
    parents: new Map(), forms: new Map(), boxes: new Map(), leads: new Map(), filling: new Map(), lengths: new Map(), holders: new Map(), looked: 0, pixels: 0,
  });

  // How an element is called here, for other engines that speak of it.
  function where(el) {
    known = nothing();
    const name = selector(el);
    known = null;
    return name;
  }

  // The same with its start tag and its part, and what it is called.
  function at(el) {
    known = nothing();
    const found = { ...place(el), name: nameOf(el).slice(0, 200) };
    known = null;
    return found;
  }

  // How well an outline of this colour stands out from what it is drawn on; 0 = cannot be told.
  function stands(el, colour, within) {
    known = nothing();
    const line = channels(colour);
    const on = line && (within || up(el)) && ground(within ? el : up(el));
    known = null;
    return on ? contrast(over(line, on), on) : 0;
  }

  // How well two colours of an element can be told apart where it stands; 0 = cannot be told.
  function differ(el, one, other, within) {
    known = nothing();
    const on = (within || up(el)) && ground(within ? el : up(el));
    known = null;
    const [first, second] = [channels(one), channels(other)];
    return on && first && second ? contrast(over(first, on), over(second, on)) : 0;
  }

  function read(mostElements, mostMilliseconds) {
    known = nothing();
    const out = {
      truncated: false, title: clean(own.title(document)).slice(0, 500), host: location.hostname, body: 16,
      headings: [], links: [], buttons: [], images: [], fields: [], tables: [], errors: [], canvases: [], media: [], blocks: [], generated: [],
      worded: [], drawings: [], typed: [], pictures: [], handlers: [], stripped: [], dragged: [], scaled: [], turning: [], groups: [], tips: [], embeds: [], lists: [],
      turned: [], tablists: [], areas: [], later: [], sounds: sounds(),
    };
    const root = own.root(document);
    if (!root) return out;
    if (own.body(document)) out.body = parseFloat(look(own.body(document)).style.fontSize) || 16;
    const began = performance.now();
    const blocks = new Map();
    const lines = [];
    const apart = new Set();
    const heads = [];
    const anchors = [];
    let count = 0;
    const stack = [{ node: root, muted: false, block: root }];
    while (stack.length) {
      const { node, muted, block } = stack.pop();
      const type = own.type(node);
      if (type === 3) {
        if (!block) continue; // a program or a drawing in letters: nothing there is prose
        if (/[^\s\u200b]/.test(node.data)) say(node, block, muted);
        else if (blocks.has(block) && node.data) blocks.get(block).text += ' ';
        continue;
      }
      if (type !== 1) continue;
      const name = own.name(node);
      if (SKIP.has(name)) continue;
      count += 1;
      if (count > mostElements || (count % 64 === 0 && performance.now() - began > mostMilliseconds)) { out.truncated = true; break; }
      if (name === 'br') { if (blocks.has(block)) { blocks.get(block).text += '\n'; } continue; }
      if (node !== root && !own.drawn(node)) {
        if (look(node).style.display !== 'contents') continue;
      }
      const quiet = muted || attribute(node, 'aria-hidden') === 'true';
      const deeper = note(node, name, quiet);
      if (!deeper) continue;
      const next = name === 'pre' || !block ? null : look(node).block ? node : block;
      // What comes after a block in a block is a line of its own.
      if (next !== block && blocks.has(block)) { apart.add(block); blocks.delete(block); }
      const children = flat(node);
      for (let index = children.length - 1; index >= 0; index -= 1) stack.push({ node: children[index], muted: quiet, block: next });
    }

    function say(node, block, muted) {
      const holder = own.parentElement(node) || block;
      const held = kept(known.holders, holder, () => {
        const { style } = look(holder);
        return {
          visible: handrail.visible(holder), heavy: bold(style), size: parseFloat(style.fontSize) || 0,
          pre: /^pre/.test(style.whiteSpace), under: underlined(holder), slanted: style.fontStyle !== 'normal', upper: style.textTransform === 'uppercase', coded: Boolean(own.closest(holder, 'code, kbd, samp, tt')),
          linked: Boolean(own.closest(holder, 'a[href], button, [role=button], [role=link]')),
        };
      });
      if (!held.visible) return;
      const entry = kept(blocks, block, () => {
        const begun = {
          el: block, only: undefined, text: '', letters: 0, heavy: 0, slanted: 0, under: 0, upper: 0, lower: 0, linked: 0, coded: 0, size: 0, small: Infinity, muted: muted,
        };
        lines.push(begun);
        return begun;
      });
      let top = node;
      while (top && own.parent(top) !== block) top = own.parent(top);
      if (entry.only === undefined) entry.only = top;
      else if (entry.only !== top) entry.only = null;
      const letters = node.data.trim().length;
      entry.text += held.pre ? node.data : node.data.includes('\u00a0') ? gapped(node.data) : node.data.replace(/[\s\u200b]+/g, ' ');
      entry.letters += letters;
      if (held.heavy) entry.heavy += letters;
      if (held.slanted) entry.slanted += letters;
      if (held.under) entry.under += letters;
      const low = held.upper ? 0 : (node.data.match(/\p{Ll}/gu) || []).length;
      entry.lower += low;
      entry.upper += held.upper ? (node.data.match(/\p{L}/gu) || []).length : (node.data.match(/\p{Lu}/gu) || []).length;
      if (held.linked) entry.linked += letters;
      if (held.coded) entry.coded += letters;
      entry.size = Math.max(entry.size, held.size);
      entry.small = Math.min(entry.small, held.size);
    }

    // A line under the words, of the holder or of what it stands in: it is drawn through, and not inherited.
    function underlined(holder) {
      for (let node = holder; node; node = up(node)) {
        if (/underline/.test(look(node).style.textDecorationLine)) return true;
        if (look(node).block) return false;
      }
      return false;
    }

    // Three no-break spaces and more set a column apart: a tab, here.
    function gapped(text) {
      return text.replace(/[\s\u200b]+/g, (run) => (run.split('\u00a0').length > 3 ? '\t' : ' '));
    }

    // One element's facts; whether to look into it.
    function note(el, name, muted) {
      const kind = role(el);
      if (!muted && el instanceof HTMLElement && out.handlers.length < 50) out.handlers.push(...handlers(el));
      if (!muted && /^(none|presentation)$/.test(kind) && /^(table|[uo]l|h[1-6])$/.test(name) && handrail.visible(el)) {
        const found = stripped(el, name);
        if (found) out.stripped.push(found);
      }
      if (name === 'pre' && !muted && handrail.visible(el)) {
        const coded = within(el, 'code, samp, kbd, span').length > 0 || Boolean(own.closest(el, 'code, samp, figure, [class*=highlight i], [class*=code i], [class*=lang i]'));
        out.typed.push({ text: own.text(el).slice(0, 5000), coded: coded, name: kind === 'img' ? nameOf(el) || ' ' : clean(attribute(el, 'aria-label')), ...place(el) });
      }
      if (own.attribute(el, 'draggable') === 'true' && !muted && handrail.visible(el) && out.dragged.length < 50) out.dragged.push(dragged(el));
      if (!muted && el instanceof HTMLElement && el !== root && el !== own.body(document) && handrail.visible(el)) {
        const found = rating(el, name) || backdrop(el);
        if (found) out.pictures.push(found);
        else if (out.worded.length < 20 && look(el).style.backgroundImage !== 'none') {
          const text = handrail.looks.worded(el);
          if (text) out.worded.push({ text: text, width: el.offsetWidth, height: el.offsetHeight, file: fileName(/url\("?([^")]+)/.exec(look(el).style.backgroundImage)[1]), leads: own.closest(el, 'a[href]') ? leads(own.closest(el, 'a[href]')) : '', ...place(el) });
        }
      }
      if (!muted && el instanceof HTMLElement && (WRONG.test(attribute(el, 'class')) || kind === 'alert')) {
        const found = wrong(el);
        if (found) out.errors.push(found);
      }
      if ((/^h[1-6]$/.test(name) && !kind) || kind === 'heading') {
        heads.push(el);
        const level = kind ? Number(attribute(el, 'aria-level')) || 2 : Number(name[1]);
        if (!muted) out.headings.push({ level: level, text: words(el, { most: 300 }), shown: handrail.visible(el), ...place(el) });
      }
      if (!muted && kind === 'tablist' && handrail.visible(el)) out.tablists.push(tablist(el));
      if (!muted && out.turned.length < 20 && (own.attribute(el, 'lang') || own.attribute(el, 'dir')) && handrail.visible(el)) {
        const found = turned(el);
        if (found) out.turned.push(found);
      }
      if (!muted && name === 'fieldset' && handrail.visible(el)) out.groups.push(group(el));
      if (!muted && (name === 'ul' || name === 'ol') && !kind && handrail.visible(el)) out.lists.push(listed(el));
      if (!muted && el instanceof HTMLElement && own.attribute(el, 'title') !== null && out.tips.length < 50) {
        const found = tip(el, name);
        if (found) out.tips.push(found);
      }
      if (!muted && name === 'iframe' && handrail.visible(el)) out.embeds.push({ name: told(el, 'aria-labelledby') || clean(attribute(el, 'aria-label')) || clean(attribute(el, 'title')), ...place(el) });
      if (name === 'iframe' || name === 'video' || name === 'audio') {
        const found = !muted && (handrail.visible(el) || (name === 'audio' && el.autoplay)) && media(el);
        if (found) out.media.push(found);
        return false;
      }
      if (name === 'map' && out.areas.length < 200) out.areas.push(...areas(el, muted));
      if (name === 'canvas') { if (!muted) out.canvases.push(canvas(el)); return false; }
      if (name === 'img') { out.images.push(image(el, 'img', muted || /^(none|presentation)$/.test(kind))); return false; }
      if (name === 'svg') {
        const large = el.clientWidth >= 120 && el.clientHeight >= 80 && !own.closest(el, 'a[href], button');
        const titled = () => attribute(el, 'aria-label').trim() || told(el, 'aria-labelledby') || [...own.children(el)].some((one) => own.name(one) === 'title');
        if ((kind === 'img' || (/^graphics-|^$/.test(kind) && large && titled())) && !muted) out.images.push(image(el, 'svg', muted));
        else if (!kind && !nameOf(el) && el.clientWidth >= 120 && el.clientHeight >= 80 && handrail.visible(el) && !own.closest(el, 'a[href], button') && (el.querySelectorAll('path, rect, circle, line, polygon, polyline, text').length >= 3 || el.querySelector('polyline'))) {
          const { style } = look(el);
          out.drawings.push({
            kind: 'drawing', alt: null, name: '', file: '', caption: '', width: el.clientWidth, height: el.clientHeight, letters: 0, muted: muted,
            behind: /absolute|fixed/.test(style.position) || style.pointerEvents === 'none' || Number(style.zIndex) < 0,
            figure: Boolean(own.closest(el, 'figure')?.querySelector('figcaption, table')) || Boolean(own.closest(el, '[aria-label], [aria-labelledby], [role=img]')?.matches('figure, [role=img], [role=figure], [role=group]')), ...place(el),
          });
        }
        return false;
      }
      if (isField(el)) { if (!muted) out.fields.push({ ...field(el), below: heads.length }); return false; }
      if (name === 'input') {
        if (el.type === 'image') out.images.push(image(el, 'button', muted));
        else if (PRESSED.has(el.type) && !muted) out.buttons.push(pressed(el, 'button'));
        return false;
      }
      if (kind === 'img' && !muted) {
        out.images.push(image(el, 'role', muted));
        if (nameOf(el)) return false; // it is read as a picture, and nothing in it
      }
      if (name === 'table' && !muted) out.tables.push({ ...table(el), below: heads.length });
      if (!muted && handrail.visible(el)) {
        if ((name === 'a' && el.hasAttribute('href') && (!kind || kind === 'link')) || kind === 'link') { out.links.push(link(el)); anchors.push(el); }
        else if (name === 'button' || WIDGETS.has(kind)) out.buttons.push(pressed(el, kind || 'button'));
      }
      return true;
    }

    // How lines of a long text are set: from edge to edge, and how far apart.
    function set(el, entry) {
      if (entry.letters < 120) return { justified: false, leading: 0 };
      const { style } = look(el);
      const height = parseFloat(style.lineHeight);
      const lines = height && entry.size ? Math.round(el.getBoundingClientRect().height / height) : 0;
      return { justified: style.textAlign === 'justify' && el.getBoundingClientRect().height > entry.size * 4, leading: lines > 2 && entry.size === entry.small ? height / entry.size : 0 };
    }

    function pressed(el, kind) {
      const sends = Boolean(el.form) && /^(submit|image)$/.test(el.type);
      const asks = /confirm\s*\(/.test(attribute(el, 'onclick') + (el.form ? attribute(el.form, 'onsubmit') : ''));
      const said = nameOf(el).slice(0, 200);
      return { kind: kind, name: said, written: written(el), ...(kind === 'button' ? standing(el, said) : {}), value: own.name(el) === 'input' && el.type !== 'image' ? clean(el.value).slice(0, 200) : '', grouped: kind !== 'radio' || isGrouped(el), form: el.form ? kept(known.forms, el.form, () => known.forms.size) : -1, sends: sends, asks: asks, ...place(el) };
    }

    // What stands in a slot is in the group that the component draws around it.
    function isGrouped(el) {
      for (let at = el; at; at = (at instanceof Element && at.assignedSlot) || up(at)) if (at.matches('[role=radiogroup], [role=group], fieldset')) return true;
      return false;
    }

    // Words that a style sheet writes into a control whose name is given otherwise.
    function written(el) {
      if (!own.attribute(el, 'aria-label') && !own.attribute(el, 'aria-labelledby')) return '';
      const texts = [el, ...within(el, '*').slice(0, 10)].filter((one) => shown(one)).flatMap((one) => ['::before', '::after'].map((pseudo) => {
        const style = getComputedStyle(one, pseudo);
        if (style.content[0] !== '"' || style.display === 'none' || style.visibility === 'hidden' || style.opacity === '0' || style.fontSize === '0px') return '';
        return /icon|material|symbol|awesome|glyph/i.test(style.fontFamily) ? '' : style.content.split(' / ')[0].slice(1, -1);
      }));
      return clean(texts.join(' ')).slice(0, 200);
    }

    function link(el) {
      const said = nameOf(el).slice(0, 200);
      return { name: said, written: written(el), url: el.href?.baseVal || el.href || attribute(el, 'data-href'), pictured: !words(el, { looked: true, most: 40 }), ...standing(el, said), ...place(el),
        opens: el.target === '_blank', more: clean(`${attribute(el, 'title')} ${told(el, 'aria-describedby')}`).slice(0, 200), lang: languageOf(el) };
    }

    // What stands around a link or button with a short name, and the heading that speaks for it.
    function standing(el, said) {
      const fact = { context: null, apart: false, heading: -1, boxed: false };
      if (said.length > 40) return fact;
      const last = heads.at(-1);
      const box = last && bounds(last);
      fact.heading = last && (!box || box.contains(el)) && !last.contains(el) ? out.headings.length - 1 : -1;
      if (last && last.contains(el)) fact.heading = leadsTo(el, last) ? -3 : -2;
      // The page's own heading speaks for all of the page, unless it shares a box of its own with the link.
      const shared = last && up(last);
      fact.boxed = Boolean(shared && shared !== own.body(document) && own.name(shared) !== 'main' && shared.contains(el)) && !fills(shared);
      const near = around(el);
      const more = clean(`${told(el, 'aria-describedby')} ${attribute(el, 'title') === said ? '' : attribute(el, 'title')}`);
      fact.apart = near.apart && !more && !named(el);
      fact.context = clean(`${near.text} ${more}`);
      return fact;
    }

    // Whether it stands alone of its kind in a group that is told by name when somebody comes into it.
    function named(el) {
      const group = own.closest(up(el), 'fieldset, article, section, [role=group], [role=region], [role=article], [role=listitem]');
      if (!group || !(told(group, 'aria-labelledby') || clean(attribute(group, 'aria-label')) || (own.name(group) === 'fieldset' && own.first(group, 'legend')))) return false;
      const alike = clean(own.text(el));
      return within(group, 'a[href], button').filter((other) => clean(own.text(other)) === alike).length < 2;
    }

    // Whether a link in a heading leads to that very heading: people copy its address.
    function leadsTo(el, heading) {
      const id = attribute(el, 'href').startsWith('#') ? attribute(el, 'href').slice(1) : '';
      return Boolean(id) && [heading, up(heading), ...within(heading, '[id], a[name]')].some((one) => one && [own.id(one), attribute(one, 'name')].some((name) => name && (name === id || encodeURIComponent(name) === id)));
    }

    // Whether a box holds nearly all that the page says: then it is the page.
    function fills(box) {
      const whole = own.closest(box, 'main, [role=main]') || own.body(document);
      return kept(known.filling, box, () => own.text(box).length > kept(known.lengths, whole, () => own.text(whole).length) * 0.9);
    }

    // Whether the next link is another one to the same place, with nothing said between: a picture, and its words.
    function twin(el, next) {
      if (!next || !el.href || attribute(el, 'href').startsWith('#') || el.href !== next.href || el.contains(next) || own.top(el) !== own.top(next)) return false;
      const pictured = [el, next].filter((one) => within(one, 'img, svg').length && !words(one, { looked: true, most: 40 })).length;
      if (pictured !== 1) return false;
      const range = Document.prototype.createRange.call(document);
      range.setStartAfter(el);
      range.setEndBefore(next);
      // A field or a button between them, or another part of the page: they do not stand side by side.
      return !range.toString().trim() && bounds(el) === bounds(next) && !range.cloneContents().querySelector('input, select, textarea, button, hr, iframe, video');
    }

    // The language in which the words of an element are read.
    function languageOf(el) {
      let at = el;
      while (at.childElementCount === 1 && own.text(at).trim() === own.text(at.firstElementChild).trim()) at = at.firstElementChild;
      const said = own.closest(at, '[lang]');
      return said ? attribute(said, 'lang').toLowerCase().slice(0, 20) : '';
    }

    // The landmark or section that a heading speaks for.
    function bounds(heading) {
      for (let node = up(heading); node; node = up(node)) {
        if (handrail.landmark(node) || ['article', 'section', 'main'].includes(own.name(node))) return node;
      }
      return null;
    }

    // A line among blocks is known by the one element that holds it, the title of a row by its row.
    const lineOf = (entry) => (apart.has(entry.el) && entry.only && own.type(entry.only) === 1 ? entry.only : entry.el);
    const rowOf = (el) => (own.name(el) === 'td' && own.parentElement(el)?.cells?.length === 1 ? own.parentElement(el) : el);
    const painted = (el) => {
      const colour = channels(look(el).style.backgroundColor);
      const box = up(el);
      return Boolean(colour && (colour[3] ?? 1) === 1 && box && colour.join() !== channels(look(box).style.backgroundColor)?.join() && el.offsetWidth >= box.clientWidth * 0.6);
    };
    const filled = lines.filter((entry) => clean(entry.text));
    for (const [index, entry] of filled.entries()) {
      const el = lineOf(entry);
      const below = filled[index + 1] && lineOf(filled[index + 1]);
      const own_ = rowOf(el);
      out.blocks.push({
        tag: own.name(el), text: entry.text.split('\n').map(clean).join('\n').trim().slice(0, 1200), heavy: entry.heavy >= entry.letters,
        linked: entry.linked / Math.max(1, entry.letters), coded: entry.coded / Math.max(1, entry.letters),
        size: entry.size, small: entry.small, muted: entry.muted, letters: entry.letters, slanted: entry.slanted / Math.max(1, entry.letters),
        under: entry.under >= entry.letters, painted: painted(el), row: own_ !== el,
        upper: entry.upper, lower: entry.lower, spaced: entry.text.includes('\t') ? entry.text.split('\n').filter((line) => SPACED.test(line)).length : 0, ...set(el, entry),
        inside: inside(el), form: known.forms.get(own.closest(el, 'form')) ?? -1, shown: shown(el), parent: kept(known.parents, own.parent(el), () => known.parents.size),
        above: Boolean(below && (own.parent(below) === own.parent(own_) || own_.nextElementSibling?.contains(below))),
        ...place(el),
      });
    }
    for (const [index, el] of anchors.entries()) out.links[index].twin = twin(el, anchors[index + 1]);
    const { writing, sizing } = sheets();
    out.generated = generated(writing, 20);
    out.scaled = scaled(sizing, 10);
    out.turning = turning();
    out.later = later(60);
    known = null;
    return out;
  }

  return { read, where, at, stands, differ };
})();
