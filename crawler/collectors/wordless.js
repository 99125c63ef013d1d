// What boxes without words tell: cells and entries that nothing but a style sheet fills, and boxes that stand like the
// bars of a chart.
handrail.wordless = (() => {
  const { own } = handrail;

  const attribute = (el, name) => own.attribute(el, name) || '';
  const clean = (text) => text.replace(/[\s\u200b\u00ad]+/g, ' ').trim();
  const children = (el) => [...own.children(el)].filter((child) => own.type(child) === 1);
  const within = (el, css) => [...Element.prototype.querySelectorAll.call(el, css)];
  const classes = (el) => `${attribute(el, 'class')} ${own.id(el)}`.slice(0, 300);
  const kind = (el) => attribute(el, 'role').trim().split(/\s+/)[0].toLowerCase();
  const place = (el) => handrail.structure.at(el);

  // ---- Cells and entries that a style sheet alone fills

  // Pixels; what is larger is a slide or a photograph, what is smaller a line.
  const LARGE = 140, SMALL = 5;
  const MOST_GROUPS = 60, MOST_ITEMS = 60;
  // Pictures in the markup have rules of their own, and so has what people press.
  const HELD = 'img, svg, picture, canvas, video, audio, iframe, object, embed, math, input, select, textarea, button, a[href], label, summary, progress, meter, [role=img], [role=button], [role=link], [role=switch], [role=checkbox], [role=radio], [role=tab], [role=option], [role=progressbar], [role=meter], [role=slider], [tabindex]';
  const AROUND = 'nav, a[href], button, label, summary, pre, select, [role=navigation], [role=img], [role=button], [role=link], [role=tablist], [role=toolbar], [role=menu], [role=menubar], [role=listbox], [aria-hidden=true], [inert]';
  // Signs of how good something is are told by another rule; dots tell which of some slides is shown.
  const OTHER = /(?:^|[\s_-])(?:stars?|ratings?|rate|rated|étoiles?|etoiles?|score|dots?|pagination|pager|indicators?|carousel|slick|swiper|slider|spinner|loader|skeleton)(?:$|[\s_-]|\d)/i;
  const PERSON = /avatar|photo|thumb|portrait|profile|author|user|flag|logo/i;
  const ICONS = /icon|awesome|glyph|symbol|dingbat|webding/i;
  const PRIVATE = /[\p{Co}\s\u200b\ufe0f\ufe0e]/gu;
  const LETTERS = /[\p{L}\p{N}]/u;

  // Nothing is read of what holds a page: its words would be gone through once for each box around them.
  const shallow = (el) => !el.childElementCount || (el.childElementCount === 1 && !el.firstElementChild.childElementCount);

  const named = (el) => Boolean(clean(attribute(el, 'aria-label') || attribute(el, 'aria-labelledby') || attribute(el, 'title')));

  // The texts of an element, and whether each is read out.
  function texts(el) {
    const found = [];
    const walker = Document.prototype.createTreeWalker.call(document, el, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(), steps = 0; node && steps < 40; node = walker.nextNode(), steps += 1) {
      const holder = own.parentElement(node);
      if (!node.data.trim() || !holder || /^(style|script|template)$/.test(own.name(holder)) || !handrail.visible(holder)) continue;
      const muted = own.closest(holder, '[aria-hidden=true]');
      found.push({ text: node.data.trim(), holder: holder, heard: node.data.replace(PRIVATE, '') !== '' && !(muted && el.contains(muted)) });
    }
    return found;
  }

  // Whether somebody who listens hears anything of it.
  const speaks = (el) => named(el) || within(el, '[aria-label], [aria-labelledby], [title]').some(named) || texts(el).some((one) => one.heard);

  // What a style sheet draws before or after an element; null where that is words, which are read.
  function written(el, pseudo) {
    const seen = getComputedStyle(el, pseudo);
    const { content } = seen;
    if (!content || /^(none|normal)$/.test(content) || seen.display === 'none' || seen.visibility !== 'visible' || seen.opacity === '0') return '';
    if (/\/\s*"[^"]*\p{L}/u.test(content)) return null;
    const picture = [seen.backgroundImage, seen.maskImage].find((one) => /url\(/.test(one));
    if (/url\(/.test(content)) return `picture ${content}`;
    const said = [...content.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]).join('');
    if (said.replace(PRIVATE, '') === '') {
      if (picture) return `picture ${picture} ${seen.backgroundPosition}`;
      return said.trim() ? `sign ${said}` : '';
    }
    if (LETTERS.test(said)) return ICONS.test(seen.fontFamily) ? `sign ${said}` : null;
    return `sign ${said}`;
  }

  // What an element without words shows: the pictures and signs of its own and of what stands in it. Null where it speaks or
  // is something else. "asked": it is asked about anyhow in a table with header cells, "little": beside words.
  function shows(el) {
    if (own.text(el).trim().length > 40 || el.matches(HELD) || within(el, HELD).length || speaks(el)) return null;
    const found = [];
    let asked = false, little = false;
    for (const one of [el, ...within(el, '*').slice(0, 12)]) {
      if (own.shadow(one)) return null;
      if (!(one instanceof HTMLElement) || !handrail.visible(one)) continue;
      const seen = getComputedStyle(one);
      if (seen.cursor === 'pointer' || OTHER.test(classes(one))) return null;
      const box = one.getBoundingClientRect();
      if (box.height > LARGE || (one !== el && box.width > LARGE) || seen.opacity === '0') continue;
      const muted = Boolean(own.closest(one, '[aria-hidden=true]'));
      for (const image of [seen.backgroundImage, seen.maskImage]) {
        if (!/url\(/.test(image) || box.height < SMALL || box.width < SMALL) continue;
        found.push(`picture ${image} ${seen.backgroundPosition}`);
        asked = asked || (image === seen.backgroundImage && !muted);
        little = little || (image === seen.backgroundImage && box.width <= 48 && box.height <= 48);
      }
      for (const pseudo of ['::before', '::after']) {
        const drawn = written(one, pseudo);
        if (drawn === null) return null;
        if (!drawn) continue;
        // The sign of a font that did not come takes no room.
        found.push(drawn);
        const small = !one.childElementCount && box.width >= SMALL && box.height >= SMALL && box.width <= 48 && box.height <= 48 && drawn.startsWith('sign') && !LETTERS.test(drawn.slice(5));
        asked = asked || (one !== el && small);
        little = little || small;
      }
    }
    for (const { text, holder } of texts(el)) {
      if (text.replace(PRIVATE, '') === '' || !LETTERS.test(text) || ICONS.test(getComputedStyle(holder).fontFamily)) found.push(`sign ${text}`);
      else return null; // words that only eyes get: another matter
    }
    return found.length ? { key: found.join(' | ').slice(0, 20000), asked: asked, little: little } : null;
  }

  // Two pictures of a style sheet, told apart without being carried whole.
  function mark(key) {
    let sum = 0;
    for (let at = 0; at < key.length; at += 1) sum = (sum * 31 + key.charCodeAt(at)) | 0;
    return `${key.slice(0, 60)} ${key.length} ${sum}`;
  }

  const isHead = (cell) => own.name(cell) === 'th' || /^(column|row)header$/.test(kind(cell));
  const say = (el, most = 60) => clean(el.innerText || '').slice(0, most);

  // Each column of a table: the cells that are filled so, and how many are empty altogether.
  function columns(table, native) {
    const rows = (native ? [...table.rows] : within(table, '[role=row]')).slice(0, 200).filter((row) => handrail.visible(row));
    const cells = rows.map((row) => (native ? [...row.cells] : children(row).filter((one) => /^(cell|gridcell|columnheader|rowheader)$/.test(kind(one)))));
    const widest = Math.max(0, ...cells.map((row) => row.length));
    const heads = cells.flat().filter(isHead).some((cell) => say(cell, 20));
    const found = [];
    for (let index = 0; index < Math.min(widest, 40); index += 1) {
      const items = [];
      let empty = 0;
      for (const row of cells) {
        const cell = row[index];
        if (!cell || isHead(cell) || cell.colSpan > 1) continue;
        const told = shows(cell);
        // Beside it stands what it is said of.
        const beside = row.filter((other) => other !== cell).map((other) => say(other)).find(Boolean) || '';
        if (told && beside) items.push({ el: cell, key: mark(told.key), asked: native && heads && told.asked, text: beside });
        else if (!told && beside && !clean(own.text(cell)) && !within(cell, HELD).length) empty += 1;
      }
      const top = cells[0]?.[index];
      if (items.length) found.push({ kind: 'cell', headed: heads, title: top && isHead(top) ? say(top) : '', empty: empty, items: items });
    }
    return found;
  }

  const pack = ({ items, ...rest }, like) => ({
    ...rest, like: like, many: items.length, asked: items.some((one) => one.asked),
    items: items.slice(0, MOST_ITEMS).map(({ key, text }) => ({ key: key, text: text })), ...place(items[0].el),
  });

  // Entries of a list, or things that stand side by side in a box, of which each shows nothing else.
  function entries(box, some, form) {
    const items = [];
    let others = 0;
    for (const el of some.slice(0, 200)) {
      const told = shows(el);
      if (told) items.push({ el: el, key: mark(told.key), asked: form === 'row' && told.little, text: '' });
      else others += 1;
    }
    return items.length ? { kind: form, headed: false, title: '', empty: 0, others: others, items: items } : null;
  }

  // What a style sheet sets before, after or behind an entry that has words: pictures, and signs that no words stand for.
  function adorned(el) {
    if (within(el, 'a[href], button, input, select, textarea').length || el.matches('[tabindex]')) return null;
    const seen = getComputedStyle(el);
    const text = say(el);
    if (!text || text.length >= 60 || seen.cursor === 'pointer') return null;
    const found = [seen.backgroundImage, seen.listStyleImage].filter((one) => /url\(/.test(one));
    for (const pseudo of ['::before', '::after']) {
      const drawn = written(el, pseudo);
      if (drawn === null) return null;
      if (drawn.startsWith('picture') || (drawn && (drawn.slice(5).replace(PRIVATE, '') === '' || LETTERS.test(drawn.slice(5))))) found.push(drawn);
    }
    return { key: found.length ? mark(found.join(' | ')) : '', text: text };
  }

  // A list of them, of which some have one picture and some another.
  function beside(some) {
    const items = [];
    for (const el of some.slice(0, 200)) {
      const told = adorned(el);
      if (told === null) return null;
      items.push({ el: el, key: told.key, asked: false, text: told.text });
    }
    const kinds = new Set(items.map((one) => one.key));
    return items.length > 3 && kinds.size > 1 && !kinds.has('') ? { kind: 'beside', headed: false, title: '', empty: 0, items: items } : null;
  }

  // Pictures laid over each other are one.
  function apart(items) {
    const boxes = items.map((one) => one.el.getBoundingClientRect());
    return boxes.every((box, index) => !index || box.left >= boxes[index - 1].right - 3 || box.top >= boxes[index - 1].bottom - 3 || box.right <= boxes[index - 1].left + 3);
  }

  function bare(el, name) {
    const role = kind(el);
    if (name === 'table' || role === 'table' || role === 'grid') {
      if (/^(none|presentation)$/.test(role)) return [];
      return columns(el, name === 'table');
    }
    const among = children(el);
    if (name === 'ul' || name === 'ol' || name === 'dl' || role === 'list') {
      if (OTHER.test(classes(el))) return [];
      const inner = among.filter((one) => (name === 'dl' ? own.name(one) === 'dd' : own.name(one) === 'li' || kind(one) === 'listitem'));
      const found = handrail.visible(el) && entries(el, inner, 'entry');
      if (found) return found.items.length > found.others && apart(found.items) ? [found] : [];
      const worded = inner.length > 3 && handrail.visible(el) && beside(inner);
      return worded ? [worded] : [];
    }
    return [];
  }

  // Three things and more of one size, side by side, no two alike: below a heading they tell of what it names.
  function aligned(items) {
    const boxes = items.map((one) => one.el.getBoundingClientRect());
    const [first] = boxes;
    return items.length > 2 && new Set(items.map((one) => one.key)).size === items.length
      && boxes.every((box) => Math.abs(box.top - first.top) < 3 && Math.abs(box.width - first.width) < 3 && Math.abs(box.height - first.height) < 3);
  }

  // Things in a row that are no list: <span>s beside a name, or in a box of their own.
  function row(el) {
    const leaves = children(el).filter((one) => /^(span|i|b|em|div|p)$/.test(own.name(one)) && shallow(one) && !own.text(one).trim());
    if (!leaves.length || leaves.length > 20 || OTHER.test(classes(el)) || PERSON.test(classes(leaves[0]))) return null;
    if (leaves.length === 1 && within(el, 'a[href], button, input').length) return null;
    const found = entries(el, leaves, 'row');
    if (!found || found.items.length <= found.others || !apart(found.items)) return null;
    const text = say(el) || say(own.parentElement(el) || el);
    return text ? { el: found.items[0].el, key: mark(found.items.map((one) => one.key).join(' | ')), asked: Boolean(say(el)) && found.items.every((one) => one.asked), text: text, several: found.items.length > 1, aligned: /^h[2-6]$/.test(el.previousElementSibling ? own.name(el.previousElementSibling) : '') && aligned(found.items) } : null;
  }

  // ---- Boxes that stand like the bars of a chart

  const THIN = 5, LONG = 60, TALL = 36, THICK = 140, LEVELS = 4;
  const MOST_BARS = 400, MOST_CHARTS = 10;
  const DRAWN = /(?:^|[\s_-])(?:chart|charts|graph|graphs|graphique|histogram|histogramme|diagram|diagramme|plot|bars?|barchart|bargraph|barres?)(?:$|[\s_-]|\d)/i;
  const WAITS = '[class*=skeleton i], [class*=placeholder i], [class*=shimmer i], [class*=loading i], [class*=loader i], [class*=spinner i], [class*=equali i], [class*=wave i], [aria-busy=true]';
  const MEASURED = 'progress, meter, [role=progressbar], [role=meter], [role=slider], [aria-valuenow]';

  const channels = (colour) => (/^rgba?\(/.test(colour) ? colour.match(/[\d.]+/g).map(Number) : null);
  // Numbers that a style sheet writes beside a box are read.
  const counted = (el) => Boolean(el) && ['::before', '::after'].some((pseudo) => /attr\(|counter|"[^"]*\d/.test(getComputedStyle(el, pseudo).content));
  const opaque = (colour) => (channels(colour)?.[3] ?? 1) >= 0.3 && Boolean(channels(colour));

  // The ground that a box is seen against.
  function behind(el) {
    for (let node = own.parentElement(el); node; node = own.parentElement(node)) {
      const { backgroundColor } = getComputedStyle(node);
      if (opaque(backgroundColor)) return backgroundColor;
    }
    return 'rgb(255, 255, 255)';
  }

  // A painted box without words, name or role.
  function bar(el, name) {
    if (!/^(div|span|i|b|em|p|li|dd|td|strong|section|figure)$/.test(name) || !shallow(el) || named(el) || (kind(el) && !/^(none|presentation)$/.test(kind(el)))) return null;
    const text = own.text(el).trim();
    // Its own words may stand in it, where it is not they that make it as long as it is.
    if (text ? text.length > 40 || /\d/.test(text) || !/width|height|--|size/.test(attribute(el, 'style')) || within(el, HELD).length : el.childElementCount) return null;
    const seen = getComputedStyle(el);
    const graded = /gradient\(/.test(seen.backgroundImage) && !/url\(/.test(seen.backgroundImage);
    if (!(graded || (seen.backgroundImage === 'none' && opaque(seen.backgroundColor))) || /infinite/.test(seen.animationIterationCount) && seen.animationName !== 'none') return null;
    if (/fixed/.test(seen.position) || seen.opacity === '0' || !handrail.visible(el)) return null;
    const box = el.getBoundingClientRect();
    if (box.width < 2 || box.height < 2 || (!graded && seen.backgroundColor === behind(el))) return null;
    if (own.closest(el, `nav, button, label, pre, code, svg, ${MEASURED}, ${WAITS}`) || counted(el) || counted(own.parentElement(el))) return null;
    return { el: el, left: box.left, right: box.right, top: box.top, bottom: box.bottom, width: box.width, height: box.height };
  }

  // The same, drawn before or after words, as long as the markup says.
  function drawnBar(el, name) {
    if (!/^(li|div|span|dd|dt|td|p)$/.test(name) || !/--[\w-]+\s*:/.test(attribute(el, 'style')) || named(el) || el.childElementCount > 3 || within(el, HELD).length || !handrail.visible(el) || own.closest(el, `nav, button, label, pre, code, svg, ${MEASURED}, ${WAITS}`)) return null;
    for (const pseudo of ['::before', '::after']) {
      const seen = getComputedStyle(el, pseudo);
      const width = parseFloat(seen.width), height = parseFloat(seen.height);
      if (seen.content !== '""' || !(width >= 2 && height >= 2) || !(opaque(seen.backgroundColor) || /gradient\(/.test(seen.backgroundImage))) continue;
      const box = el.getBoundingClientRect();
      return { el: el, left: box.left, right: box.left + width, top: box.top, bottom: box.top + height, width: width, height: height };
    }
    return null;
  }

  // Of some bars those that begin along one line, are as thick as each other, and are not all as long: the most there are.
  function lined(some) {
    let best = null;
    const ways = [
      ['widths', 'left', 'height', 'width', 'top', 'bottom', LONG], ['widths', 'right', 'height', 'width', 'top', 'bottom', LONG],
      ['heights', 'bottom', 'width', 'height', 'left', 'right', TALL], ['heights', 'top', 'width', 'height', 'left', 'right', TALL],
    ];
    for (const [how, edge, thick, long, from, to, least] of ways) {
      const sets = new Map();
      for (const one of some) {
        const key = `${Math.round(one[edge] / 2)} ${Math.round(one[thick] / 2)}`;
        sets.set(key, [...(sets.get(key) || []), one]);
      }
      for (const set of sets.values()) {
        if (set.length < 3 || (best && best.bars.length >= set.length)) continue;
        const across = [...set].sort((a, b) => a[from] - b[from]);
        if (across.some((one, index) => index && one[from] < across[index - 1][to] - 1)) continue;
        const lengths = set.map((one) => one[long]);
        const most = Math.max(...lengths), fewest = Math.min(...lengths);
        const thickness = set[0][thick];
        if (most < least || most < fewest * 1.15 || thickness < THIN || thickness > THICK || (how === 'widths' && most < thickness * 1.5)) continue;
        if (new Set(lengths.map((one) => Math.round(one / 3))).size < (set.length === 3 ? 2 : 3)) continue;
        best = { how: how, bars: set, lengths: lengths.map(Math.round) };
      }
    }
    return best;
  }

  // The words in and around a chart, as far as they are its own.
  function surroundings(box) {
    const figure = own.closest(box, 'figure');
    if (figure) return figure;
    let around = box;
    for (let steps = 0; steps < 2; steps += 1) {
      const outer = own.parentElement(around);
      if (!outer || outer === own.body(document) || /^(main|article|body|td|li)$/.test(own.name(outer)) || (outer.innerText || '').length > 1500) break;
      around = outer;
    }
    return around;
  }

  // What the bars are called: words in the box, or in the row right below it.
  function labels(scope, box, many) {
    const lines = (scope.innerText || '').split('\n').map(clean).filter((line) => LETTERS.test(line));
    const pieces = [scope, box.nextElementSibling].filter(Boolean).flatMap((one) => within(one, '*')).filter((one) => !one.childElementCount && handrail.visible(one)).map((one) => say(one)).filter((line) => LETTERS.test(line));
    return (lines.length < many && pieces.length > lines.length ? pieces : lines).slice(0, 60).map((line) => line.slice(0, 60));
  }

  function chart(box, some) {
    const found = lined(some);
    if (!found) return null;
    const around = surroundings(box);
    const roots = [box];
    while (roots.at(-1) !== around) roots.push(own.parentElement(roots.at(-1)));
    const beside_ = (one) => [one.previousElementSibling, one.nextElementSibling, one.nextElementSibling?.nextElementSibling].filter(Boolean);
    const others = roots.flatMap(beside_);
    // What stands beside a part of the page speaks of other things, unless it is a table.
    const ours = (roots.length > 1 ? roots.slice(0, -1) : roots).flatMap(beside_);
    const figures = [around, ...others].flatMap((one) => [one, ...within(one, 'table')]).filter((one) => own.name(one) === 'table' && !one.contains(box) && !box.contains(one) && /\d/.test(own.text(one)));
    const called = own.closest(box, '[role=img], [role=figure], [aria-label], [aria-labelledby], [aria-describedby]');
    const scope = say(box) || box === around ? box : own.parentElement(box);
    return {
      how: found.how, many: found.bars.length, lengths: found.lengths.slice(0, 60),
      labels: labels(scope, box, found.bars.length), headed: roots.some((one) => /^(h[1-6]|p)$/.test(one.previousElementSibling ? own.name(one.previousElementSibling) : '')),
      rows: found.bars.map((one) => rowOf(one.el, box)),
      drawn: roots.some((one) => DRAWN.test(classes(one))) || found.bars.some((one) => DRAWN.test(classes(one.el))) || Boolean(own.closest(box, 'figure')),
      near: [around, ...ours.filter((one) => !around.contains(one))].map((one) => clean(one.innerText || '').slice(0, 1500)).join(' \n '),
      tables: figures.length, image: Boolean(called && (kind(called) === 'img' || attribute(called, 'aria-describedby'))),
      named: called ? clean(attribute(called, 'aria-label') || attribute(called, 'aria-labelledby')).slice(0, 300) : '',
      ...place(box),
    };
  }

  // What is written in the row of a bar.
  function rowOf(el, box) {
    let at = el;
    while (own.parentElement(at) && own.parentElement(at) !== box) at = own.parentElement(at);
    return at === el ? '' : say(at, 200);
  }

  // Bars by the nearest box that holds enough of them.
  function charts(bars) {
    const taken = new Set();
    const found = [];
    let level = bars.map((one) => ({ one: one, box: own.parentElement(one.el) }));
    for (let steps = 0; steps < LEVELS; steps += 1) {
      const groups = new Map();
      for (const { one, box } of level) {
        if (taken.has(one.el) || !box || box === own.body(document)) continue;
        if (!groups.has(box)) groups.set(box, []);
        groups.get(box).push(one);
      }
      for (const [box, some] of groups) {
        if (some.length < 3 || found.length >= MOST_CHARTS) continue;
        const told = chart(box, some);
        if (!told) continue;
        found.push(told);
        for (const one of some) taken.add(one.el);
      }
      level = level.map(({ one, box }) => ({ one: one, box: box && own.parentElement(box) }));
    }
    return found;
  }

  function read(mostElements, until) {
    const out = { cut: false, bare: [], bars: [] };
    const bars = [], groups = [], claimed = new Set(), rows = new Map();
    let count = 0;
    for (const el of handrail.elements(document)) {
      count += 1;
      if (count > mostElements || (count % 64 === 0 && performance.now() > until)) { out.cut = true; break; }
      if (!(el instanceof HTMLElement)) continue;
      const name = own.name(el);
      if (bars.length < MOST_BARS) {
        const found = bar(el, name) || drawnBar(el, name);
        if (found) bars.push(found);
      }
      if (groups.length >= MOST_GROUPS * 4) continue;
      const listed = /^(table|ul|ol|dl)$/.test(name) || /^(list|table|grid)$/.test(kind(el));
      if (listed && !own.closest(el, AROUND)) {
        const like = attribute(el, 'class') && !/^(table|grid)$/.test(kind(el)) && name !== 'table' ? `${name} ${attribute(el, 'class')}` : `${name} ${count}`;
        for (const found of bare(el, name)) {
          groups.push([found, found.kind === 'beside' ? `beside ${count}` : like]);
          for (const one of found.items) claimed.add(one.el);
        }
      } else if (!listed && !claimed.has(el) && !claimed.has(own.closest(el, 'li, dd')) && el.childElementCount && el.childElementCount <= 40 && /^(div|span|p|li|dd|h[2-6]|article|section|header|figure)$/.test(name) && (shallow(el.firstElementChild) || shallow(el.lastElementChild)) && !own.closest(el, `${AROUND}, table, [role=table], [role=grid]`)) {
        const found = row(el);
        const like = `row ${name} ${attribute(el, 'class')}`;
        if (found) rows.set(like, [...(rows.get(like) || []), found]);
      }
    }
    for (const [like, some] of rows) {
      if (rows.size < MOST_GROUPS) groups.push([{ kind: 'row', headed: false, title: '', empty: 0, several: some.some((one) => one.several), aligned: some.some((one) => one.aligned), items: some }, like]);
    }
    out.bare = groups.slice(0, MOST_GROUPS).map(([found, like]) => pack(found, like));
    out.bars = charts(bars);
    return out;
  }

  return { read };
})();
