// What a control does when it is used: what comes up, what goes, what its own state says.
handrail.interaction = (() => {
  const { own } = handrail;
  const MOST = 6000;
  const NATIVE = 'a[href], button, input, select, textarea, summary, option, label';
  const INNER = 'a[href], button, input:not([type=hidden]), select, textarea, summary, iframe, [tabindex], [contenteditable]';
  const CUSTOM = /^(button|link|checkbox|switch|tab|menuitem|menuitemcheckbox|menuitemradio|radio)$/;
  const STATES = ['aria-expanded', 'aria-pressed', 'aria-checked', 'aria-selected'];
  const ARROWS = /^(tab|menuitem|menuitemcheckbox|menuitemradio|radio)$/;
  const TELLS = /\b(reloads?|refresh\w*|opens|goes to|automatically|immediately|takes you|as soon as|submits|will (open|load|reload|submit)|recharg\w*|actualis\w*|ouvr\w*|automatique\w*|redirig\w*|dès que)\b/i;
  const VALUES = new Set(['change', 'input', 'keydown', 'keyup', 'keypress', 'click', 'mouseup']);
  const attribute = own.attribute;
  const words = (text, most = 200) => (text || '').replace(/\s+/g, ' ').trim().slice(0, most);
  const role = (el) => (attribute(el, 'role') || '').trim().split(/\s+/)[0].toLowerCase();
  const up = (el) => own.parentElement(el) || (own.top(el) instanceof ShadowRoot ? own.top(el).host : null);
  const element = (node) => (own.type(node) === 1 ? node : own.parentElement(node));

  function within(node, root) {
    for (let at = node; at; at = up(at)) if (at === root) return true;
    return false;
  }

  function active() {
    let el = document.activeElement;
    while (el && own.shadow(el) && own.shadow(el).activeElement) el = own.shadow(el).activeElement;
    return el;
  }

  // Everything that people can see, each with its own text.
  function shown() {
    const seen = new Map();
    const stack = [own.body(document)];
    while (stack.length && seen.size < MOST) {
      const el = stack.pop();
      if (!el || !own.drawn(el, { opacityProperty: true })) continue;
      const style = getComputedStyle(el);
      const rect = el.getBoundingClientRect();
      if ((rect.width < 2 || rect.height < 2) && style.overflow !== 'visible' && style.display !== 'contents') continue;
      let text = '';
      for (const child of [...own.children(el), ...(own.shadow(el) ? own.children(own.shadow(el)) : [])]) {
        if (own.type(child) === 1) stack.push(child);
        else if (own.type(child) === 3) text += child.data;
      }
      const off = rect.right <= 0 || rect.left >= innerWidth || rect.bottom + scrollY <= 0;
      if (style.visibility === 'visible' && rect.width > 1 && rect.height > 1 && !off) seen.set(el, words(text));
    }
    return seen;
  }

  const texts = (ids) => (ids || '').split(/\s+/).filter(Boolean).map((id) => document.getElementById(id)?.textContent || '').join(' ');
  const pictured = (el) => [...el.querySelectorAll('img[alt], svg title, [aria-label]')]
    .map((at) => attribute(at, 'alt') || attribute(at, 'aria-label') || own.text(at)).join(' ');

  function name(el) {
    const labels = [...(el.labels || [])].map((label) => own.text(label)).join(' ');
    const content = own.name(el) === 'select' ? '' : own.name(el) === 'input' ? (/^(button|submit|reset)$/.test(el.type) ? el.value : '') : own.text(el) || pictured(el);
    return words(texts(attribute(el, 'aria-labelledby')) || attribute(el, 'aria-label') || labels || content
      || attribute(el, 'title') || attribute(el, 'placeholder') || attribute(el, 'name'), 100);
  }

  const SHARED = new Set(['banner', 'contentinfo', 'navigation']);
  const NOW = /^(active|current|selected|is-\w+|.*[-_](active|current|selected))$/;
  // Names that a build or a session makes up: letters and digits mixed.
  const made = (value) => value.replace(/\b(?=\w*\d)(?=\w*[a-z])[\w]{6,}\b/gi, '#').replace(/\d+/g, '0');

  function marks(el, most) {
    const said = [];
    for (const { name: key, value } of own.attributes(el)) {
      if (/^(nonce|style|aria-current|aria-expanded|tabindex)$/.test(key)) continue;
      const told = key === 'class' ? value.split(/\s+/).filter((word) => word && !NOW.test(word)).sort().join(' ') : value;
      said.push(`${key}=${words(told, 200)}`);
    }
    const inner = [...own.elements(el)].slice(0, 20).map((child) => (most > 0 ? marks(child, most - 1) : own.name(child)));
    return `<${own.name(el)} ${said.sort().join(' ')}>${inner.join('')}`;
  }

  // The markup of a control in a part that pages share, without what differs from page to page; "" elsewhere.
  function shared(el) {
    let part = '';
    for (let at = el; at && !part; at = up(at)) if (SHARED.has(handrail.landmark(at))) part = handrail.landmark(at);
    if (!part) return '';
    const names = [attribute(el, 'aria-controls'), attribute(el, 'popovertarget'), attribute(el, 'data-target'), attribute(el, 'data-bs-target'), attribute(el, 'href')];
    const led = names.map((id) => (id && /^#?[^\s#]+$/.test(id) ? document.getElementById(id.replace(/^#/, '')) : null)).find(Boolean);
    const target = led ? `${own.name(led)} ${role(led)} ${attribute(led, 'aria-modal')} ${led.querySelectorAll(INNER).length}` : '';
    return made([part, handrail.partOf(el).key, marks(el, 3), words(own.text(el), 300), target].join('|'));
  }

  // All that can be known of a control before it is used.
  function facts(el) {
    const data = {};
    let script = '';
    for (const { name: key, value } of own.attributes(el)) {
      if (/^on/.test(key)) script += ` ${value}`;
      else if (/^(data-|hx-|ng-|v-|wire:|phx-|x-on|@|\(|aria-controls|form|name$)/.test(key)) data[key] = words(value);
    }
    const tag = own.name(el);
    const form = tag === 'select' || tag === 'input' ? el.form : own.closest(el, 'form');
    const next = tag === 'select' ? el.options[nextOf(el)] : null;
    return {
      path: handrail.selector(el).split(' >>> '), shared: shared(el), selector: handrail.selector(el), html: words(el.outerHTML, 1000), part: handrail.partOf(el),
      tag, role: role(el), name: name(el), text: next ? words(own.text(next)) : words(own.text(el)), title: attribute(el, 'title') || '',
      value: next ? next.value : tag === 'input' ? el.value : attribute(el, 'value') || '', id: own.id(el), classes: [...own.classes(el)].join(' '), href: attribute(el, 'href') || '',
      type: tag === 'input' || tag === 'button' ? el.type : '', form: Boolean(form), action: [form ? attribute(form, 'action') : '', attribute(el, 'formaction')].filter(Boolean).join(' '),
      method: form ? attribute(form, 'method') || '' : '', target: attribute(el, 'target') || '', data,
      // What a list would send is held back; by what its form is for, it is left alone or not.
      script: next ? script.replace(/\.(s|requestS)ubmit\(\)/g, '') : script,
      discloses: el.hasAttribute('aria-expanded') || role(el) === 'tab', cookies: handrail.opened.ofCookies(el),
    };
  }

  const usable = (el) => !el.matches(':disabled, [aria-disabled=true], [inert], [inert] *') && !own.closest(el, '[aria-hidden=true]');
  const arrows = (el) => ARROWS.test(role(el)) || /^(true|menu|listbox|tree|grid|dialog)$/.test(attribute(el, 'aria-haspopup') || '');

  // Controls made of other elements that the Tab key comes to; one or two of those that are alike.
  function keys(most) {
    const alike = new Map();
    const found = [];
    for (const el of handrail.elements(document)) {
      if (found.length >= most) break;
      if (!CUSTOM.test(role(el)) || el.matches(NATIVE) || !(el.tabIndex >= 0) || !usable(el) || !handrail.visible(el)) continue;
      if ([...el.querySelectorAll(INNER)].length || own.closest(el, 'label, a[href], button, summary')) continue;
      const kind = [own.name(el), role(el), [...own.classes(el)].sort().join('.'), handrail.partOf(el).key].join(' ');
      alike.set(kind, (alike.get(kind) || 0) + 1);
      if (alike.get(kind) <= 2 || !own.classes(el).length) found.push({ ...facts(el), arrows: arrows(el) });
    }
    return found;
  }

  function nextOf(el) {
    for (let index = el.selectedIndex + 1; index < el.options.length; index += 1) if (!el.options[index].disabled) return index;
    return -1;
  }

  function listens(el) {
    for (let at = el; at; at = up(at)) if (handrail.mouse.hears(at, VALUES)) return true;
    return handrail.mouse.hears(document, VALUES);
  }

  // Whether words before a field say what its value brings about.
  function tells(el) {
    const around = own.closest(el, 'form, fieldset');
    const before = around ? [...around.querySelectorAll('p, legend, small, span')].map((at) => words(own.text(at))).join(' ') : '';
    const said = [...(el.labels || [])].map((label) => own.text(label)).join(' ');
    return TELLS.test([said, texts(attribute(el, 'aria-describedby')), attribute(el, 'aria-label'), el.title, before].join(' '));
  }

  const TICKED = /^(radio|checkbox)$/;
  // What can be typed into harmlessly, one letter long.
  const TYPED = /^(text|search|password|email|tel|url)$/;
  const drawn = (el) => handrail.visible(el) || (TICKED.test(el.type) && [...(el.labels || [])].some((at) => handrail.visible(at)));

  function kindOf(el) {
    if (own.name(el) === 'select') return 'list';
    if (own.name(el) === 'textarea') return 'text';
    if (own.name(el) !== 'input') return '';
    return TICKED.test(el.type) ? 'tick' : TYPED.test(el.type) ? 'text' : '';
  }

  // Lists, choices and text fields whose value a script listens to, and of which nobody is told beforehand what they do.
  // ``unheard``: before anybody knows what is listened to.
  function values(most, unheard = false) {
    const found = [];
    const groups = new Set();
    for (const el of handrail.elements(document)) {
      if (found.length >= most) break;
      const kind = kindOf(el);
      if (!kind || !usable(el) || !drawn(el) || el.readOnly || (kind === 'list' && (el.multiple || el.size > 1 || nextOf(el) < 0))) continue;
      if (kind === 'text' && (el.value || /cc-|current-password|one-time/.test(el.autocomplete || ''))) continue;
      // Of choices under one question, the first that is not made.
      const group = kind === 'tick' ? `${el.type} ${el.name || handrail.selector(up(el))}` : '';
      if (group && (el.checked || groups.has(group))) continue;
      if (tells(el)) continue;
      if (unheard || listens(el)) found.push({ ...facts(el), kind });
      if (group) groups.add(group);
    }
    return found;
  }

  const DIALOG = 'dialog, [role=dialog], [role=alertdialog], [aria-modal=true]';
  const LIVE = '[aria-live=polite], [aria-live=assertive], [role=status], [role=alert], [role=log], [role=timer], [role=progressbar], [role=marquee], [role=alertdialog], output';
  const MESSAGE = /(^|[-_ ])(toasts?|snackbar|alerts?|messages?|notices?|notifications?|status|feedback|success|errors?|flash|confirmation|strength|meter|count(er)?)([-_ ]|$)/i;
  const SAYS = /(?<!\p{L})(copied|saved|added|removed|updated|sent|cleared|applied|selected|success|successfully|failed|error|invalid|no results?|not found|not available|available|thank you|loading|searching|uploading|uploaded|complete|please wait|weak|strong|too short|copiée?s?|enregistrée?s?|ajoutée?s?|retirée?s?|mise?s? à jour|envoyée?s?|réussie?|échec|erreur|aucun résultat|merci|chargement|recherche en cours|téléversée?s?|veuillez patienter|disponible|faible|trop court)(?!\p{L})/iu;
  const COUNTS = /(\d+|(?<!\p{L})no|aucune?)\s+((?!st\b|nd\b|rd\b|th\b|am\b|pm\b)\p{L}+\s+){0,2}(results?|matches|items?|found|remaining|left|selected|résultats?|trouvée?s?|articles?)(?!\p{L})|showing\s+\d+|affichage\s+de\s+\d+/iu;
  const NUMBERED = /\d+(?:[.,]\d+)*\s*(?:%|\p{L}{3,})/u;
  const OPENING = /^(show|view|see|read|more|expand|open|hide|what|why|how|next|previous|afficher|voir|lire|plus|ouvrir|masquer|suivant|précédent)(?!\p{L})/iu;
  const ENTRY = 'a[href], button, summary, [role=link], [role=button], [role=tab], [role=menuitem]';
  const LISTED = 'li, tr, td, th, dd, dt, option, h1, h2, h3, h4, h5, h6, summary, figure, article';

  const live = (el) => {
    for (let at = el; at; at = up(at)) if (at.matches(LIVE)) return at;
    return null;
  };

  // A short message that came up or changed because a control was used, and that is in no live region.
  function noted({ el, came, gone, changed }) {
    const described = ['aria-describedby', 'aria-errormessage', 'aria-details'].map((key) => attribute(el, key) || '').join(' ').split(/\s+/).filter(Boolean);
    const hint = (at) => `${own.id(at)} ${attribute(at, 'class') || ''}`;
    const told = (at, test) => {
      const text = words(at.innerText, 400);
      if (text.length < 3 || text.length > 160 || at.querySelectorAll(INNER).length > 1 || within(active(), at)) return null;
      // "Errors" in a menu that opens is an entry of it, whatever its class is called.
      const entry = own.closest(at, ENTRY);
      if (entry && entry !== el) return null;
      if (live(at) || at.querySelector(LIVE) || own.closest(at, `[role=tooltip], [aria-hidden=true], label, legend, ${DIALOG}`) || described.includes(own.id(at))) return null;
      return test(at, text) ? { at, text } : null;
    };
    for (const at of came) {
      const found = told(at, (one, text) => MESSAGE.test(hint(one)) || SAYS.test(text) || COUNTS.test(text));
      if (found) return found;
    }
    for (const at of changed) {
      const found = told(at, (one, text) => COUNTS.test(text) || (MESSAGE.test(hint(one)) && (SAYS.test(text) || NUMBERED.test(text))));
      if (found) return found;
    }
    // A press that brings up one sentence, or changes one number among words, and nothing else.
    const few = came.length + changed.length <= 3 && came.every((at) => !own.closest(at, LISTED)) && !changed.some((at) => own.closest(at, LISTED));
    if (!few || el.matches('[aria-expanded], [aria-controls], [aria-haspopup], [role=tab]') || OPENING.test(name(el))) return null;
    const top = came.find((at) => !came.includes(up(at)));
    const one = top && !gone.length && came.every((at) => within(at, top)) ? told(top, (at, text) => /\p{L}{2,}\s+\S/u.test(text) && !at.querySelector(`img, svg, ${INNER}`)) : null;
    if (one) return one;
    const number = changed.find((at) => /\d/.test(own.text(at)));
    const sentence = number && /^(span|b|strong|em|i)$/.test(own.name(number)) ? up(number) : number;
    const numbered = (at, text) => NUMBERED.test(text);
    return sentence && !came.length ? told(sentence, numbered) || told(number, numbered) : null;
  }

  // Where a message stands: the nearest element around it that was in the page before, unless that is most of the page.
  function standing(at, added) {
    let el = at;
    for (let node = at; node; node = up(node)) if (added.has(node)) el = up(node);
    if (!el || el === own.body(document) || /^(main|form|table)$/.test(own.name(el)) || Element.prototype.querySelector.call(el, 'h1, h2, form')) return null;
    return { selector: handrail.selector(el), html: words(Node.prototype.cloneNode.call(el, false).outerHTML, 1000), part: handrail.partOf(el) };
  }

  // What moves by itself is nobody's doing.
  const noisy = new WeakSet();
  const isNoisy = (node) => {
    for (let at = element(node); at; at = up(at)) if (noisy.has(at)) return true;
    return false;
  };

  async function ambient(time) {
    const observer = new MutationObserver((records) => records.forEach((record) => {
      const at = element(record.target);
      if (at && at !== own.body(document) && at !== own.root(document)) noisy.add(at);
    }));
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    await new Promise((resolve) => setTimeout(resolve, time));
    observer.disconnect();
  }

  let watched = null;

  function stop() {
    if (!watched) return;
    watched.observer.disconnect();
    removeEventListener('click', watched.onClick, true);
    removeEventListener('keydown', watched.onKey);
    removeEventListener('keyup', watched.onKey);
    watched = null;
  }

  // From here on, all that happens is told by ``end``; a press reaches this control and no other.
  function begin(path) {
    stop();
    const el = handrail.find(path);
    if (!el || !drawn(el)) return false;
    const state = { el, before: shown(), changes: 0, clicked: false, prevented: false, live: new Set(), added: new Set(), field: el.matches('input, select, textarea'), focus: active(), states: STATES.map((key) => attribute(el, key)),
      text: words(el.innerText) };
    state.observer = new MutationObserver((records) => {
      for (const record of records) {
        const own_ = record.target === el && record.type === 'attributes' && !STATES.includes(record.attributeName);
        if (!own_ && !isNoisy(record.target)) state.changes += 1;
        const spoken = element(record.target) && live(element(record.target));
        if (spoken) state.live.add(spoken);
        for (const node of record.addedNodes) if (own.type(node) === 1) for (const at of [node, ...node.querySelectorAll(LIVE)]) if (at.matches(LIVE)) state.live.add(at);
        for (const node of record.addedNodes) state.added.add(node);
      }
    });
    state.observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    state.onClick = (event) => {
      if (event.composedPath().includes(el)) state.clicked = true;
      else if (event.isTrusted) { event.preventDefault(); event.stopImmediatePropagation(); }
    };
    state.onKey = (event) => { if (event.defaultPrevented) state.prevented = true; };
    addEventListener('click', state.onClick, true);
    addEventListener('keydown', state.onKey);
    addEventListener('keyup', state.onKey);
    watched = state;
    return true;
  }

  // ``answers``: anything at all. ``does``: what people would see.
  // ``wanted`` of the two: when it is seen, the rest of the time is not waited for.
  async function end(limit, wanted = '') {
    const state = watched;
    if (!state) return null;
    const started = performance.now();
    const answered = () => state.changes || state.clicked || state.prevented || active() !== state.focus;
    let [last, calm] = [-1, 0];
    while (performance.now() - started < limit) {
      await new Promise((resolve) => setTimeout(resolve, 40));
      if (document.getAnimations().some((animation) => animation.playState === 'running')) handrail.still();
      if (wanted === 'answers' && answered()) break;
      calm = state.changes === last ? calm + 1 : 0;
      last = state.changes;
      if (wanted === 'does' && last && calm === 2 && told(state).does) break;
    }
    stop();
    return told(state);
  }

  function told(state) {
    const { el } = state;
    const now = shown();
    const other = (at) => at !== el && !within(at, el) && !isNoisy(at);
    const came = [...now.keys()].filter((at) => !state.before.has(at) && other(at));
    const left = [...state.before.keys()].filter((at) => !now.has(at) && other(at));
    const changed = [...now].filter(([at, text]) => state.before.has(at) && state.before.get(at) !== text && other(at)).map(([at]) => at);
    const states = STATES.some((key, index) => attribute(el, key) !== state.states[index]);
    const gone = !el.isConnected || !drawn(el);
    const does = came.length ? 'shows' : gone ? 'hides' : states || changed.length || words(el.innerText) !== state.text ? 'changes' : '';
    const answers = Boolean(does || state.changes || state.clicked || state.prevented || active() !== state.focus);
    const told = [...state.live].some((at) => words(own.text(at)));
    const note = state.field && !gone && !told ? noted({ el, came, gone: left, changed }) : null;
    return { does, answers, context: state.field ? context(state, came, left, told) : '', message: note ? note.text : '', at: note ? standing(note.at, state.added) : null };
  }

  const FIELDS = 'input:not([type=hidden]), select, textarea';
  const headings = (all) => all.filter((at) => /^h[1-4]$/.test(own.name(at)) || role(at) === 'heading').length;
  const fields = (all) => all.filter((at) => at.matches(FIELDS)).length;

  // What became of people's surroundings when a value changed: they are in a dialog, elsewhere, nowhere, or in front of
  // other words and fields. A list that was narrowed, or a field that came in addition, is none of these.
  function context(state, came, left, told) {
    const { el } = state;
    if (came.some((at) => at.matches(':modal, [aria-modal=true]'))) return 'dialog';
    const now = active();
    if (state.focus === el && now !== el) {
      if (!el.isConnected || !now || now === own.body(document)) return 'lost';
      return within(now, el) || within(el, now) ? '' : 'moves';
    }
    const swapped = (fields(came) > 1 && fields(left) > 0) || (headings(came) > 0 && headings(left) > 0 && came.length + left.length > 5);
    return swapped && !told ? 'replaces' : '';
  }

  function focus(path) {
    const el = handrail.find(path);
    if (!el) return false;
    el.focus();
    return active() === el;
  }

  const has = (path) => active() === handrail.find(path);

  // Where to click, when a click there meets this control and nothing that lies over it.
  function point(path) {
    const el = handrail.find(path);
    if (!el) return null;
    el.scrollIntoView({ block: 'center', behavior: 'instant' });
    const rect = el.getBoundingClientRect();
    const [x, y] = [rect.x + rect.width / 2, rect.y + rect.height / 2];
    let at = document.elementFromPoint(x, y);
    while (at && own.shadow(at) && own.shadow(at).elementFromPoint(x, y) && own.shadow(at).elementFromPoint(x, y) !== at) {
      at = own.shadow(at).elementFromPoint(x, y);
    }
    return at && within(at, el) ? [x, y] : null;
  }

  function undo(path, index) {
    const el = handrail.find(path);
    if (!el) return;
    if (own.name(el) === 'select') el.selectedIndex = index;
    else if (TICKED.test(el.type)) el.checked = false;
    else el.value = '';
  }

  const selected = (path) => handrail.find(path)?.selectedIndex ?? -1;

  return {
    ambient, begin, end, focus, has, point, keys, values, undo, selected,
    words, role, up, element, within, active, shown, facts, usable, isNoisy, made, named: name, tells, live, noted, standing, DIALOG, LIVE, INNER,
  };
})();
