// What a page says by its looks alone. Facts about colours, and about everything else in which things that differ by
// colour differ as well: words, signs, weight, lines, patterns.
handrail.looks = (() => {
  const { own } = handrail;
  let styles;

  const attribute = (el, name) => own.attribute(el, name) || '';
  const clean = (text) => text.replace(/[\s\u200b\u00ad]+/g, ' ').trim();
  const style = (el) => {
    if (!styles.has(el)) styles.set(el, getComputedStyle(el));
    return styles.get(el);
  };
  const children = (el) => [...own.children(el)].filter((child) => own.type(child) === 1);
  const within = (el, css) => [...Element.prototype.querySelectorAll.call(el, css)];
  // What stands right in a shadow root stands in its host.
  const up = (el) => own.parentElement(el) || (own.top(el) instanceof ShadowRoot ? own.top(el).host : null);
  const classes = (el) => attribute(el, 'class').slice(0, 300);

  const channels = (colour) => (/^rgba?\(/.test(colour) ? colour.match(/[\d.]+/g).map(Number) : null);
  const light = (rgb) => rgb.slice(0, 3).map((one) => one / 255).map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
    .reduce((sum, one, index) => sum + one * [0.2126, 0.7152, 0.0722][index], 0);
  const contrast = (one, other) => {
    const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };

  // A colour as people call it: how far from grey, and where on the wheel; null for none and for what is seen through.
  function colour(text) {
    const rgb = channels(text);
    if (!rgb || (rgb[3] ?? 1) < 0.5) return null;
    const [r, g, b] = rgb;
    const most = Math.max(r, g, b), range = most - Math.min(r, g, b);
    let hue = 0;
    if (range) {
      if (most === r) hue = ((g - b) / range + 6) % 6;
      else if (most === g) hue = (b - r) / range + 2;
      else hue = (r - g) / range + 4;
    }
    return { key: `${r},${g},${b}`, rgb: [r, g, b], hue: Math.round(hue * 60), chroma: Math.round(range) };
  }
  // A tint this faint is a shade of grey.
  const FAINT = 26;
  const tinted = (one) => Boolean(one) && one.chroma >= FAINT;
  const apart = (one, other) => {
    const turn = Math.abs(one.hue - other.hue);
    return Math.min(turn, 360 - turn) >= 20;
  };

  const plainly = (el) => own.text(el).trim() !== '' || within(el, 'img, svg, canvas, input, select').length > 0;

  // The background that an element shows as its own, or by an only child that fills it.
  function paint(el) {
    for (let node = el, steps = 0; node && steps < 3; steps += 1) {
      const found = colour(style(node).backgroundColor);
      if (found) return found;
      const inner = children(node);
      if (inner.length !== 1 || node.offsetWidth === 0 || inner[0].offsetWidth < node.offsetWidth * 0.8 || inner[0].offsetHeight < node.offsetHeight * 0.6) return null;
      [node] = inner;
    }
    return null;
  }

  // The element that holds the first words.
  function speaker(el) {
    const walker = Document.prototype.createTreeWalker.call(document, el, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(), steps = 0; node && steps < 50; node = walker.nextNode(), steps += 1) {
      const holder = own.parentElement(node);
      if (node.data.trim() && holder && handrail.visible(holder)) return holder;
    }
    return el;
  }

  // What is drawn of ::before and ::after: signs, not empty boxes.
  const drawn = (el) => ['::before', '::after'].map((pseudo) => getComputedStyle(el, pseudo).content)
    .filter((content) => content && !/^(none|normal|"")$/.test(content)).map((content) => `sign:${content}`);

  const label = (el) => clean((own.name(el) === 'input' && /^(submit|button|reset)$/.test(el.type) ? el.value : el.innerText) || '');

  // Everything by which people tell a thing from its likes, but its colour.
  function signs(el) {
    const said = label(el).toLowerCase();
    const holder = speaker(el);
    const seen = style(el), inner = style(holder);
    const found = said.match(/\p{L}{2,}|[^\p{L}\p{N}\s.,;:()'’"“”$%/–—-]/gu) || [];
    found.push(`weight:${Number(inner.fontWeight) >= 600}`, `line:${inner.textDecorationLine}`, `size:${Math.round(parseFloat(inner.fontSize))}`,
      `slant:${inner.fontStyle}`, `edge:${seen.borderTopStyle}${seen.borderTopWidth}${seen.borderBottomStyle}${seen.borderBottomWidth}${seen.borderLeftWidth}`,
      `linked:${Boolean(own.closest(holder, 'a[href]'))}`, `picture:${seen.backgroundImage}`, `outline:${seen.outlineStyle === 'none' ? '' : seen.outlineWidth}`, `shadow:${seen.boxShadow !== 'none'}`, `pale:${seen.opacity}`);
    if (holder !== el) found.push(`inner:${inner.borderBottomStyle}${inner.borderBottomWidth}`);
    found.push(...drawn(el), ...(holder === el ? [] : drawn(holder)));
    for (const sign of within(el, 'img, svg, i, [role=img], input').slice(0, 4)) {
      if (!handrail.visible(sign)) continue;
      const name = own.name(sign);
      found.push(`mark:${name}${name === 'img' ? attribute(sign, 'src') : name === 'i' ? [classes(sign), ...drawn(sign)].join() : name === 'svg' ? own.text(sign).length + sign.innerHTML.slice(0, 300) : ''}`);
    }
    return [...new Set(found)];
  }

  const ink = (el) => colour(style(speaker(el)).color);
  const place = (el) => handrail.structure.at(el);

  // Things that stand in a row or a grid and are made alike.
  function alike(el) {
    const name = own.name(el);
    if (own.closest(el, 'pre, code, svg')) return [];
    if (name === 'table') return [...el.rows].slice(0, 60).flatMap((row) => [...row.cells].filter((cell) => own.name(cell) === 'td'));
    if (el.childElementCount < 2 || /^(tbody|thead|tfoot|tr|select|dl|p|colgroup)$/.test(name)) return [];
    const all = children(el).filter((child) => handrail.visible(child));
    if (all.length < 2 || all.length > 400) return [];
    const tag = own.name(all[0]);
    const like = all.filter((child) => own.name(child) === tag);
    if (like.length < all.length - 1) return [];
    // Rows of cells that are no table.
    const rows = like.map((row) => children(row).filter((child) => handrail.visible(child)));
    if (tag !== 'li' && like.length >= 2 && rows.every((row) => row.length >= 3 && row.length === rows[rows.length - 1].length)) return rows.flat();
    return like.length >= 3 ? like : [];
  }

  // One set of like things, by colour: what is written on each, and how else it can be told.
  function set(el, things) {
    const seen = things.slice(0, 200).filter((one) => one.offsetWidth > 4 && one.offsetHeight > 4);
    if (seen.length < 3) return null;
    const looked = seen.map((one) => ({ el: one, paint: paint(one), ink: ink(one) }));
    const different = (key) => new Set(looked.map((one) => one[key]?.key || '')).size > 1;
    if (!(different('paint') && looked.some((one) => tinted(one.paint))) && !(different('ink') && looked.some((one) => tinted(one.ink)))) return null;
    const grid = own.name(el) === 'table' || /^(grid|table)$/.test(attribute(el, 'role'));
    const rowOf = (one) => (grid || own.parentElement(one) !== el ? own.parentElement(one) : null);
    const rows = [...new Set(seen.map(rowOf))];
    return {
      kind: grid ? 'cells' : own.name(seen[0]), steps: `${classes(el)} ${attribute(el, 'aria-label')} ${own.id(el)}`.slice(0, 200), nav: Boolean(own.closest(el, 'nav, [role=navigation]')),
      hint: clean(el.innerText || '').slice(0, 100),
      items: looked.map(({ el: one, paint: under, ink: over }) => ({
        text: label(one).slice(0, 80), paint: under, ink: over, row: rows.indexOf(rowOf(one)), at: [...own.elements(own.parentElement(one))].indexOf(one),
        classes: `${classes(one)} ${children(one).length === 1 ? classes(children(one)[0]) : ''}`.trim(), signs: signs(one), left: Math.round(one.getBoundingClientRect().left),
      })),
      ...place(el),
    };
  }

  // A painted dot or box without words: of an element, of what stands before it, or of a small drawing.
  function mark(el) {
    const name = own.name(el);
    let found = null;
    if (name === 'svg') {
      const shapes = within(el, 'circle, rect, path, ellipse, polygon');
      if (shapes.length === 1 && el.clientWidth >= 6 && el.clientWidth <= 40) found = colour(style(shapes[0]).fill);
    } else if (children(el).length === 0 && !own.text(el).trim()) {
      const box = el.getBoundingClientRect();
      if (box.width >= 5 && box.height >= 5 && box.width <= 40 && box.height <= 40) found = style(el).backgroundImage === 'none' ? colour(style(el).backgroundColor) : null;
      if (!found) {
        for (const pseudo of ['::before', '::after']) {
          const seen = getComputedStyle(el, pseudo);
          if (seen.content === '""' && parseFloat(seen.width) >= 5 && parseFloat(seen.width) <= 40 && seen.backgroundImage === 'none') found = found || colour(seen.backgroundColor);
        }
      }
    }
    return tinted(found) && !/^(input|button|select|textarea|a|iframe|canvas|img|video)$/.test(name) && !own.closest(el, 'button, [role=switch], [role=slider], [role=progressbar], label') ? found : null;
  }

  // A little picture without a name, and what tells it from others: its file, its sign, its drawing.
  const LITTLE = 48;
  function picture(el) {
    const name = own.name(el);
    if (name === 'svg') return el.clientWidth > 0 && el.clientWidth <= LITTLE && !attribute(el, 'aria-label') && !attribute(el, 'aria-labelledby') && !el.querySelector('title, text') ? `drawing ${el.innerHTML.slice(0, 400)}` : '';
    const box = el.getBoundingClientRect();
    if (box.width < 5 || box.height < 5 || box.width > LITTLE || box.height > LITTLE) return '';
    if (name === 'img') return !attribute(el, 'alt').trim() && !attribute(el, 'title') && !attribute(el, 'aria-label') ? `file ${attribute(el, 'src')}` : '';
    if (children(el).length || own.text(el).trim() || /^(input|button|select|textarea|iframe|canvas|video|audio|td|th|tr|hr|br)$/.test(name) || attribute(el, 'aria-label') || attribute(el, 'aria-labelledby') || attribute(el, 'title')) return '';
    for (const pseudo of ['::before', '::after']) {
      const { content } = getComputedStyle(el, pseudo);
      if (/^url\(/.test(content) || (/^"[^"]+"$/.test(content) && !/[\p{L}\p{N}]/u.test(content))) return `sign ${content}`;
    }
    const { backgroundImage, backgroundPosition } = style(el);
    return /url\(/.test(backgroundImage) ? `file ${backgroundImage} ${backgroundPosition}` : '';
  }

  // Such pictures by the list, table or box that they stand in, each with the words beside it.
  function pictured(found) {
    const groups = new Map();
    for (const one of found) {
      if (own.closest(one.el, 'a[href], button, label, summary, nav, [role=button], [role=tab], [role=img], h1')) continue;
      const box = own.closest(one.el, 'ul, ol, dl, table') || up(up(one.el) || one.el) || up(one.el);
      if (!groups.has(box)) groups.set(box, []);
      groups.get(box).push(one);
    }
    const before_ = (el) => {
      let said = '';
      for (let node = el.previousSibling; node && said.length < 300; node = node.previousSibling) said = own.text(node) + said;
      return clean(said);
    };
    // Where all are the same, in no cell and behind no colon, nothing is asked; then their words need not be read.
    const asked = ([, some]) => new Set(some.map((one) => one.key)).size > 1 || some.some(({ el }) => own.closest(el, 'td') || before_(el).endsWith(':'));
    return [...groups].filter(asked).slice(0, 40).map(([box, some]) => ({
      items: some.slice(0, 60).map(({ el, key }) => {
        const cell = own.closest(el, 'td');
        const holder = cell || own.closest(el, 'li, dd, dt, p, tr') || up(el);
        const beside = holder.contains(box) ? up(el) : holder;
        const text = clean(beside.innerText || '');
        const label = before_(el);
        return {
          key: key, text: text.slice(0, 80), said: clean(own.text(beside)).length > text.length + 1, classes: classes(el), before: label.slice(-80), after: text.length > label.length + 1,
          cell: Boolean(cell), headed: Boolean(cell && own.closest(cell, 'table')?.querySelector('th')), drawn: key.startsWith('file url'), ...place(el),
        };
      }),
    }));
  }

  // The list, table or box that marks stand in together, and the words that each stands beside.
  function gathered(found) {
    const groups = new Map();
    const counts = new Map();
    for (const { el } of found) counts.set(up(el), (counts.get(up(el)) || 0) + 1);
    for (const one of found) {
      const parent = up(one.el);
      const among = counts.get(parent) > 1 && !own.text(parent).trim();
      const box = own.closest(one.el, 'ul, ol, dl, table, [role=list], [role=table]') || (among ? parent : up(parent || one.el)) || parent;
      if (!groups.has(box)) groups.set(box, []);
      groups.get(box).push(one);
    }
    return [...groups].filter(([, some]) => some.length > 1 && new Set(some.map((one) => one.colour.key)).size > 1).map(([box, some]) => ({
      items: some.slice(0, 60).map((one) => {
        const holder = own.closest(one.el, 'li, tr, dd, dt, p') || up(one.el);
        const beside = holder.contains(box) ? up(one.el) : holder;
        const cell = own.closest(one.el, 'td');
        const alone = Boolean(cell) && !clean(own.text(cell)) && !within(cell, 'img[alt]:not([alt=""]), [aria-label], [title], [aria-labelledby]').length && !attribute(cell, 'aria-label');
        return { text: clean(beside.innerText || '').slice(0, 80), alone, colour: one.colour, classes: classes(one.el), shape: `${Math.round(one.el.getBoundingClientRect().width)} ${style(one.el).borderRadius} ${style(one.el).transform}` };
      }),
      cells: own.name(box) === 'table', chart: beside(box), ...place(box),
    }));
  }

  // A chart without words of its own that a key stands beside.
  function beside(box) {
    for (let node = box, steps = 0; node && steps < 2; node = own.parentElement(node), steps += 1) {
      if (node === own.body(document) || own.name(node) === 'main') break;
      const near = [node.previousElementSibling, node.nextElementSibling, ...children(node)].filter(Boolean)
        .flatMap((one) => [one, ...within(one, 'canvas, img, svg')]);
      for (const one of near) {
        const name = own.name(one);
        const box_ = one.getBoundingClientRect();
        if (box_.width < 100 || box_.height < 80 || !handrail.visible(one)) continue;
        if (name === 'canvas' || (name === 'img' && /chart|graph|diagram|map|carte|graphique/i.test(`${attribute(one, 'alt')} ${attribute(one, 'src')}`))) return place(one);
      }
    }
    return null;
  }

  // Words in a line that are tinted differently.
  function line(el) {
    if (own.closest(el, 'pre, code, h1, a[href], button, nav, header, footer, [class*=code i], [class*=highlight i]')) return null;
    const pieces = [];
    for (const one of within(el, 'span, font, em, i, b, strong, mark, ins, del, s').slice(0, 40)) {
      const text = clean(own.text(one));
      if (text.length < 3 || children(one).length || !handrail.visible(one) || own.closest(one, 'a[href], button, label, pre, code, kbd, samp')) continue;
      const outer = style(own.parentElement(one));
      const under = colour(style(one).backgroundColor);
      const over = colour(style(one).color);
      const mine = tinted(under) ? under : over && over.key !== colour(outer.color)?.key && tinted(over) ? over : null;
      if (mine) pieces.push({ text: text.slice(0, 60), colour: mine, signs: signs(one) });
    }
    const kinds = pieces.filter((piece, index) => pieces.findIndex((other) => !apart(piece.colour, other.colour)) === index);
    const rest = clean(own.text(el)).length - pieces.reduce((sum, piece) => sum + piece.text.length, 0);
    return kinds.length > 1 ? { pieces: pieces, rest: rest, ...place(el) } : null;
  }

  // A drawing whose parts have colours, and a key to them.
  function chart(el, keys) {
    const box = el.getBoundingClientRect();
    if (box.width < 80 || box.height < 60) return null;
    const large = new Map(), small = new Map();
    for (const shape of within(el, 'path, rect, circle, ellipse, polygon, polyline, line').slice(0, 300)) {
      const seen = style(shape);
      const size = shape.getBoundingClientRect();
      for (const one of [seen.fill, seen.stroke]) {
        const found = colour(one);
        if (!tinted(found)) continue;
        const little = size.width <= 28 && size.height <= 28;
        (little ? small : large).set(found.key, { ...found, dash: seen.strokeDasharray !== 'none' && one === seen.stroke && seen.fill === 'none' && parseFloat(seen.strokeWidth) < 12 ? seen.strokeDasharray : '' });
      }
    }
    // Words of its colours beside it are a key as well.
    const near = own.parentElement(el) && (own.closest(el, 'figure, section') || own.parentElement(el));
    const inked = new Set(large.size > 1 ? within(near, 'span, li, td, p, b, i, strong, dt, figcaption').slice(0, 80).filter((one) => !one.childElementCount && own.text(one).trim()).map((one) => colour(style(one).color)?.key) : []);
    const explained = [...large.keys()].filter((key) => small.has(key) || keys.has(key) || inked.has(key));
    if (explained.length < 2) return null;
    const dashes = new Set(explained.map((key) => large.get(key).dash));
    const labels = within(el, 'text').map((one) => clean(own.text(one))).filter(Boolean);
    return { parts: explained.length, dashes: dashes.size, labels: labels.slice(0, 30), ...place(el) };
  }

  // Of the fields of one form some stand on a colour of their own, and others on none: the first, and how many.
  const MARKED = /[*✱]|\b(?:required|mandatory|optional|obligatoire|requis|facultati\w*)\b/i;
  function grounds(some) {
    const forms = new Map();
    for (const one of some) {
      const form = one.form || own.closest(one, 'form, fieldset, table, main') || own.body(document);
      if (one.disabled || one.readOnly || one.matches(':autofill') || own.closest(one, '[role=search], search') || one.type === 'search') continue;
      forms.set(form, [...(forms.get(form) || []), one]);
    }
    const found = [];
    for (const [form, fields] of forms) {
      const tinted_ = fields.filter((one) => tinted(colour(style(one).backgroundColor)));
      const plain = fields.filter((one) => !tinted(colour(style(one).backgroundColor)));
      const colours = new Set(tinted_.map((one) => style(one).backgroundColor));
      if (!tinted_.length || plain.length < 1 || colours.size !== 1 || MARKED.test(form.innerText || '') || tinted_.some((one) => one.matches('[aria-invalid=true]') || document.activeElement === one)) continue;
      if (new Set(tinted_.map((one) => own.name(one))).size === 1 && new Set(plain.map((one) => own.name(one))).size === 1 && own.name(tinted_[0]) !== own.name(plain[0])) continue;
      const labels = [...(tinted_[0].labels || [])].map((label) => clean(label.innerText || '')).join(' ');
      found.push({ how: 'ground', many: tinted_.length, label: labels.slice(0, 80), name: attribute(tinted_[0], 'name'), text: '', described: false, sign: false, empty: false, ...place(tinted_[0]) });
    }
    return found.slice(0, 3);
  }

  // Fields whose edge is red, and whether anything beside it says why.
  function reds() {
    const found = [];
    const fields = own.all('input, select, textarea');
    if (fields.length > 300) return found;
    const some = [...fields].filter((one) => handrail.visible(one) && !/^(hidden|submit|button|image|reset|checkbox|radio|range|color)$/.test(one.type));
    const red = (one) => one && one.chroma >= 80 && (one.hue <= 15 || one.hue >= 345);
    const edges = some.map((one) => {
      const seen = style(one);
      return [seen.borderTopWidth !== '0px' && seen.borderTopColor, seen.borderBottomWidth !== '0px' && seen.borderBottomColor, /rgba?\([^)]*\)/.exec(seen.boxShadow)?.[0]].some((text) => text && red(colour(text)));
    });
    found.push(...grounds(some));
    if (!edges.includes(true) || !edges.includes(false)) return found;
    for (const [index, one] of some.entries()) {
      if (!edges[index] || found.length >= 10) continue;
      let box = own.parentElement(one);
      for (let steps = 0; steps < 2 && box; steps += 1) {
        const outer = own.parentElement(box);
        if (!outer || within(outer, 'input, select, textarea').filter((other) => handrail.visible(other)).length > 1) break;
        box = outer;
      }
      const labels = [...(one.labels || [])].map((label) => clean(label.innerText || '')).join(' ');
      const text = clean((box.innerText || '').replace(one.innerText || '', '')).replace(labels, '').trim();
      // What is wrong may be said above the whole group, in the box that is marked as wrong.
      const groups = ['fieldset, [role=group]', '[class*=error i], [class*=invalid i]'].map((css) => own.closest(box, css)).filter(Boolean);
      const told = groups.flatMap((group) => within(group, '[role=alert], [class*=error i], [class*=erreur i], [class*=invalid i], [class*=message i]'))
        .some((node) => !within(node, 'input, select, textarea').length && !/^(input|select|textarea|label)$/.test(own.name(node)) && clean(node.innerText || '').length > 5);
      const described = attribute(one, 'aria-describedby').split(/\s+/).filter(Boolean).map((id) => own.first(own.top(one), '#' + CSS.escape(id))).filter((node) => node && handrail.visible(node));
      found.push({ how: 'edge', many: 1, label: labels.slice(0, 80), name: attribute(one, 'name'), text: text.slice(0, 120), described: told || described.length > 0, sign: style(one).backgroundImage !== 'none' || within(box, 'img, svg, i').length > 0, empty: one.value === '' && one.required, ...place(one) });
    }
    return found;
  }

  // ---- Graphics and controls that hardly stand out

  const mix = (over, on) => over.slice(0, 3).map((one, index) => one * (over[3] ?? 1) + on[index] * (1 - (over[3] ?? 1)));
  // The plain colour that something stands on; null for pictures and what is seen through.
  // Whether something else is painted behind what floats: a picture under a menu without a ground of its own.
  function painted(el, until) {
    const { left, top, width, height } = el.getBoundingClientRect();
    const stack = document.elementsFromPoint(left + width / 2, top + height / 2);
    for (const one of stack) {
      // The ground of the body is painted behind all, whatever stands behind its text.
      if (one === until && one !== own.body(document)) return false;
      if (one.contains(el) || el.contains(one)) continue;
      const seen = style(one);
      if (one.matches('img, video, canvas, svg, iframe') || seen.backgroundImage !== 'none' || (channels(seen.backgroundColor)?.[3] ?? 1) > 0) return true;
    }
    return false;
  }

  function ground(el) {
    const layers = [];
    let found = null;
    let floats = false;
    let until = null;
    for (let node = el; node; node = up(node)) {
      const seen = style(node);
      if (Number(seen.opacity) < 1 || seen.filter !== 'none' || seen.mixBlendMode !== 'normal') return null;
      if (found) continue;
      if (seen.backgroundImage !== 'none') return null;
      const rgb = channels(seen.backgroundColor);
      if (!rgb) return null;
      if ((rgb[3] ?? 1) === 1) { found = rgb.slice(0, 3); until = node; } else if (rgb[3] > 0) layers.push(rgb);
      if (!found && /absolute|fixed|sticky/.test(seen.position)) floats = true;
    }
    if (floats && painted(el, until)) return null;
    return layers.reduceRight((on, layer) => mix(layer, on), found || [255, 255, 255]);
  }
  const off = (el) => Boolean(own.closest(el, ':disabled, [aria-disabled=true], fieldset[disabled]'));

  // The best contrast by which a drawn box stands out from what is around it: its ground, its line, its shadow; 0 = cannot be told.
  function outline(seen, around) {
    if (seen.boxShadow !== 'none' || seen.backgroundImage !== 'none' || Number(seen.opacity) < 1 || seen.outlineStyle !== 'none') return 0;
    const inner = channels(seen.backgroundColor);
    if (!inner) return 0;
    // What paints nothing holds the drawing, or shows itself with the focus only.
    const lined = ['Top', 'Right', 'Bottom', 'Left'].some((side) => parseFloat(seen[`border${side}Width`]) > 0 && !/none|hidden/.test(seen[`border${side}Style`]) && (channels(seen[`border${side}Color`])?.[3] ?? 1) > 0);
    if (!lined && (inner[3] ?? 1) === 0) return 0;
    let best = contrast(mix(inner, around), around);
    for (const side of ['Top', 'Right', 'Bottom', 'Left']) {
      if (parseFloat(seen[`border${side}Width`]) === 0 || /none|hidden/.test(seen[`border${side}Style`])) continue;
      const rgb = channels(seen[`border${side}Color`]);
      if (!rgb) return 0;
      best = Math.max(best, contrast(mix(rgb, around), around));
    }
    return best;
  }

  // A box to tick, a button to choose or a switch that the page draws itself.
  function choice(el) {
    const name = own.name(el), kind = attribute(el, 'role');
    let drawing = null;
    if (name === 'input' && /^(checkbox|radio)$/.test(el.type)) {
      const seen = style(el);
      const hidden = seen.opacity === '0' || /inset\((?:50|100)%|rect\(/.test(seen.clipPath + seen.clip) || el.offsetWidth <= 1 || el.getBoundingClientRect().right < 0 || seen.appearance === 'none' && el.offsetWidth < 2;
      if (hidden) {
        const label = el.labels?.[0];
        drawing = [el.nextElementSibling, ...(label ? within(label, 'span, i, div, b') : [])].find((one) => one && !own.text(one).trim() && one.offsetWidth >= 10 && one.offsetWidth <= 70 && one.offsetHeight >= 10 && one.offsetHeight <= 44);
        if (!drawing && label) {
          for (const pseudo of ['::before', '::after']) {
            const drawn_ = getComputedStyle(label, pseudo);
            if (drawn_.content === '""' && parseFloat(drawn_.width) >= 10 && parseFloat(drawn_.width) <= 70 && parseFloat(drawn_.height) >= 10) return { seen: drawn_, around: ground(own.parentElement(label)), el };
          }
        }
      } else if (seen.appearance === 'none') drawing = el;
    } else if (/^(switch|checkbox|radio)$/.test(kind) && name !== 'input' && !own.text(el).trim() && el.offsetWidth >= 10 && el.offsetWidth <= 80 && el.offsetHeight <= 44) drawing = el;
    if (!drawing || (!handrail.visible(drawing))) return null;
    return { seen: style(drawing), around: ground(own.parentElement(drawing)), el: drawing === el || kind ? el : drawing };
  }

  // Where a control has no words to be seen: how its picture stands out, at best.
  function sign(el) {
    const text = clean(el.innerText || '').replace(/[\ue000-\uf8ff]/g, '');
    if (/[\p{L}\p{N}]/u.test(text) || text.length > 5 || within(el, 'img, canvas, use').length) return null;
    const box = el.getBoundingClientRect();
    if (box.width < 8 || box.width > 90 || box.height < 8) return null;
    const around = ground(el);
    if (!around) return null;
    const values = [];
    if (text) {
      const ink_ = channels(style(speaker(el)).color), under = ground(speaker(el));
      if (!ink_ || !under) return null;
      values.push(contrast(mix(ink_, under), under));
    }
    for (const shape of within(el, 'svg path, svg rect, svg circle, svg line, svg polyline, svg polygon').slice(0, 30)) {
      if (!shape.getBoundingClientRect().width && !shape.getBoundingClientRect().height) continue;
      const seen = style(shape);
      for (const text of [seen.fill, seen.strokeWidth !== '0px' ? seen.stroke : '']) {
        const rgb = channels(text);
        if (rgb && (rgb[3] ?? 1) > 0) values.push(contrast(mix(rgb, around), around));
        else if (text && text !== 'none' && !rgb) return null;
      }
    }
    for (const one of [el, ...within(el, 'i, span, b')].slice(0, 6)) {
      for (const pseudo of ['::before', '::after']) {
        const seen = getComputedStyle(one, pseudo);
        if (!/^(none|normal|""|)$/.test(seen.content)) values.push(contrast(mix(channels(seen.color) || [0, 0, 0], around), around));
        else if (seen.content === '""' || seen.backgroundImage !== 'none') return null;
      }
      if (style(one).backgroundImage !== 'none' || style(one).maskImage !== 'none') return null;
    }
    if (values.length) return Math.max(...values);
    // A dot or a bar that is a control.
    const parent = own.parentElement(el);
    const outside = parent && !within(el, '*').length && box.width <= 60 && ground(parent);
    return outside && (style(el).borderTopWidth !== '0px' || (channels(style(el).backgroundColor)?.[3] ?? 1) > 0) ? outline(style(el), outside) || null : null;
  }

  // Signs in a row that stand for a mark or a choice, wherever their handler is: stars.
  const STARS = /^[★☆✩✪✭✮✯⭐♥♡❤●○⬤◯]{1,5}$/u;
  function starred(most) {
    const found = [];
    for (const el of own.all('span, i, div, label, li')) {
      if (found.length >= most) break;
      if (el.childElementCount || !STARS.test(own.text(el).trim()) || !handrail.visible(el) || off(el)) continue;
      const parent = own.parentElement(el);
      if (!parent || found.some((one) => own.parentElement(one) === parent)) continue;
      if ([...own.elements(parent)].filter((one) => STARS.test(own.text(one).trim())).length < 3 && own.text(el).trim().length < 3) continue;
      found.push(el);
    }
    return found;
  }

  // Parts of a drawing that hardly stand out from what they lie on.
  function pale(el) {
    const around = ground(el);
    if (!around) return null;
    const box = el.getBoundingClientRect();
    const parts = [];
    let stage = around;
    for (const shape of within(el, 'path, rect, circle, ellipse, polygon, polyline').slice(0, 200)) {
      const seen = style(shape), size = shape.getBoundingClientRect();
      const fill = channels(seen.fill), line = channels(seen.stroke);
      if (size.width >= box.width * 0.9 && size.height >= box.height * 0.9 && fill) { stage = mix(fill, stage); continue; }
      if (size.width < 12 || size.height < 12 || Number(seen.opacity) < 1) continue;
      const values = [fill, line && parseFloat(seen.strokeWidth) > 0 ? line : null].filter((one) => one && (one[3] ?? 1) > 0).map((one) => contrast(mix(one, stage), stage));
      if (values.length) parts.push(Math.max(...values));
    }
    return parts.length >= 2 ? { parts: parts.length, faint: parts.filter((one) => one < 3).length } : null;
  }

  const called = (el) => clean([...(el.labels || [])].map((label) => own.text(label)).join(' ') || attribute(el, 'aria-label')).slice(0, 80);

  function faint(drawings) {
    const found = [];
    for (const el of [...own.all('input[type=checkbox], input[type=radio], [role=switch], [role=checkbox], [role=radio]')].slice(0, 200)) {
      if (found.length >= 10 || off(el) || el.checked || attribute(el, 'aria-checked') === 'true') continue;
      const told = choice(el);
      const value = told && told.around ? outline(told.seen, told.around) : 0;
      if (value && value < 3) found.push({ kind: 'choice', contrast: Math.round(value * 100) / 100, ...place(told.el), name: called(el) });
    }
    for (const el of [...own.all('select')].slice(0, 100)) {
      if (found.length >= 20 || off(el) || !handrail.visible(el)) continue;
      const parent = own.parentElement(el), around = parent && ground(parent);
      const value = around ? outline(style(el), around) : 0;
      if (value && value < 3) found.push({ kind: 'select', contrast: Math.round(value * 100) / 100, ...place(el), name: called(el) });
    }
    for (const el of [...own.all('button, a[href], [role=button]')].slice(0, 400)) {
      if (found.length >= 20 || off(el) || !handrail.visible(el) || /^(switch|checkbox|radio)$/.test(attribute(el, 'role'))) continue;
      const value = el.offsetWidth <= 90 ? sign(el) : null;
      if (value && value < 3) found.push({ kind: 'sign', contrast: Math.round(value * 100) / 100, ...place(el) });
    }
    for (const el of starred(5)) {
      const rgb = channels(style(el).color), around = ground(el);
      const value = rgb && around ? contrast(mix(rgb, around), around) : 0;
      if (value && value < 3) found.push({ kind: 'stars', contrast: Math.round(value * 100) / 100, ...place(el) });
    }
    for (const el of drawings.slice(0, 20)) {
      const told = attribute(el, 'aria-hidden') === 'true' || own.closest(el, '[aria-hidden=true], a, button') ? null : pale(el);
      if (told && told.faint >= 2 && told.faint >= told.parts / 2 && (attribute(el, 'role') === 'img' || within(el, 'text').length)) found.push({ kind: 'drawing', contrast: 0, parts: told.faint, ...place(el) });
    }
    return found;
  }

  // ---- Structure that only the eye sees

  const kind = (el) => attribute(el, 'role').trim().split(/\s+/)[0];
  const STRUCTURE = 'ul, ol, dl, table, nav, [role=list], [role=table], [role=grid], [role=row], [role=tablist], [role=menu], [role=listbox], [role=tree], [role=feed], [role=navigation], pre, code, form fieldset';
  const BUSY = 'input, select, textarea, button, img, video, iframe, h1, h2, h3, h4, h5, h6, [role=button], [role=heading]';
  const FILLED = 'input, select, textarea, video, iframe, h1, h2, h3, h4, h5, h6, [role=heading]';

  // A few words of another look at the head of a line, a break, and plain text below.
  function leads(el) {
    if (!within(el, 'br').length || own.closest(el, 'table, nav, footer, address, pre, code, li, button, label')) return [];
    const found = [];
    let first = true, run = [];
    const nodes = [...own.children(el)];
    for (const [index, node] of nodes.entries()) {
      const type = own.type(node);
      if (type === 1 && own.name(node) === 'br') {
        if (run.length === 1 && first === 'lead') {
          let below = '';
          for (const next of nodes.slice(index + 1)) {
            if (own.type(next) === 1 && own.name(next) === 'br') { if (below.trim()) break; continue; }
            below += own.text(next);
          }
          if (clean(below).length >= 40) found.push(run[0]);
        }
        run = [];
        first = true;
        continue;
      }
      if (type === 3 && !node.data.trim()) continue;
      if (type !== 1 && type !== 3) continue;
      first = first === true && type === 1 && /^(span|strong|b|font|u|em|big)$/.test(own.name(node)) ? 'lead' : false;
      run.push(node);
    }
    const body = parseFloat(style(el).fontSize);
    return found.filter((one) => {
      const text = clean(own.text(one)), seen = style(speaker(one));
      const words = text.split(' ').length;
      if (!text || words > 8 || text.length > 70 || /[.;,…]$|^note\b|@|^\d|^[A-Z]\.$/i.test(text) || within(one, 'a').length || !handrail.visible(one)) return false;
      return Number(seen.fontWeight) >= 600 || parseFloat(seen.fontSize) >= body * 1.2;
    });
  }

  // Like lines with a bullet that the style sheet draws.
  function bulleted(el) {
    if (/^(ul|ol|dl|table|tbody|tr|nav|select|svg|p)$/.test(own.name(el)) || kind(el) || own.closest(el, STRUCTURE)) return null;
    const all = children(el).filter((child) => handrail.visible(child));
    if (all.length < 3 || all.length > 60) return null;
    const tag = own.name(all[0]);
    if (!/^(div|p|span)$/.test(tag) || all.some((child) => own.name(child) !== tag || kind(child) || within(child, BUSY).length)) return null;
    const marked = all.filter((child) => {
      const seen = style(child), before = getComputedStyle(child, '::before');
      const text = clean(own.text(child));
      if (text.length < 3 || text.length > 200) return false;
      if (seen.display === 'list-item' && seen.listStyleType !== 'none') return true;
      if (/^"[•·▪▫●○◦‣∙■□➢➤►▶✓✔→»◆–—*-]\s*"$/.test(before.content) || /counter\(/.test(before.content)) return true;
      return seen.backgroundImage !== 'none' && parseFloat(seen.paddingLeft) >= 12 && /no-repeat/.test(seen.backgroundRepeat);
    });
    return marked.length === all.length ? { items: all.length, texts: all.slice(0, 3).map((one) => clean(own.text(one)).slice(0, 60)), ...place(el) } : null;
  }

  // A row may have no box of its own.
  const boxed = (el) => handrail.visible(el) || (style(el).display === 'contents' && children(el).some((child) => handrail.visible(child)));
  const cellsOf = (el) => children(el).filter((child) => handrail.visible(child));
  const columnsOf = (el) => (style(el).display.includes('grid') ? style(el).gridTemplateColumns.replace(/\[[^\]]*\]/g, ' ').trim().split(/\s+/).length : 0);

  // Boxes as rows: those of a grid as wide as it is, a last one that is not full left out; else the children of each, below a title.
  function rowsOf(el) {
    const all = children(el).filter(boxed);
    const wide = columnsOf(el);
    if (wide >= 2 && wide <= 8 && all.length >= wide * 2 && all.slice(0, wide).every((one) => children(one).length <= 1) && all.every((one) => children(one).length <= 3 && style(one).display !== 'contents')) {
      return Array.from({ length: Math.floor(all.length / wide) }, (_, index) => all.slice(index * wide, index * wide + wide));
    }
    const from = all.length > 3 && children(all[0]).length < 2 ? 1 : 0;
    return all.some((row) => kind(row)) ? [] : all.slice(from).map(cellsOf);
  }

  // A row of titles may stand in a box of its own, above that of the others.
  function headOf(el, count) {
    let above = el.previousElementSibling;
    while (above && boxed(above) && children(above).length === 1) [above] = children(above);
    const cells = above && !kind(above) && !/^(table|ul|ol|dl|nav|form)$/.test(own.name(above)) ? cellsOf(above) : [];
    return cells.length === count && cells.every((cell) => children(cell).length <= 1) ? cells : null;
  }

  // Short texts in rows and columns, the first row of which stands out.
  function grid(el) {
    const list = /^(ul|ol)$/.test(own.name(el));
    if (/^(dl|table|tbody|thead|tr|nav|select|svg|p|form)$/.test(own.name(el)) || kind(el) || own.closest(list ? own.parentElement(el) : el, STRUCTURE)) return null;
    const rows = rowsOf(el);
    const count = rows[0]?.length || 0;
    if (count < 2 || count > 8 || rows.some((row) => row.length !== count)) return null;
    const head = count >= 3 && rows.length >= 2 && headOf(el, count);
    const found = (head && judged([head, ...rows], false)) || judged(rows, list);
    return found ? { rows: rows.length + (found === head), columns: count, texts: found.map((cell) => clean(own.text(cell))).filter(Boolean).slice(0, 3), ...place(el) } : null;
  }

  // The first row, where boxes in rows are a table to the eye; else null.
  function judged(rows, list) {
    const count = rows[0].length;
    const cells = rows.flat();
    if (rows.length * count < 6 || (rows.length < 3 && style(rows[0][0]).display !== 'table-cell') || cells.some((cell) => kind(cell))) return null;
    const busy = cells.map((cell) => within(cell, BUSY).length > 0 || /^(input|select|textarea|button|img|h[1-6])$/.test(own.name(cell)));
    // A button or a sign in one column, which may be what is done with a row.
    const pressed = busy.some(Boolean) && count >= 3 && new Set(busy.flatMap((one, at) => (one ? [at % count] : []))).size === 1 && !busy.slice(0, count).some(Boolean)
      && !cells.some((cell) => within(cell, FILLED).length || /^(input|select|textarea|h[1-6])$/.test(own.name(cell)));
    if (busy.some(Boolean) && !pressed) return null;
    const texts = cells.map((cell) => clean(own.text(cell)));
    const short = texts.filter((text) => text && text.length <= 40).length;
    const even = short >= cells.length * 0.9;
    if (!even && (count < 3 || short < cells.length * 0.7 || texts.some((text) => text.length > 160) || texts.slice(1, count).some((text) => !text || text.length > 40))) return null;
    const lefts = rows.map((row) => row.map((cell) => Math.round(cell.getBoundingClientRect().left)));
    const tops = rows.map((row) => row.map((cell) => cell.getBoundingClientRect().top));
    if (lefts.some((row) => row.some((left, index) => Math.abs(left - lefts[0][index]) > 4)) || new Set(lefts[0]).size < count) return null;
    if (tops.some((row) => Math.max(...row) - Math.min(...row) > 12) || tops.some((row, index) => index > 0 && row[0] <= tops[index - 1][0])) return null;
    const ruled = (cell) => [cell, own.parentElement(cell)].some((one) => parseFloat(style(one).borderBottomWidth) >= 2);
    const looks = (cell) => { const seen = style(speaker(cell)); return `${Number(seen.fontWeight) >= 600} ${seen.textTransform} ${paint(cell)?.key || paint(own.parentElement(cell))?.key || ''} ${count >= 3 ? `${seen.color} ${ruled(cell)}` : ''}`; };
    const last = pressed && busy[2 * count - 1] ? count - 2 : count - 1;
    const titles = rows[0].filter((cell, index) => index > 0 || own.text(cell).trim());
    const head = new Set(titles.map(looks)), rest = new Set(rows.slice(1).map((row) => looks(row[last])));
    const titled = head.size === 1 && ![...rest].some((one) => head.has(one));
    const drawn_ = style(rows[0][0]).display === 'table-cell' && rows.length >= 2;
    // Words above, figures below.
    const said = (row) => row.map((cell) => clean(own.text(cell)));
    const measured = even && count >= 3 && said(rows[0]).every((text, index) => index === 0 || /\p{L}/u.test(text) || /^(?:19|20)\d\d$/.test(text))
      && said(rows[0]).some((text, index) => index > 0 && (!/\d/.test(text) || /^\d{4}$/.test(text)) && rows.slice(1).every((row) => /\d/.test(own.text(row[index]))));
    return (list ? measured || (titled && count >= 3) : titled || (even && drawn_) || measured) ? rows[0] : null;
  }

  function read(mostElements, mostMilliseconds) {
    styles = new Map();
    const out = { truncated: false, alike: [], marks: [], lines: [], charts: [], reds: [], faint: [], little: [], leads: [], bulleted: [], grids: [] };
    const root = own.root(document);
    if (!root) return { ...out, bare: [], bars: [] };
    const began = performance.now();
    const marks = [], drawings = [], little = [], claimed = new Set();
    let count = 0;
    for (const el of handrail.elements(document)) {
      count += 1;
      if (count > mostElements || (count % 64 === 0 && performance.now() - began > mostMilliseconds)) { out.truncated = true; break; }
      const name = own.name(el);
      if (name === 'svg') {
        if (!handrail.visible(el)) continue;
        const found = mark(el);
        if (found) marks.push({ el: el, colour: found });
        else if (el.clientWidth >= 80) drawings.push(el);
        else if (little.length < 200) {
          const key = picture(el);
          if (key) little.push({ el: el, key: key });
        }
        continue;
      }
      if (!(el instanceof HTMLElement) || !handrail.visible(el)) continue;
      const found = mark(el);
      if (found) marks.push({ el: el, colour: found });
      if (little.length < 200 && !el.childElementCount) {
        const key = picture(el);
        if (key) little.push({ el: el, key: key });
      }
      if (out.alike.length < 20 && !claimed.has(el)) {
        const things = alike(el);
        const told = things.length >= 3 ? set(el, things) : null;
        if (told) { out.alike.push(told); for (const thing of things) claimed.add(own.parentElement(thing)); }
      }
      if (el.childElementCount >= 2 && el.childElementCount <= 400 && out.grids.length + out.bulleted.length < 10) {
        const list = bulleted(el), table = list ? null : grid(el);
        if (list) out.bulleted.push(list);
        if (table) out.grids.push(table);
      }
      if (el.childElementCount && /^(p|div|td|section|article|main)$/.test(name) && out.leads.length < 10) {
        const found_ = leads(el);
        if (found_.length) out.leads.push({ texts: found_.map((one) => clean(own.text(one))), ...place(found_[0]) });
      }
      if (/^(p|li|td|dd|div|blockquote)$/.test(name) && out.lines.length < 10 && [...own.children(el)].some((child) => own.type(child) === 3 && child.data.trim())) {
        const told = line(el);
        if (told) out.lines.push(told);
      }
    }
    out.marks = gathered(marks.slice(0, 300));
    const keys = new Set(marks.map((one) => one.colour.key));
    out.charts = drawings.slice(0, 20).map((one) => chart(one, keys)).filter(Boolean);
    out.little = pictured(little);
    out.reds = reds();
    out.faint = faint(drawings);
    styles = null;
    const { cut, ...wordless } = handrail.wordless.read(mostElements, began + mostMilliseconds);
    return { ...out, ...wordless, truncated: out.truncated || cut };
  }

  // Lines of letters in a picture: bands of rows in which ink and ground take turns often, on a ground that is mostly
  // one colour, and fill some of it. 0 for photographs, drawings with a few labels, and pictures of other hosts that a page may not look into.
  const ACROSS = 360, TURNS = 70, SHARE = 0.35, LINES = 0.12;
  function letters(el) {
    const box = el.getBoundingClientRect();
    const wide = el.naturalWidth || el.width, high = el.naturalHeight || el.height;
    if (box.width < 60 || box.height < 18 || !wide || !high || wide * high > 16e6) return 0;
    if (own.name(el) === 'img' && !el.complete) return 0;
    const scale = Math.min(1, ACROSS / wide);
    const width = Math.max(1, Math.round(wide * scale)), height = Math.max(1, Math.min(600, Math.round(high * scale)));
    let data;
    try {
      const drawing = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
      drawing.fillStyle = '#fff';
      drawing.fillRect(0, 0, width, height);
      drawing.drawImage(el, 0, 0, width, height);
      ({ data } = drawing.getImageData(0, 0, width, height));
    } catch { return 0; }
    const grey = new Uint8Array(width * height);
    const counts = new Uint32Array(4096);
    for (let at = 0, from = 0; at < grey.length; at += 1, from += 4) {
      grey[at] = (data[from] * 3 + data[from + 1] * 6 + data[from + 2]) / 10;
      counts[((data[from] >> 4) << 8) | ((data[from + 1] >> 4) << 4) | (data[from + 2] >> 4)] += 1;
    }
    if (Math.max(...counts) < SHARE * grey.length) return 0;
    let bands = 0, tall = 0, busy = 0, filled = 0, shapes = 0, before = 0;
    for (let row = 0; row <= height; row += 1) {
      let turns = 0, form = 0;
      if (row < height) {
        for (let at = row * width + 1; at < (row + 1) * width; at += 1) {
          if (Math.abs(grey[at] - grey[at - 1]) > TURNS) { turns += 1; form = (form * 31 + at - row * width) | 0; }
        }
      }
      // Rows of letters are unlike each other, those of bars and grids are not.
      if (turns >= 6) { tall += 1; busy += turns; shapes += form === before ? 0 : 1; before = form; continue; }
      if (tall >= 5 && tall <= height * 0.75 && busy / tall >= 8 && shapes >= 0.4 * tall) { bands += 1; filled += tall; }
      if (turns < 3 || tall < 3) { tall = 0; busy = 0; shapes = 0; }
    }
    return filled >= LINES * height ? bands : 0;
  }

  // Words that a box holds for those who listen, and shows as a picture of the style sheet.
  function worded(el) {
    const seen = getComputedStyle(el);
    const address = /url\("?([^")]+)/.exec(seen.backgroundImage);
    // The arrow of a list, the sign of a field.
    if (!address || /^(select|input|textarea)$/.test(own.name(el)) || el.offsetWidth < 60 || el.offsetHeight < 20 || within(el, 'img, svg, video, input, select, iframe').length) return null;
    const text = clean(own.text(el)), label = clean(attribute(el, 'aria-label'));
    if (text.length > 200 || !/\p{L}{3}/u.test(text || label)) return null;
    const moved = parseFloat(seen.textIndent) < -100 || parseFloat(seen.textIndent) > 400 || parseFloat(seen.fontSize) < 2 || seen.color === 'rgba(0, 0, 0, 0)';
    const inner = children(el);
    const hidden = inner.length === 1 && clean(own.text(inner[0])) === text && (inner[0].offsetWidth <= 1 || inner[0].offsetHeight <= 1 || !handrail.visible(inner[0]) || inner[0].getBoundingClientRect().right < 0);
    if (text ? !(moved || hidden) : !/^(a|button)$/.test(own.name(el)) && !/^(img|button|link)$/.test(attribute(el, 'role'))) return null;
    return text || label;
  }

  return { read, letters, worded };
})();
