// What a form says of what is missing or wrong in it: in words, by looks, to those who do not see it.
handrail.mistakes = (() => {
  const { own } = handrail;
  const { words, role, up, element, within, active, shown, usable, isNoisy, made, named, standing } = handrail.interaction;
  const LIVE = '[aria-live=polite], [aria-live=assertive], [role=status], [role=alert], [role=log], [role=alertdialog], output';
  const ENTERED = /^(text|email|tel|url|number|date|datetime-local|month|week|time|file|checkbox|radio|color|range)$/;
  const SEARCH = /(^|[-_[])(q|s|query|search|keys?|keywords?|terms?|recherche|rechercher|motscles)($|[-_\]])/i;
  const CARD = /(card|carte)[-_ ]?(number|num|no|holder)|credit[-_ ]?card|carte[-_ ]?de[-_ ]?cr[ée]dit|\bcvv\b|\bcvc\b|\bccnum/i;
  const FINDS = /search|recherch|quer(y|ies)|filt(er|re)|(^|[^\p{L}])(find|trouver|locate|look ?up|log ?(in|on)|sign ?in|connexion|connecter)(?!\p{L})/iu;
  // What a button is called that sends what was filled in, where no form says so.
  const SENDS = /^\P{L}*(submit|send|continue|next|register|apply|save|sign me up|sign up|subscribe|request|report|ask|join|enrol\p{L}*|soumettre|envoyer|continuer|suivante?|(?:s['’])?inscri\p{L}*|demander|enregistrer|transmettre|signaler|(?:s['’]|m['’])?abonner)(?!\p{L})/iu;
  const MAIL = /e-?mail|courriel/i;
  const DATE = /(^|[^a-z])(date|dob|birth ?date|naissance)([^a-z]|$)|yyyy|aaaa/i;
  const MARKED = /\*|\((required|obligatoire|requise?)\)/i;
  const WRONG = /(^|[-_ ])(errors?|erreurs?|invalid|danger|has-error|is-invalid)([-_ ]|$)/i;
  // How messages speak of what is missing or wrong.
  const SAYS = /(?<!\p{L})(required|mandatory|must|missing|invalid|valid|incorrect|wrong|errors?|please|enter|select|choose|provide|fill|tell us|cannot|can['’]t|obligatoires?|requise?s?|doit|devez|manqu\p{L}*|invalides?|valides?|erreurs?|veuillez|saisi\p{L}*|entrez|indiquez|choisi\p{L}*|sélectionn\p{L}*|inscrivez|remplir|remplissez|incorrecte?s?)(?!\p{L})/iu;
  const WAITS = /^\P{L}*(please wait|one moment|loading|sending|submitting|processing|veuillez patienter|un instant|un moment|chargement|envoi en cours|traitement)(?!\p{L})/iu;
  const PARTS = new Set(['p', 'div', 'span', 'label', 'legend', 'li', 'strong', 'em', 'small', 'td', 'th', 'dt', 'dd', 'i', 'b']);
  const wait = (time) => new Promise((resolve) => setTimeout(resolve, time));
  const attribute = (el, name) => own.attribute(el, name) || '';
  const closest = (el, css) => own.closest(el, css);
  const is = (el, css) => Element.prototype.matches.call(el, css);
  const all = (el, css) => [...Element.prototype.querySelectorAll.call(el, css)];
  const box = (el) => Element.prototype.getBoundingClientRect.call(el);
  const startTag = (el) => words(Node.prototype.cloneNode.call(el, false).outerHTML, 1000);
  const referred = (el, names) => names.flatMap((name) => attribute(el, name).split(/\s+/)).filter(Boolean).map((id) => document.getElementById(id)).filter(Boolean);
  const says = (text) => /\p{L}{2}/u.test(text);
  const isField = (el) => /^(select|textarea)$/.test(own.name(el)) || (own.name(el) === 'input' && ENTERED.test(el.type));
  const isOne = (el, other) => el === other || (/^(radio|checkbox)$/.test(el.type) && el.type === other.type && el.name && el.name === other.name && el.form === other.form);

  // What belongs to a form, also from elsewhere in the page. A form answers to the names of its fields.
  function* belonging(form, css) {
    const root = own.top(form);
    for (const el of root === document ? own.all(css) : root.querySelectorAll(css)) if (el.form === form) yield el;
  }

  const labelled = (el) => [...(el.labels || [])].some((label) => handrail.visible(label));

  // What belongs to a scope: a form, a part of a form that is the whole page, or fields around a button without a form.
  function* inScope({ form, root }, css) {
    if (form) {
      for (const el of belonging(form, css)) if (root === form || within(el, root)) yield el;
    } else for (const el of all(root, css)) if (!el.form) yield el;
  }

  // Of choices that go together the first; a box that is drawn by its label counts.
  function fieldsOf(scope) {
    const found = [];
    for (const el of inScope(scope, 'input, select, textarea')) {
      if (!isField(el) || !usable(el) || el.readOnly || !(handrail.visible(el) || labelled(el))) continue;
      if (!found.some((one) => isOne(one, el))) found.push(el);
    }
    return found;
  }

  const pressed = (el) => usable(el) && handrail.visible(el) && box(el).width > 2;
  const LANDMARK = 'main, header, footer, nav, aside, [role=main], [role=banner], [role=contentinfo], [role=navigation], [role=complementary]';

  // The widest box around a button and its fields in which no button sends but those beside it.
  function boxOf(button, form, buttons, fields) {
    let root = null;
    let beside = [];
    for (let at = up(button); at; at = up(at)) {
      const near = buttons.filter((one) => within(one, at));
      if (!root && fields.some((one) => within(one, at))) [root, beside] = [at, near];
      else if (root && near.length > beside.length) break;
      else if (root) root = at;
      if (at === form || (root && is(at, LANDMARK))) break;
    }
    return root;
  }

  // A form is filled in as a whole, unless several of its buttons have fields of their own: then it is the whole page.
  function scopesOf(form) {
    const buttons = [...belonging(form, 'button, input')].filter((el) => /^(submit|image)$/.test(el.type));
    const whole = buttons.length && pressed(buttons[0]) ? [{ form, root: form, button: buttons[0] }] : [];
    if (buttons.length < 2) return whole;
    const fields = fieldsOf({ form, root: form });
    const boxes = new Map();
    for (const button of buttons.filter(pressed)) {
      const root = within(button, form) ? boxOf(button, form, buttons, fields) : form;
      if (root && !boxes.has(root)) boxes.set(root, button);
    }
    return boxes.size < 2 ? whole : [...boxes].map(([root, button]) => ({ form, root, button }));
  }

  // Fields without a form, and the one button among them that is called like sending.
  function loose(button) {
    if (button.form || !/^(submit|button)$/.test(button.type) || !SENDS.test(named(button)) || !pressed(button)) return [];
    for (let root = up(button); root && root !== own.body(document) && !is(root, LANDMARK); root = up(root)) {
      if (!fieldsOf({ form: null, root }).length) continue;
      const others = all(root, 'button, input[type=button], input[type=submit]').filter((el) => el !== button && SENDS.test(named(el)));
      return others.length || all(root, 'form').length || closest(root, 'form') ? [] : [{ form: null, root, button }];
    }
    return [];
  }

  function* scopes() {
    for (const el of handrail.elements(document)) {
      if (own.name(el) === 'form') yield* scopesOf(el);
      else if (is(el, 'button, input')) yield* loose(el);
    }
  }

  // The box around a field and around no other.
  function groupOf(el, form, fields) {
    const alone = fields.length === 1;
    let at = el;
    for (let node = up(el), steps = 0; node && steps < 6; node = up(node), steps += 1) {
      if (node === own.body(document) || own.name(node) === 'main' || (node === form && !alone)) break;
      if (fields.some((one) => one !== el && within(one, node))) break;
      at = node;
      if (node === form) break;
    }
    return at;
  }

  const legendOf = (el) => {
    const group = closest(el, 'fieldset, [role=group], [role=radiogroup]');
    if (!group) return '';
    const legend = [...own.elements(group)].find((child) => own.name(child) === 'legend');
    return [legend ? own.text(legend) : '', attribute(group, 'aria-label'), ...referred(group, ['aria-labelledby']).map((at) => own.text(at))].join(' ');
  };

  function kindOf(el) {
    if (own.name(el) !== 'input' || el.list) return '';
    const said = [el.name, own.id(el), attribute(el, 'autocomplete'), named(el)].join(' ');
    if (el.type === 'email' || (el.type === 'text' && MAIL.test(said))) return 'email';
    if (/^(text|tel)$/.test(el.type) && el.pattern) return 'pattern';
    return el.type === 'text' && DATE.test(`${said} ${el.placeholder}`) ? 'date' : '';
  }

  // What stands between a field and the others, where no box holds it together with its words.
  function beside(el) {
    const told = [];
    for (const step of ['previousElementSibling', 'nextElementSibling']) {
      for (let at = el[step], steps = 0; at && steps < 3; at = at[step], steps += 1) {
        if (isField(at) || all(at, 'input, select, textarea, button').length || is(at, 'button, input')) break;
        told.push(own.text(at));
      }
    }
    return told.join(' ');
  }

  // ``hint``: all that is said of it before anybody makes a mistake.
  function fact(el, form, fields) {
    const group = groupOf(el, form, fields);
    const name = words(named(el), 100);
    const around = group === el ? beside(el) : group.innerText;
    const hint = [name, around, el.title, attribute(el, 'placeholder'), legendOf(el), ...referred(el, ['aria-describedby']).map((at) => own.text(at))].join(' ');
    const labels = [...(el.labels || [])].map((label) => own.text(label)).join(' ');
    return {
      selector: handrail.selector(el), html: startTag(el), part: handrail.partOf(el), name: name, kind: kindOf(el), hint: words(hint, 600),
      required: el.required === true || attribute(el, 'aria-required') === 'true' || MARKED.test(`${labels} ${legendOf(el)}`),
    };
  }

  // Forms that people fill in: none that searches. Of those that sign in, take money or answer elsewhere only that there are some.
  function list(most) {
    const found = [];
    for (const scope of scopes()) {
      if (found.length >= most) break;
      const { form: owner, root: form, button } = scope;
      if (closest(form, '[aria-hidden=true], [inert]')) continue;
      const fields = fieldsOf(scope);
      const every = [...inScope(scope, 'input, select, textarea')];
      if (!fields.length || fields.length > 60) continue;
      const of = (name) => attribute(button, `form${name}`) || (owner ? attribute(owner, name) : '');
      const method = (of('method') || (owner ? 'get' : 'post')).toLowerCase();
      const [action, target] = [of('action'), of('target')];
      if (method === 'dialog') continue;
      let never = Boolean(target && target !== '_self') || (/^[a-z][\w+.-]*:/i.test(action) && !/^(https?|javascript):/i.test(action));
      if (role(form) === 'search' || closest(form, 'search, [role=search]') || every.some((el) => el.type === 'search')) continue;
      never = never || every.some((el) => el.type === 'password' || /(^| )cc-/.test(attribute(el, 'autocomplete')) || CARD.test(`${el.name} ${own.id(el)} ${named(el)}`));
      const texts = fields.filter((el) => own.name(el) !== 'select' && !/^(checkbox|radio)$/.test(el.type));
      if (owner !== form && [button, ...(texts.length < 2 ? fields : [])].some((el) => FINDS.test(`${el.name} ${own.id(el)} ${named(el)} ${el.placeholder || ''}`))) continue;
      if (texts.length < 2 && fields.some((el) => SEARCH.test(el.name) || SEARCH.test(own.id(el)))) continue;
      const told = fields.map((el) => fact(el, form, fields));
      if (!owner && !told.some((one) => one.required || one.kind)) continue;
      if (method === 'get' && !told.some((one) => one.required || one.kind === 'email') && action) continue;
      if (never) { found.push({ never: true }); continue; }
      const data = {};
      for (const el of every) if (el.type === 'hidden' && /^(_?method|action|op|task|cmd|do|event)$/i.test(el.name)) data[el.name] = words(el.value);
      if (button.name) data[button.name] = words(button.value);
      const legends = all(form, 'legend').slice(0, 1).map((at) => own.text(at)).join(' ');
      const name = words([attribute(form, 'aria-label'), ...referred(form, ['aria-labelledby']).map((at) => own.text(at))].join(' '), 100);
      found.push({
        path: handrail.selector(form).split(' >>> '), button_path: handrail.selector(button).split(' >>> '), selector: handrail.selector(form), html: startTag(form), part: handrail.partOf(form),
        name: name, button: words(named(button), 100), text: words(legends, 100), title: attribute(button, 'title'), value: words(button.value || '', 100),
        id: `${own.id(form)} ${own.id(button)}`, classes: [...own.classes(form), ...own.classes(button)].join(' '), action: action, data: data,
        script: ['onsubmit', 'onclick'].map((key) => (owner ? attribute(owner, key) : '') + attribute(button, key)).join(' '),
        shared: made([handrail.partOf(form).key, startTag(form), startTag(button), ...told.map((one) => one.html), words(own.text(form), 2000)].join('|')), fields: told,
      });
    }
    return found;
  }

  let run = null;

  const REDS = ['borderTopColor', 'borderRightColor', 'borderBottomColor', 'borderLeftColor', 'outlineColor', 'backgroundColor', 'color'];
  const LOOKS = [...REDS, 'borderTopWidth', 'borderLeftWidth', 'borderBottomWidth', 'borderTopStyle', 'borderLeftStyle', 'outlineStyle', 'outlineWidth', 'backgroundImage', 'boxShadow'];
  const isRed = (colour) => {
    const [r, g, b, a = 1] = (colour.match(/[\d.]+/g) || []).map(Number);
    return colour.startsWith('rgb') && a > 0.15 && r > 140 && r - Math.max(g, b) > 45;
  };
  const inGroup = (field) => [field.group, ...all(field.group, '*')].filter((el) => el === field.el || PARTS.has(own.name(el))).slice(0, 40);

  // How a field looks, and what is written around it by its style sheet and in its attributes.
  function look({ el, group }) {
    const field = { el, group };
    const styles = [el, ...(el.labels || []), ...(group === el ? [] : [group])].map((at) => {
      const style = getComputedStyle(at);
      return LOOKS.map((key) => style[key]);
    });
    const written = inGroup(field).map((at) => ['::before', '::after'].map((pseudo) => getComputedStyle(at, pseudo).content).join()).join();
    const classes = [];
    for (let at = el; at; at = up(at)) { classes.push(attribute(at, 'class')); if (at === group) break; }
    const described = referred(el, ['aria-describedby', 'aria-errormessage']).map((at) => words(own.text(at))).join(' ');
    return {
      styles, written, classes: classes.join(' '), invalid: attribute(el, 'aria-invalid'), described,
      titles: [attribute(el, 'aria-label'), attribute(el, 'title'), attribute(el, 'placeholder')].join(' '),
    };
  }

  const fields = () => run.paths.map((path, index) => {
    const el = run.kept[index].isConnected ? run.kept[index] : handrail.find(path);
    return el && isField(el) ? el : null;
  });

  function stop() {
    if (!run) return;
    run.observer.disconnect();
    removeEventListener('click', run.onClick, true);
    for (const kind of ['invalid', 'submit']) removeEventListener(kind, run.onEvent, true);
    run = null;
  }

  // From here on all that happens is told by ``end``; a press reaches the form's own button and nothing else.
  // The number of its fields.
  async function begin(path, at) {
    stop();
    const scope = [...scopes()].find((one) => one.root === handrail.find(path) && one.button === handrail.find(at));
    if (!scope) return null;
    const { form: owner, root: form, button } = scope;
    const kept = fieldsOf(scope);
    run = { path, owner, form, button, kept, paths: kept.map((el) => handrail.selector(el).split(' >>> ')), at,
      changes: 0, last: 0, said: 0, live: new Set(), added: new Set(), events: [], clicks: [], typed: [] };
    run.observer = new MutationObserver((records) => {
      for (const record of records) {
        const at = element(record.target);
        if (!at || isNoisy(at) || within(at, run.button)) continue;
        run.changes += 1;
        run.last = performance.now();
        const came = record.type === 'characterData' ? [record.target] : [...record.addedNodes];
        const texts = came.filter((node) => own.type(node) === 3 || (own.type(node) === 1 && !/^(style|script|link)$/.test(own.name(node))));
        if (!/^(style|script)$/.test(own.name(at)) && texts.some((node) => says(own.text(node)))) run.said += 1;
        for (let node = at; node; node = up(node)) if (is(node, LIVE)) run.live.add(node);
        for (const node of record.addedNodes) run.added.add(node);
        for (const node of came) if (own.type(node) === 1) [node, ...all(node, LIVE)].forEach((one) => { if (is(one, LIVE)) run.live.add(one); });
      }
    });
    run.onClick = (event) => {
      const met = event.composedPath();
      if (met.includes(run.button)) run.clicks.push(event);
      else if (event.isTrusted) { event.preventDefault(); event.stopImmediatePropagation(); }
    };
    run.onEvent = (event) => run.events.push(event);
    addEventListener('click', run.onClick, true);
    for (const kind of ['invalid', 'submit']) addEventListener(kind, run.onEvent, true);
    button.focus();
    await settle(80, 400);
    run.before = shown();
    run.looks = kept.map((el) => look({ el, group: groupOf(el, form, kept) }));
    run.observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    return kept.length;
  }

  async function settle(least, most) {
    const started = performance.now();
    for (;;) {
      await wait(25);
      if (document.getAnimations().some((animation) => animation.playState === 'running')) handrail.still();
      const now = performance.now();
      if (now - started >= most || (now - started >= least && now - run.last >= 200)) return;
    }
  }

  function enter(index) {
    const el = fields()[index];
    if (!el) return false;
    el.focus();
    if (active() !== el) return false;
    el.select();
    run.typed.push(index);
    return true;
  }

  function aim() {
    run.button = run.button.isConnected ? run.button : handrail.find(run.at);
    if (!run.button || !usable(run.button)) return false;
    run.button.focus();
    return active() === run.button;
  }

  // Words that were not there before: not where they stood in what was drawn anew.
  function newTexts(now) {
    const gone = new Map();
    const count = (text, by) => gone.set(text, (gone.get(text) || 0) + by);
    for (const [at, text] of run.before) if (now.get(at) !== text) count(text, 1);
    const bare = (text) => (text || '').replace(/\d+/g, '');
    return [...now].filter(([at, text]) => {
      if (!says(text) || WAITS.test(text) || run.before.get(at) === text || isNoisy(at) || within(at, run.button) || closest(at, 'select, textarea, datalist')) return false;
      if (run.before.has(at) && bare(run.before.get(at)) === bare(text)) return false;
      if (gone.get(text) > 0) { count(text, -1); return false; }
      return true;
    }).map(([at]) => at).slice(0, 80);
  }

  // The whole of a message: as far up as nothing but new words stand.
  function whole(at, fresh, now, inputs) {
    let top = at;
    for (let node = up(at), steps = 0; node && steps < 5; node = up(node), steps += 1) {
      if (node === run.form || node === own.body(document) || inputs.some((el) => within(el, node))) break;
      if (all(node, '*').concat(node).some((one) => says(now.get(one) || '') && !fresh.has(one))) break;
      top = node;
    }
    return top;
  }

  const liveAt = (el) => {
    for (let at = el; at; at = up(at)) if (is(at, LIVE)) return true;
    return all(el, LIVE).some((at) => says(own.text(at)));
  };

  function refers(field, unit) {
    for (let node = field, steps = 0; node && steps < 6; node = up(node), steps += 1) {
      if (referred(node, ['aria-describedby', 'aria-errormessage', 'aria-labelledby', 'aria-details']).some((at) => within(at, unit) || within(unit, at))) return true;
      if (node === run.form) break;
    }
    return false;
  }

  // Whether a message stands right after a field that nothing else surrounds.
  function follows(unit, el) {
    let at = el;
    for (let steps = 0; at && steps < 3; steps += 1) {
      at = at.nextElementSibling;
      if (!at || isField(at) || own.name(at) === 'label' || within(run.button, at) || all(at, 'input, select, textarea').length) return false;
      if (within(unit, at)) return true;
    }
    return false;
  }

  const plain = (text) => text.toLowerCase().replace(/\([^)]*\)|[*:]/g, ' ').replace(/\s+/g, ' ').trim();

  function tells(unit, el) {
    const id = own.id(el);
    const ids = [id, ...[...(el.labels || [])].map((label) => own.id(label))].filter(Boolean);
    if (all(unit, 'a[href*="#"]').concat(is(unit, 'a[href]') ? [unit] : []).some((link) => ids.includes(decodeURIComponent((attribute(link, 'href').split('#')[1] || '').replace(/%(?![0-9a-f]{2})/gi, '%25'))))) return true;
    const label = plain(named(el));
    return label.length > 2 && plain(own.text(unit)).includes(label);
  }

  // What came of the press.
  async function end(least, most) {
    if (!run) return null;
    run.last = performance.now();
    await settle(least, most);
    const form = run.form.isConnected ? run.form : handrail.find(run.path);
    const inputs = fields();
    const owner = run.owner && (run.owner === run.form ? form : closest(form, 'form'));
    if (!form || (run.owner && (!owner || own.name(owner) !== 'form')) || inputs.some((el) => !el) || !inputs.some((el) => handrail.visible(el) || labelled(el))) { stop(); return null; }
    run.form = form;
    const focus = active();
    const now = shown();
    const fresh = new Set(newTexts(now));
    const units = [...new Set([...fresh].map((at) => whole(at, fresh, now, inputs)))]
      .map((el) => ({ el, text: words(el.innerText, 400), live: liveAt(el), red: isRed(getComputedStyle(el).color), classed: WRONG.test(`${own.id(el)} ${attribute(el, 'class')}`),
        focused: Boolean(focus && focus !== own.body(document) && focus !== form && (within(focus, el) || (within(el, focus) && !within(form, focus)))) }));
    const live = [...run.live].filter((at) => at.isConnected && says(own.text(at)));
    const groups = inputs.map((el) => groupOf(el, form, inputs));
    const home = units.map((unit) => {
      const index = groups.findIndex((group) => group !== form && within(unit.el, group));
      if (index >= 0) return index;
      if (inputs.length === 1 && within(unit.el, form)) return 0;
      return inputs.findIndex((el, at) => [el, groups[at]].some((one) => one !== form && follows(unit.el, one)) || [...(el.labels || [])].some((label) => within(unit.el, label)));
    });
    const said = Boolean(units.length || run.said || live.length);
    const invalid = run.events.filter((event) => event.type === 'invalid' && event.target.form === owner && (form === owner || within(event.target, form)));
    const loud = invalid.filter((event) => !event.defaultPrevented).map((event) => event.composedPath()[0] || event.target);
    const submitted = run.events.filter((event) => event.type === 'submit');
    const stopped = submitted.some((event) => event.defaultPrevented) || run.clicks.some((event) => event.defaultPrevented);
    const reachable = (el) => !(el instanceof Element) || (handrail.visible(el) && !is(el, '[inert], [inert] *'));
    const bubble = loud.find(reachable);
    const native = Boolean(bubble && ((!submitted.length && !stopped) || active() === bubble));
    const hidden = bubble || submitted.length || stopped || said ? []
      : loud.slice(0, 3).map((el) => ({ selector: handrail.selector(el), html: startTag(el), part: handrail.partOf(el), name: words(named(el), 100) }));
    if (aim()) await settle(60, 400);
    const looks = inputs.map((el, index) => look({ el, group: groups[index] }));
    const told = inputs.map((el, index) => {
      const [was, is_] = [run.looks[index], looks[index]];
      const differs = is_.styles.flatMap((style, one) => style.map((value, at) => (value !== was.styles[one]?.[at] ? [LOOKS[at], value] : null))).filter(Boolean);
      const red = differs.some(([key, value]) => (REDS.includes(key) && isRed(value)) || (key === 'boxShadow' && (value.match(/rgba?\([^)]*\)/g) || []).some(isRed)));
      const classed = !WRONG.test(was.classes) && WRONG.test(is_.classes);
      const turned = is_.invalid === 'true' && was.invalid !== 'true';
      const near = units.filter((unit, at) => home[at] === index);
      const far = units.filter((unit, at) => home[at] !== index && tells(unit.el, el));
      const heard = live.filter((at) => !units.some((unit) => within(unit.el, at) || within(at, unit.el)));
      const marked = red || classed || turned;
      const wrong = near.filter((unit) => marked || unit.red || unit.classed || SAYS.test(unit.text));
      const by = [];
      if (is_.described && is_.described !== was.described) by.push('described');
      for (const unit of wrong) {
        if (refers(el, unit.el)) by.push('described');
        if ([...(el.labels || [])].some((label) => within(unit.el, label)) || closest(unit.el, 'legend')) by.push('label');
        if (unit.live) by.push('live');
        if (unit.focused) by.push('focus');
      }
      for (const unit of far) if (unit.live || unit.focused) by.push('summary');
      if (heard.some((at) => tells(at, el))) by.push('live');
      if (turned) by.push('invalid');
      const text = wrong.map((unit) => unit.text).join(' ');
      return {
        field: index, text: words(text || (by.includes('described') ? is_.described : ''), 300), far: words(far.map((unit) => unit.text).join(' '), 300), ties: [...new Set(by)].sort(), marked, red,
        written: is_.written !== was.written || is_.titles !== was.titles, typed: run.typed.includes(index) && Boolean(el.value), off: !usable(el),
        mismatch: native && run.typed.includes(index) && Boolean(el.validity.patternMismatch),
      };
    }).filter((one) => one.text || one.far || one.marked || one.mismatch);
    const heard = live.length > 0 || units.some((unit) => unit.live || unit.focused);
    const result = {
      native, hidden, said, fields: told,
      // What came up and nobody is told of, where it is not about a field.
      unheard: heard || told.length ? '' : words(units.map((unit) => unit.text).join(' '), 300),
      at: heard || told.length || !units.length ? null : standing(units[0].el, run.added),
      general: told.length ? '' : words(units.filter((unit, at) => home[at] < 0).map((unit) => unit.text).join(' '), 200),
      other: units.filter((unit, at) => home[at] < 0).some((unit) => SAYS.test(unit.text) || unit.red || unit.classed),
      silent: stopped && !native && !said && !told.length && !run.changes && looks.every((one, index) => JSON.stringify(one) === JSON.stringify(run.looks[index])),
    };
    stop();
    return result;
  }

  return { list, begin, enter, aim, end, stop };
})();
