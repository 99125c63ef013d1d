// In which order text and fields are seen, and in which they are read aloud.
handrail.order = (() => {
  const { own } = handrail;
  const { style, within, words, count, place } = handrail.layout;
  const STEP = /^\s*(?:(?:step|étape|etape|part|partie|phase|question|day|jour|no\.?|n°|#)\s*)?(\d{1,2})(?:[.):\s-]|$)/i;
  const LANDMARKS = 'nav, aside, header, footer, main, form, [role=navigation], [role=complementary], [role=search], [role=banner], [role=contentinfo], [role=main], [role=log], [role=feed]';

  function described(el) {
    const text = words(el);
    const heading = el.matches('h1, h2, h3, h4, h5, h6, [role=heading]') ? el : el.querySelector('h1, h2, h3, h4, h5, h6, [role=heading]');
    const title = heading ? words(heading) : '';
    const step = STEP.exec(title) || STEP.exec(text);
    return {
      el, text, below: text.replace(title, '').trim(), rect: el.getBoundingClientRect(), heading: Boolean(heading), title: heading !== null && count(text) <= count(title) + 3,
      words: count(text), step: step ? Number(step[1]) : 0, part: el.matches(LANDMARKS) || Boolean(el.querySelector('nav, main, form, input, select, textarea')),
      blocks: el.querySelectorAll('h1, h2, h3, h4, h5, h6, p, ul, ol').length,
    };
  }

  // -1: one is seen before other; 1: after; 0: neither for certain.
  function seenOrder(one, other, rtl) {
    const a = one.rect, b = other.rect;
    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (across > 2 && down > 4) return 0;
    if (across > 0.3 * Math.min(a.width, b.width)) return a.bottom <= b.top + 4 ? -1 : b.bottom <= a.top + 4 ? 1 : 0;
    if (down > 0.5 * Math.min(a.height, b.height)) {
      const left = a.right <= b.left + 2, right = b.right <= a.left + 2;
      return left ? (rtl ? 1 : -1) : right ? (rtl ? -1 : 1) : 0;
    }
    return 0;
  }

  // Two or more that float to the right stand in a row that begins with the last one.
  const drifted = (kids) => kids.filter((el) => style(el).float === 'right').length > 1;

  // Words and numbers that say the how-manieth something is: kinds are compared among themselves.
  const ORDINALS = [['first', 'firstly', 'start by', 'begin by', 'before you', 'd’abord', "d'abord", 'premièrement', 'commencez', 'pour commencer'],
    ['second', 'secondly', 'deuxièmement'], ['third', 'thirdly', 'troisièmement'], ['then', 'next', 'after that', 'puis', 'ensuite', 'après'],
    ['finally', 'lastly', 'last', 'at the end', 'enfin', 'finalement', 'pour finir']];
  const DAYS = ['monday|lundi', 'tuesday|mardi', 'wednesday|mercredi', 'thursday|jeudi', 'friday|vendredi', 'saturday|samedi', 'sunday|dimanche'];
  const TIMES = ['before|avant', 'during|pendant|durant', 'after|après'];
  const begins = (text, list) => list.findIndex((names) => new RegExp(`^(?:${names})(?!\\p{L})`, 'u').test(text));
  // A word may also begin what stands below a heading.
  const rank = (one) => ranked(one.text.toLowerCase(), one.heading) || (one.heading && !one.title ? ranked(one.below.toLowerCase(), false) : null);
  function ranked(text, heading) {
    const time = heading ? begins(text, TIMES) : -1;
    if (time >= 0) return ['time', time];
    const year = /^(1[6-9]\d\d|20\d\d)(?!\d)/.exec(text);
    if (year) return ['year', Number(year[1])];
    const day = begins(text, DAYS.map((names) => `(?:${names})s?`));
    if (day >= 0) return ['day', day];
    const word = ORDINALS.findIndex((words_) => words_.some((said) => text.startsWith(said) && !/^\p{L}/u.test(text.slice(said.length))));
    return word >= 0 ? ['word', word] : null;
  }

  // Steps, days or years that rise in sight and not in the markup; entries of a numbered list, or of what calls itself steps.
  const SERIES = /(^|[-_ ])(steps?|[eé]tapes?|process|stages?|timeline|how-?to|procedure|chronologie)([-_ ]|$)/i;
  function turnedSeries(parent, all, rtl) {
    const inSight = [...all].sort((one, other) => seenOrder(one, other, rtl) || all.indexOf(one) - all.indexOf(other));
    if (inSight.every((one, index) => one === all[index])) return null;
    const told = { kind: 'steps', first: inSight[0].text, read: all[0].text };
    const ranks = (list) => list.map(rank).filter(Boolean);
    const kinds = new Set(ranks(all).map(([kind]) => kind));
    const rises = (list) => ranks(list).every(([, value], index, some) => index === 0 || value >= some[index - 1][1]);
    if (kinds.size === 1 && ranks(all).length >= Math.max(2, all.length - 1) && rises(inSight) && !rises(all)) return told;
    const called = `${own.id(parent)} ${own.attribute(parent, 'class') || ''} ${own.attribute(parent, 'aria-label') || ''}`;
    const alike = all.length >= 3 && all.every((one) => own.name(one.el) === own.name(all[0].el) && (own.name(one.el) === 'li' || one.heading));
    const turned = all.some((one, index) => all.slice(index + 1).some((other) => seenOrder(one, other, rtl) === 1 && !one.part && !other.part));
    return alike && turned && (own.name(parent) === 'ol' || SERIES.test(called)) ? told : null;
  }

  // What lies over the text beside it, as a window does that was opened there, follows nothing and precedes nothing.
  function liesOver(el, others) {
    const ground = /^rgba?\(([^)]*)\)$/.exec(style(el).backgroundColor);
    const alpha = ground ? Number(ground[1].split(/[,/ ]+/)[3] ?? 1) : 1;
    if (style(el).position !== 'absolute' || alpha < 0.9) return false;
    const its = el.getBoundingClientRect();
    return others.filter((other) => other !== el && style(other).position !== 'absolute' && (own.text(other) || '').trim()).some((other) => {
      const at = other.getBoundingClientRect();
      const across = Math.min(its.right, at.right) - Math.max(its.left, at.left), down = Math.min(its.bottom, at.bottom) - Math.max(its.top, at.top);
      return across > 8 && down > 8 && across * down > 0.25 * Math.min(its.width * its.height, at.width * at.height);
    });
  }

  function misplaced(parent) {
    const css = style(parent);
    const flex = /flex/.test(css.display), grid = /grid/.test(css.display);
    const kids = [...own.children(parent)].filter((el) => own.type(el) === 1);
    if (kids.length < 2 || kids.length > 60) return null;
    const away = kids.filter((el) => style(el).position === 'absolute');
    const moved = (flex && (/reverse/.test(css.flexDirection) || /reverse/.test(css.flexWrap) || kids.some((el) => style(el).order !== '0')))
      || (grid && kids.some((el) => {
        const own_ = style(el);
        return own_.order !== '0' || own_.gridRowStart !== 'auto' || own_.gridColumnStart !== 'auto' || /dense/.test(css.gridAutoFlow);
      })) || away.length > 0 || drifted(kids);
    if (!moved) return null;
    const ours = kids.filter((el) => handrail.visible(el) && style(el).position !== 'fixed' && style(el).position !== 'sticky'
      && style(el).opacity !== '0' && own.attribute(el, 'aria-hidden') !== 'true' && /[\p{L}\p{N}]/u.test(own.text(el) || '')
      && el.offsetWidth > 2 && el.offsetHeight > 2 && !liesOver(el, kids));
    if (ours.length < 2 || (!flex && !grid && !ours.some((el) => away.includes(el)) && !drifted(ours))) return null;
    if (own.closest(parent, '[role=log], [role=toolbar], [role=menubar], [role=tablist]')) return null;
    const rtl = css.direction === 'rtl';
    const all = ours.map(described);
    const steps = all.filter((one) => one.step);
    if (steps.length >= 2 && steps.length >= all.length - 1) {
      const rising = (list) => list.every((one, index) => index === 0 || one.step > list[index - 1].step);
      const inSight = [...steps].sort((one, other) => seenOrder(one, other, rtl) || all.indexOf(one) - all.indexOf(other));
      const turned = inSight.some((one, index) => one !== steps[index]);
      if (turned && rising(steps) !== rising(inSight)) return { kind: 'steps', first: inSight[0].text, read: steps[0].text };
      if (turned) return null;
    }
    const series = turnedSeries(parent, all, rtl);
    if (series) return series;
    for (let index = 0; index < all.length; index += 1) {
      for (let next = index + 1; next < all.length; next += 1) {
        const one = all[index], other = all[next];
        if (!flex && !grid && !away.includes(one.el) && !away.includes(other.el) && !drifted([one.el, other.el])) continue;
        if (seenOrder(one, other, rtl) !== 1 || one.part || other.part) continue;
        const below = one.rect.top >= other.rect.bottom - 4;
        if (one.title && !other.heading && other.words >= 8 && below) return { kind: 'heading', first: other.text, read: one.text };
        if (other.title && !one.heading && one.words >= 8 && below) return { kind: 'heading', first: other.text, read: one.text };
        if (!one.heading && !other.heading && one.words >= 8 && other.words >= 8) return { kind: 'text', first: other.text, read: one.text };
        if (one.el.matches('dt, dd') && other.el.matches('dt, dd')) return { kind: 'text', first: other.text, read: one.text };
      }
    }
    // Short texts change places now and then; several of them are an order.
    const short = all.filter((one) => !one.heading && !one.part && one.words >= 4);
    const turned = short.flatMap((one, index) => short.slice(index + 1).filter((other) => seenOrder(one, other, rtl) === 1).map((other) => [one, other]));
    if (turned.length >= 2 && short.length >= 3) return { kind: 'text', first: turned[0][1].text, read: turned[0][0].text };
    return null;
  }

  // Labels that stand in one place of the markup and beside another field in sight.
  function fieldOrder(parent) {
    const css = style(parent);
    if (!/grid|flex/.test(css.display)) return null;
    const kids = [...own.children(parent)].filter((el) => own.type(el) === 1 && handrail.visible(el));
    const FIELD = 'input:not([type=checkbox]):not([type=radio]):not([type=hidden]):not([type=submit]):not([type=button]), select, textarea';
    const all = kids.map((el) => ({ el, rect: el.getBoundingClientRect(), field: el.matches(FIELD), label: el.matches('label, span, p, div') && count(words(el)) > 0 && !el.querySelector(FIELD + ', button') }));
    const fields = all.filter((one) => one.field), labels = all.filter((one) => one.label);
    if (fields.length < 2 || labels.length < 2 || !kids.some((el) => style(el).order !== '0' || style(el).gridRowStart !== 'auto')) return null;
    for (const field of fields) {
      const read = all.slice(0, all.indexOf(field)).reverse().find((one) => one.label);
      const seen = labels.filter((one) => seenOrder(one, field, css.direction === 'rtl') === -1)
        .sort((one, other) => gap(one, field) - gap(other, field))[0];
      const tied = seen && (own.attribute(seen.el, 'for') && own.attribute(seen.el, 'for') === own.id(field.el));
      if (read && seen && read !== seen && !tied) return { kind: 'label', first: words(seen.el), read: words(read.el) };
    }
    return null;
  }
  // Fields of a form, each with its own label, that are come to in another order than they are seen.
  const FILLED = 'input:not([type=checkbox]):not([type=radio]):not([type=hidden]):not([type=submit]):not([type=button]):not([type=image]):not([type=reset]), select, textarea';
  function fieldsTurned(parent) {
    const css = style(parent);
    const laid = /grid|flex/.test(css.display);
    const all = [...own.elements(parent)].slice(0, 60).flatMap((el) => {
      const fields = (el.matches(FILLED) ? [el] : [...el.querySelectorAll(FILLED)]).filter((one) => handrail.visible(one) && one.tabIndex >= 0);
      const [field] = fields;
      if (!field || (fields.length > 1 && !field.form) || !handrail.visible(el) || el.matches(LANDMARKS) || el.querySelector('form') || !(laid || style(el).position === 'absolute')) return [];
      const rect = el.getBoundingClientRect();
      // Kept out of sight, for robots to fill in.
      if (style(el).position === 'fixed' || style(el).opacity === '0' || own.attribute(el, 'aria-hidden') === 'true' || rect.width < 8 || rect.right + scrollX <= 0 || rect.bottom + scrollY <= 0) return [];
      return [{ el, rect, form: field.form, called: [...(field.labels || [])].map(words).join(' ') || own.attribute(field, 'aria-label') || '' }];
    });
    if (all.some((one) => one.form !== all[0].form)) return null;
    if (all.length < 2) return null;
    const turned = all.flatMap((one, index) => all.slice(index + 1).filter((other) => seenOrder(one, other, css.direction === 'rtl') === 1).map((other) => [one, other]));
    // A row that is walked from its end is told by where the keys lead.
    const row = all.length > 2 && turned.length === (all.length * (all.length - 1)) / 2 && turned.every(([one, other]) => Math.abs(one.rect.top - other.rect.top) < 8);
    return turned.length && !row && turned.every(([one, other]) => one.called && other.called) ? { kind: 'fields', first: turned[0][1].called, read: turned[0][0].called } : null;
  }
  const gap = (one, other) => Math.hypot(one.rect.left - other.rect.left, one.rect.top - other.rect.top);

  function read() {
    const found = [];
    const fills = own.all(FILLED).length > 1;
    for (const el of handrail.elements(own.body(document) || document)) {
      if (found.length >= 20) break;
      if (el.childElementCount < 2 || own.closest(el, 'svg')) continue;
      const css = style(el);
      if (!/flex|grid/.test(css.display) && css.position === 'static' && !drifted([...own.elements(el)].slice(0, 60))) continue;
      const told = misplaced(el) || fieldOrder(el) || (fills && fieldsTurned(el));
      if (told) found.push(place(el, { kind: told.kind, first: told.first.slice(0, 200), read: told.read.slice(0, 200) }));
    }
    return found;
  }

  return { read };
})();
