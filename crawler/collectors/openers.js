// What buttons open: dialogs, menus, parts of the page, messages; where the focus goes, and how it is closed again.
handrail.openers = (() => {
  const { own } = handrail;
  const { words, role, up, element, within, active, shown, facts, usable, isNoisy, named, live, noted, standing, DIALOG, LIVE, INNER } = handrail.interaction;
  const TELLING = '[aria-haspopup], [aria-expanded], [aria-controls], [data-toggle], [data-bs-toggle], [popovertarget], [commandfor]';
  const PRESSED = 'button, input[type=button], [role=button], [role=switch], [role=checkbox], a[href^="#"], a[href^="javascript:" i], a:not([href])[tabindex]';
  const HELD = ['aria-pressed', 'aria-checked', 'aria-selected'];
  const FLOATING = /(^|[-_ ])(modal|dialog|lightbox|pop-?up|popin|drawer|offcanvas)/i;
  const OTHERS = /^(tab|pill|list|tooltip|popover|buttons?)$/;
  const MOUSE = new Set(['click', 'mousedown', 'mouseup', 'pointerdown', 'pointerup', 'touchstart', 'touchend']);
  const CLOSES = /^(×|✕|✖|✗|x|close|fermer|dismiss|ok|okay|done|got it|hide|masquer|return|back|retour|terminer|compris|no,? thanks|non,? merci)(?![\p{L}])/iu;
  const CLOSER = /(^|[-_ ])(close|closer|dismiss|fermer|btn-close)([-_ ]|$)/i;
  const STATES = ['aria-expanded', 'aria-pressed', 'aria-checked', 'aria-selected', 'open'];
  const FIELD = 'input:not([type=hidden]), select, textarea';
  const PART = `${FIELD}, h1, h2, h3, h4, h5, h6, legend, [role=heading]`;
  const attribute = own.attribute;
  const wait = (time) => new Promise((resolve) => setTimeout(resolve, time));
  // What a control looks like by its markup, without what is spoken.
  const looks = (el) => {
    const bare = [el, ...el.querySelectorAll('*')].slice(0, 60);
    return bare.map((at) => `${attribute(at, 'class') || ''}|${attribute(at, 'style') || ''}|${attribute(at, 'src') || attribute(at, 'href') || attribute(at, 'd') || ''}`)
      .concat(own.text(el).slice(0, 1000)).join('\n').replace(/\S*(focus|hover|ripple)\S*/gi, '').replace(/[ ]+/g, ' ');
  };
  // Others of the same row, as a press may switch between them.
  const row = (el) => (up(el) ? [...own.elements(up(el))].filter((at) => at !== el && own.name(at) === own.name(el)).slice(0, 12) : []);
  // The control's place in a row of places that hold one control each: itself, an entry of a list, a heading; null = in no row.
  const alone = (at) => (at.matches(PRESSED) ? at : at.querySelectorAll(INNER).length === 1 && at.querySelector(PRESSED));
  function cell(el) {
    for (let at = el, step = 0; at && step < 3 && alone(at); at = up(at), step += 1) if (row(at).some(alone)) return at;
    return null;
  }

  const SAYS_WHICH = '[role=tab], [aria-selected], [aria-current], [aria-expanded], [aria-pressed], [aria-checked]';
  const said = (cells) => cells.some((at) => at.matches(SAYS_WHICH) || at.querySelector(SAYS_WHICH));
  function pane(link) {
    const href = (link && attribute(link, 'href')) || '';
    return /^#[^!]/.test(href) ? document.getElementById(href.slice(1)) : null;
  }

  // A link of a row of which one has its part of the page shown, and this one has not: it is more than a jump.
  function isTab(el) {
    const led = own.name(el) === 'a' && pane(el);
    const at = led && !handrail.visible(led) ? cell(el) : null;
    if (!at || said([at, ...row(at)])) return false;
    const others = row(at).map((one) => pane(alone(one) || null)).filter((other) => other && other !== led);
    return others.some((other) => handrail.visible(other) && !within(other, led) && !within(led, other));
  }

  const states = (el) => STATES.map((key) => attribute(el, key));
  const size = (el) => { const { width, height } = el.getBoundingClientRect(); return width > 2 && height > 2; };

  // Whether a press does nothing but what a script makes of it.
  function isPressed(el) {
    const tag = own.name(el);
    if (tag === 'summary') return el.hasAttribute('aria-expanded');
    if (!el.matches(PRESSED) || !/^(|button|link|switch|checkbox)$/.test(role(el))) return false;
    if ((tag === 'button' || tag === 'input') && el.type !== 'button' && el.form) return false;
    const href = attribute(el, 'href') || '';
    return !/^#[^!]/.test(href) || role(el) === 'button' || el.matches(TELLING) || isTab(el);
  }

  function hears(el) {
    for (let at = el; at; at = up(at)) if (handrail.mouse.hears(at, MOUSE)) return true;
    if (el.hasAttribute('onclick') || /^javascript:/i.test(attribute(el, 'href') || '')) return true;
    // Nearly every page listens to all clicks for some purpose: it tells something of what is a button, nothing of a link.
    return own.name(el) !== 'a' && handrail.mouse.hears(document, MOUSE);
  }

  // Those that say that they open something come first; one or two of those that are alike.
  function list(most, unheard = false) {
    const alike = new Map();
    const rows = new Set();
    const [sure, others] = [[], []];
    for (const el of handrail.elements(document)) {
      if (sure.length + others.length >= most) break;
      if (!isPressed(el) || !usable(el) || !handrail.visible(el) || !size(el)) continue;
      const toggles = attribute(el, 'data-bs-toggle') || attribute(el, 'data-toggle') || '';
      const tab = isTab(el);
      if ((OTHERS.test(toggles) && !tab) || own.closest(el, '[role=tablist], [role=menu], [role=menubar], [role=radiogroup], [role=listbox], [contenteditable=true]')) continue;
      const says = el.matches(TELLING) || tab;
      if (!says && !unheard && !hears(el)) continue;
      if (tab && rows.has(up(cell(el)))) continue;
      if (tab) rows.add(up(cell(el)));
      const kind = [own.name(el), says, toggles, [...own.classes(el)].sort().join('.'), handrail.partOf(el).key].join(' ');
      alike.set(kind, (alike.get(kind) || 0) + 1);
      if (alike.get(kind) > 2 && own.classes(el).length) continue;
      const told = facts(el);
      const discloses = told.discloses || tab || el.hasAttribute('aria-haspopup') || /^(collapse|dropdown|modal|offcanvas)$/.test(toggles) || el.hasAttribute('popovertarget');
      (says ? sure : others).push({ ...told, discloses, popup: attribute(el, 'aria-haspopup') || '',
        native: own.name(el) === 'summary' || el.hasAttribute('popovertarget') || el.hasAttribute('commandfor'),
        keyed: /^(button|input|summary)$/.test(own.name(el)) || (own.name(el) === 'a' && el.hasAttribute('href')) });
    }
    return [...sure, ...others];
  }

  let run = null;

  function stop() {
    if (!run) return;
    run.observer.disconnect();
    removeEventListener('click', run.onClick, true);
    run = null;
  }

  // From here on a press reaches this control, and what is allowed besides, and nothing else.
  async function begin(path) {
    stop();
    const el = handrail.find(path);
    if (!el || !handrail.visible(el) || !size(el)) return null;
    run = { el, changes: 0, last: 0, live: new Set(), added: new Set(), allowed: new Set([el]), came: [], tops: [], dialog: null };
    run.observer = new MutationObserver((records) => {
      for (const record of records) {
        const at = element(record.target);
        const mine = record.target === el && record.type === 'attributes' && !STATES.includes(record.attributeName);
        if (mine || isNoisy(record.target)) continue;
        run.changes += 1;
        run.last = performance.now();
        if (at && live(at)) run.live.add(live(at));
        for (const node of record.addedNodes) run.added.add(node);
        for (const node of record.addedNodes) if (own.type(node) === 1) [node, ...node.querySelectorAll(LIVE)].forEach((one) => { if (one.matches(LIVE)) run.live.add(one); });
      }
    });
    run.observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    run.onClick = (event) => {
      const met = event.composedPath();
      if (event.isTrusted && ![...run.allowed].some((one) => met.includes(one))) { event.preventDefault(); event.stopImmediatePropagation(); }
    };
    addEventListener('click', run.onClick, true);
    el.focus();
    await settle(60, 60);
    if (active() !== el) el.focus(); // something else asked for it late
    run.changes = 0;
    run.live.clear();
    Object.assign(run, { before: shown(), states: states(el), said: [named(el), words(el.innerText)], looks: looks(el), row: row(el).map((at) => [at, looks(at)]),
      places: placesOf(el).map((at) => [at, looks(at)]), tab: isTab(el),
      current: attribute(el, 'aria-current'), focus: active() });
    return { focused: run.focus === el };
  }

  // Its place and those beside it.
  function placesOf(el) {
    const at = cell(el);
    return at ? [at, ...row(at)] : [];
  }

  // The row, where one part of the page took the place of another, and this control looks like the chosen one of the row in
  // place of another, and nothing but looks says so; else "".
  function swapped(tops, left) {
    const [mine, ...beside] = run.places;
    const differs = ([at, was]) => at.isConnected && looks(at) !== was;
    if (!mine || !differs(mine) || !beside.some(differs) || said(run.places.map(([at]) => at))) return '';
    const part = (at) => words(own.text(at)) && !run.places.some(([place]) => within(at, alone(place)));
    return tops.some(part) && left.some(part) && named(run.el) === run.said[0] ? handrail.selector(up(mine[0])) : '';
  }

  // Until what began has ended: at least ``least``, at most ``most`` where something goes on.
  async function settle(least, most, idle = least) {
    const started = performance.now();
    for (;;) {
      await wait(25);
      if (document.getAnimations().some((animation) => animation.playState === 'running')) {
        handrail.still();
        run.last = performance.now();
      }
      const [spent, calm] = [performance.now() - started, performance.now() - run.last];
      if (spent >= most || (run.changes ? calm >= 75 && spent >= least : spent >= idle)) return;
    }
  }

  const until = async (limit, done) => {
    const started = performance.now();
    while (!done() && performance.now() - started < limit) await wait(25);
  };

  function hit(x, y) {
    let at = document.elementFromPoint(x, y);
    while (at && own.shadow(at)) {
      const inner = own.shadow(at).elementFromPoint(x, y);
      if (!inner || inner === at) break;
      at = inner;
    }
    return at;
  }

  const middle = (el) => { const rect = el.getBoundingClientRect(); return [rect.x + rect.width / 2, rect.y + rect.height / 2]; };

  // The share of the window that these elements lie over.
  function covered(tops) {
    let met = 0;
    for (let row = 0; row < 5; row += 1) {
      for (let column = 0; column < 5; column += 1) {
        const at = hit(innerWidth * (column + 0.5) / 5, innerHeight * (row + 0.5) / 5);
        if (at && tops.some((top) => within(at, top))) met += 1;
      }
    }
    return met / 25;
  }

  function dialogOf(came, tops, covers) {
    const { el } = run;
    for (const at of [...tops, ...came]) {
      for (let box = at; box && !within(el, box); box = up(box)) if (box.matches(DIALOG)) return box;
    }
    const called = (at) => FLOATING.test(`${own.id(at)} ${attribute(at, 'class') || ''}`) && getComputedStyle(at).position === 'fixed';
    const popped = tops.find((at) => called(at) && words(at.innerText) && controls(at).length);
    if (popped) return popped;
    if (covers < 0.8 || within(hit(...middle(el)), el)) return null;
    const floats = (at) => /^(fixed|absolute)$/.test(getComputedStyle(at).position) && at.innerText && at.innerText.trim();
    const full = came.filter(floats);
    return full.find((at) => !full.some((other) => other !== at && within(at, other))) || null;
  }

  function referred(el, target) {
    const ids = ['aria-controls', 'aria-owns', 'data-target', 'data-bs-target', 'href'].map((key) => attribute(el, key) || '').join(' ').split(/[\s]+/);
    return ids.filter((id) => /^#?[^#]+$/.test(id)).map((id) => document.getElementById(id.replace(/^#/, '')))
      .some((at) => at && (within(target, at) || within(at, target)));
  }

  // Whether something stands beside the control: within a few steps up, or next after one of them.
  function beside(el, target) {
    let at = el;
    for (let step = 0; step < 3; step += 1) {
      if (at.nextElementSibling && within(target, at.nextElementSibling)) return true;
      at = up(at);
      if (!at || at === own.body(document) || own.name(at) === 'main') return false;
      if (within(target, at)) return true;
    }
    return false;
  }

  function where() {
    const at = active();
    if (!at || at === own.body(document) || at === own.root(document) || !handrail.visible(at)) return 'nowhere';
    if (run.dialog && (within(at, run.dialog) || within(run.dialog, at))) return 'in';
    if (run.tops.some((top) => within(at, top))) return 'in';
    const met = hit(...middle(at));
    if (met && run.dialog && run.tops.some((top) => within(met, top))) return 'behind';
    return within(at, run.el) ? 'opener' : 'elsewhere';
  }

  // What a press brought about.
  async function opened() {
    await settle(75, 1000, 300);
    const { el, before } = run;
    const now = shown();
    const other = (at) => at !== el && !within(at, el) && !within(el, at) && !isNoisy(at);
    const came = [...now.keys()].filter((at) => !before.has(at) && other(at));
    const gone = [...before.keys()].filter((at) => !now.has(at) && other(at));
    const changed = [...now].filter(([at, text]) => before.has(at) && before.get(at) !== text && other(at)).map(([at]) => at);
    const outermost = (all) => { const set = new Set(all); return all.filter((at) => !set.has(up(at))); };
    const filled = (at) => words(at.innerText) || at.querySelector('img, svg, iframe, input');
    const [tops, left] = [outermost(came), outermost(gone)];
    const covers = tops.length ? covered(tops) : 0;
    const dialog = tops.length ? dialogOf(came, tops, covers) : null;
    Object.assign(run, { came, tops, gone, dialog });
    const region = dialog ? null : (tops.length ? tops : left).filter(filled).find((at, index, all) => referred(el, at) || beside(el, at) || index === all.length - 1);
    const told = () => states(el).some((state, index) => state !== run.states[index]) || attribute(el, 'aria-current') !== run.current;
    const switched = run.row.some(([at, was]) => at.isConnected && looks(at) !== was);
    if (dialog) await until(700, () => where() === 'in');
    else if (region && !now.has(el)) await until(700, () => where() !== 'nowhere');
    else if ((region && el.hasAttribute('aria-expanded')) || (el.matches(HELD.map((key) => `[${key}]`).join()) && looks(el) !== run.looks)) await until(700, told);
    run.focused = active();
    const note = dialog || run.tab ? null : noted({ el, came, gone, changed });
    run.note = note;
    const announced = [...run.live].some((at) => words(own.text(at)));
    return {
      opens: dialog ? 'dialog' : region ? (tops.length ? 'region' : 'hidden') : '', did: Boolean(run.changes || came.length || gone.length || looks(el) !== run.looks),
      switched, swapped: dialog ? '' : swapped(tops, left), restyled: looks(el) !== run.looks && !told() && named(el) === run.said[0], held: HELD.find((key) => el.hasAttribute(key)) || '', focus: where(), stays: now.has(el), expanded: [run.states[0], attribute(el, 'aria-expanded')], stated: told(),
      renamed: named(el) !== run.said[0] || words(el.innerText) !== run.said[1], announced,
      dialog: dialog && { selector: handrail.selector(dialog), role: role(dialog) || (own.name(dialog) === 'dialog' ? 'dialog' : ''), covers: covers >= 0.8,
        modal: dialog.matches(':modal') || attribute(dialog, 'aria-modal') === 'true' || covers >= 0.8, controls: controls(dialog).filter((at) => at.tabIndex >= 0).length },
      region: region ? { selector: handrail.selector(region), beside: beside(el, region), referred: referred(el, region), swaps: Boolean(tops.length && left.length), step: came.some((at) => at.matches(PART)), fields: came.some((at) => at.matches(FIELD)),
        told: Boolean(live(region) || own.closest(region, '[role=tooltip]')) } : null,
      unstopped: region && tops.length ? unstopped() : null,
      message: note && { text: note.text, at: standing(note.at, run.added) },
    };
  }

  // What came up to be chosen from, where no Tab key comes to any of it; "index" tells them apart.
  const ITEMS = 'a[href], button, [role^=menuitem], [role=option]';
  const chosen = () => run.tops.flatMap((top) => [top, ...handrail.elements(top)]).filter((at) => at.matches(ITEMS) && usable(at) && handrail.visible(at) && size(at));
  function unstopped() {
    if (run.dialog || !run.tops.length || run.tops.flatMap(controls).some((at) => at.tabIndex >= 0)) return null;
    run.items = chosen();
    if (run.items.length < 2 || run.items.some((at) => at.tabIndex >= 0)) return null;
    const box = own.closest(run.items[0], '[role=menu], [role=listbox], [role=menubar]') || run.tops.find((top) => within(run.items[0], top));
    return { selector: handrail.selector(box), html: box.cloneNode(false).outerHTML.slice(0, 1000), part: handrail.partOf(box), items: run.items.length, text: words(run.items[0].innerText) || named(run.items[0]), reached: null };
  }

  // Where the keys are among them: its number, -1 for the control that opened them and other places; null once they are gone.
  async function chosenAt() {
    await settle(50, 600, 150);
    if (!isShown(shown())) return null;
    const told = active() && attribute(active(), 'aria-activedescendant');
    const at = (told && document.getElementById(told)) || active();
    return at ? run.items.findIndex((item) => within(at, item)) : -1;
  }

  function controls(root) {
    return [...handrail.elements(root)].filter((at) => at.matches(INNER) && usable(at) && handrail.visible(at));
  }

  const isShown = (now) => (run.dialog ? now.has(run.dialog) || run.came.some((at) => within(at, run.dialog) && now.has(at)) : run.tops.some((at) => now.has(at)));

  // Whether what came is gone again, or what went is back.
  async function shut(idle = 250) {
    await settle(50, 900, idle);
    if (run.tops.length && run.dialog && run.changes) await until(350, () => !isShown(shown()));
    const now = shown();
    return run.tops.length ? !isShown(now) : run.gone.some((at) => now.has(at));
  }

  // After a press that should hide it again.
  async function toggled() {
    const hides = await shut();
    if (run.el.hasAttribute('aria-expanded')) await until(400, () => attribute(run.el, 'aria-expanded') !== run.after);
    const still = run.note ? shown().has(run.note.at) || words(own.body(document).innerText, Infinity).includes(run.note.text) : false;
    return { hides, expanded: attribute(run.el, 'aria-expanded'), still, restored: looks(run.el) === run.looks };
  }

  function again() {
    run.changes = 0;
    run.after = attribute(run.el, 'aria-expanded');
    run.el.focus();
    return active() === run.el;
  }

  function refocus() {
    run.changes = 0;
    if (run.focused && run.focused.isConnected) run.focused.focus();
  }

  // Where somebody who tabs into the dialog comes to first.
  function enter() {
    run.changes = 0;
    const first = controls(run.dialog).find((at) => at.tabIndex >= 0);
    if (first) first.focus();
    return Boolean(first);
  }

  // What may close the dialog, and what else there is that a key could press.
  function closers() {
    const found = [];
    for (const top of new Set([run.dialog, ...run.tops])) {
      for (const at of handrail.elements(top)) {
        if (found.some((one) => one.at === at) || !handrail.visible(at) || !size(at)) continue;
        const native = at.matches('button, input[type=button], input[type=submit], summary, a[href^="#"], a[href^="javascript:" i]');
        const mouse = handrail.mouse.hears(at, MOUSE) || at.hasAttribute('onclick');
        const marked = CLOSER.test(`${own.id(at)} ${attribute(at, 'class') || ''}`) || ['data-bs-dismiss', 'data-dismiss', 'data-close', 'data-micromodal-close'].some((key) => at.hasAttribute(key));
        if (!native && !mouse && !(marked && own.elements(at).length < 3) && !at.matches('[role=button], [tabindex="0"]')) continue;
        if (found.some((one) => within(at, one.at) && one.reachable)) continue;
        const closes = marked || CLOSES.test(named(at)) || attribute(at, 'popovertargetaction') === 'hide' || /^(request-)?close$/.test(attribute(at, 'command') || '')
          || (at.form && at.form.method === 'dialog');
        const reachable = at.tabIndex >= 0 && (native || at.hasAttribute('tabindex')) && usable(at);
        const sends = at.form && /^(submit|image|reset)$/.test(at.type) && at.form.method !== 'dialog';
        found.push({ at, closes: Boolean(closes && !sends), reachable });
      }
    }
    return found.slice(0, 40).map(({ at, ...told }) => {
      const known = facts(at);
      return { ...known, ...told, discloses: true, form: known.form && at.form?.method !== 'dialog', action: at.form?.method === 'dialog' ? '' : known.action };
    });
  }

  function allow(path) {
    const el = handrail.find(path);
    if (!el) return false;
    run.changes = 0;
    run.allowed.add(el);
    el.focus();
    return active() === el;
  }

  // A point of what came that is not the dialog's content: a backdrop.
  function outside() {
    for (const [x, y] of [[8, innerHeight - 8], [innerWidth - 8, innerHeight - 8], [8, innerHeight / 2], [innerWidth - 8, innerHeight / 2]]) {
      const at = hit(x, y);
      const top = at && run.tops.find((one) => within(at, one));
      if (!top || (at !== run.dialog && at !== top && words(own.text(at)))) continue;
      run.changes = 0;
      run.allowed.add(at);
      return [x, y];
    }
    return null;
  }

  // Where the focus is once it is closed.
  async function after() {
    const done = () => active() && within(active(), run.el);
    await wait(160);
    await until(340, done);
    if (done()) return 'opener';
    if (handrail.visible(run.el) && size(run.el)) return where();
    return where() === 'nowhere' ? 'gone' : 'elsewhere'; // what opened it was drawn anew, or went away
  }

  // Whether the page is as it was before the press.
  function back() {
    const [now, { before, el }] = [shown(), run];
    const same = states(el).every((state, index) => state === run.states[index] || index > 0) && (run.states[0] === attribute(el, 'aria-expanded'));
    const differs = [...now.keys()].some((at) => !before.has(at) && !isNoisy(at)) || [...before.keys()].some((at) => !now.has(at) && !isNoisy(at))
      || [...now].some(([at, text]) => before.has(at) && before.get(at) !== text && !isNoisy(at));
    stop();
    return same && !differs;
  }

  return { list, begin, opened, chosenAt, where, shut, toggled, again, refocus, enter, closers, allow, outside, after, back, stop };
})();
