// Functions that collectors call inside a page. They live in an isolated world of their own: the page's scripts cannot
// see or change them, and a page that overrides Set, Map or JSON overrides only its own.
// An element whose id is "handrail" is a property of every world's window: only our own counts.
globalThis.handrail = Object.hasOwn(globalThis, 'handrail') ? globalThis.handrail : (() => {
  const SHADOW_STEP = ' >>> ';

  // A form and a document answer to the names of what is in them (<input name="attributes">): their own properties
  // are had from the prototypes.
  const getter = (proto, name) => {
    const { get } = Object.getOwnPropertyDescriptor(proto, name);
    return (node) => get.call(node);
  };
  const own = {
    root: getter(Document.prototype, 'documentElement'),
    body: getter(Document.prototype, 'body'),
    head: getter(Document.prototype, 'head'),
    title: getter(Document.prototype, 'title'),
    state: getter(Document.prototype, 'readyState'),
    type: getter(Node.prototype, 'nodeType'),
    parent: getter(Node.prototype, 'parentNode'),
    parentElement: getter(Node.prototype, 'parentElement'),
    children: getter(Node.prototype, 'childNodes'),
    name: getter(Element.prototype, 'localName'),
    id: getter(Element.prototype, 'id'),
    classes: getter(Element.prototype, 'classList'),
    attributes: getter(Element.prototype, 'attributes'),
    text: getter(Node.prototype, 'textContent'),
    elements: getter(Element.prototype, 'children'),
    attribute: (el, name) => Element.prototype.getAttribute.call(el, name),
    closest: (el, css) => Element.prototype.closest.call(el, css),
    drawn: (el, how) => Element.prototype.checkVisibility.call(el, how),
    top: (node) => Node.prototype.getRootNode.call(node),
    all: (css) => Document.prototype.querySelectorAll.call(document, css),
    first: (root, css) => (root === document ? Document.prototype.querySelector.call(root, css) : root.querySelector(css)),
    walker: (root) => Document.prototype.createTreeWalker.call(document, root, NodeFilter.SHOW_ELEMENT),
  };

  // Closed shadow roots that the browser handed us, by host: in this world they are as open as the rest.
  const closed = new WeakMap();
  const open = getter(Element.prototype, 'shadowRoot');
  own.shadow = (el) => open(el) || closed.get(el) || null;

  function* elements(root) {
    const walker = own.walker(root);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      yield node;
      const shadow = own.shadow(node);
      if (shadow) yield* elements(shadow);
    }
  }

  const HOSTS = new Set(['article', 'aside', 'blockquote', 'body', 'div', 'footer', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6',
    'header', 'main', 'nav', 'p', 'section', 'span']);
  const asked = new WeakSet();

  // Whether an element takes room although nothing of its own is shown.
  function isFilled(el) {
    if (!el.offsetHeight || !el.offsetWidth) return false;
    const child = el.firstElementChild;
    if (child) return !own.drawn(child);
    if (!own.text(el).trim()) return true;
    const range = new Range();
    range.selectNodeContents(el);
    return range.getClientRects().length === 0;
  }

  // Elements that may have a closed shadow root: custom ones, and those that show what is not theirs.
  function hosts(most) {
    const found = [];
    for (const el of elements(document)) {
      if (found.length >= most) break;
      const name = own.name(el);
      if (own.shadow(el) || asked.has(el) || !(name.includes('-') ? el.matches(':defined') : HOSTS.has(name) && isFilled(el))) continue;
      asked.add(el);
      found.push(el);
    }
    return found;
  }

  function hold(host, root) {
    closed.set(host, root);
    Object.defineProperty(Element.prototype, 'shadowRoot', { configurable: true, get() { return own.shadow(this); } });
  }

  // Every style rule of a sheet, outer ones first: {rule, text, media, imported}; "media" holds the conditions around it.
  // Several ask, and wrapping the rules of a large sheet takes long: what was read is good while the same rules are there.
  const sheetsRead = new WeakMap();
  function styleRules(sheet) {
    const known = sheetsRead.get(sheet);
    const first = sheet.cssRules;
    if (known && known.lists.every(([list, rules]) => list.length === rules.length && rules.every((rule, index) => list[index] === rule))) return known.found;
    const found = [], lists = [];
    const walk = (list, media, imported) => {
      const rules = [];
      lists.push([list, rules]);
      for (let index = 0, many = list.length; index < many; index += 1) {
        const rule = list[index];
        rules.push(rule);
        if (rule instanceof CSSStyleRule) {
          found.push({ rule, text: rule.selectorText, media, imported });
          if (rule.cssRules.length) walk(rule.cssRules, media, imported);
        } else if (rule instanceof CSSMediaRule) {
          walk(rule.cssRules, [...media, rule.media.mediaText], imported);
        } else if (rule instanceof CSSImportRule) {
          try { if (rule.styleSheet) walk(rule.styleSheet.cssRules, media, true); } catch { /* another origin's */ }
        } else if (rule.cssRules && !(rule instanceof CSSKeyframesRule)) {
          walk(rule.cssRules, media, imported);
        }
      }
    };
    walk(first, [], false);
    sheetsRead.set(sheet, { found, lists });
    return found;
  }

  const tag = (el) => CSS.escape(own.name(el));

  // Whether a selector that names an element names no other.
  function unique(root, css, el) {
    try {
      // The first of many is found soon, and is mostly another.
      return own.first(root, css) === el && (root === document ? own.all(css) : root.querySelectorAll(css)).length === 1;
    } catch {
      return false;
    }
  }

  const next = getter(Element.prototype, 'nextElementSibling');
  const previous = getter(Element.prototype, 'previousElementSibling');

  // Which of its kind an element is among its siblings; 0 for the only one.
  function nth(el) {
    const name = own.name(el);
    let before = 0, other = previous(el);
    for (; other; other = previous(other)) if (own.name(other) === name) before += 1;
    if (before) return before + 1;
    for (other = next(el); other; other = next(other)) if (own.name(other) === name) return 1;
    return 0;
  }

  // Whether an id may be the same when the page is loaded again: no UUID, no count of a library, no drawn lot ("je0yzj").
  const COUNTED = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-|^[:«]r[\da-z]+[:»]|\d{10}/i;
  const isLot = (piece) => piece.length > 5 && /\d[a-z]/i.test(piece) && (/[bcdfghjklmnpqrstvwxyz]{3}/i.test(piece) || /^[a-z]*(?:\d+[a-z]+){2,}\d*$/i.test(piece));
  const lasting = (id) => Boolean(id) && !COUNTED.test(id) && !id.split(/[-_:.]+/).some(isLot);

  // A unique CSS selector of an element inside its document or shadow root.
  function local(el) {
    const root = own.top(el);
    const steps = [];
    for (let node = el; node && own.type(node) === 1; node = own.parentElement(node)) {
      const id = own.id(node);
      if (lasting(id) && unique(root, '#' + CSS.escape(id), node)) {
        steps.unshift('#' + CSS.escape(id));
        break;
      }
      if (node === own.root(document) || node === own.body(document)) {
        steps.unshift(tag(node));
        break;
      }
      let step = tag(node);
      const place = own.parent(node) ? nth(node) : 0;
      if (place) step += `:nth-of-type(${place})`;
      steps.unshift(step);
      if (node !== el && unique(root, steps.join(' > '), el)) break;
    }
    return steps.join(' > ');
  }

  function selector(el) {
    const steps = [local(el)];
    for (let root = own.top(el); root instanceof ShadowRoot; root = own.top(root.host)) {
      steps.unshift(local(root.host));
    }
    return steps.join(SHADOW_STEP);
  }

  const LANDMARK_ROLES = {
    banner: 'Header', navigation: 'Navigation', contentinfo: 'Footer', complementary: 'Sidebar', search: 'Search',
    form: 'Form', dialog: 'Dialog', alertdialog: 'Dialog', menu: 'Menu', menubar: 'Menu',
  };
  const LANDMARK_TAGS = { nav: 'navigation', footer: 'contentinfo', header: 'banner', aside: 'complementary',
    form: 'form', dialog: 'dialog', search: 'search' };

  function landmark(el) {
    const role = (own.attribute(el, 'role') || '').trim().split(/\s+/)[0].toLowerCase();
    if (role) return LANDMARK_ROLES[role] ? role : null;
    const name = own.name(el);
    const implied = Object.hasOwn(LANDMARK_TAGS, name) && LANDMARK_TAGS[name];
    if (!implied) return null;
    // A header or footer of an article or section is not the page's.
    if ((name === 'header' || name === 'footer') && own.closest(el, 'article, section, main')) return null;
    return implied;
  }

  // Class names and ids that survive a deploy: no digits, no hashes, nothing that says what an element is doing now.
  // audits/fingerprint.py asks the same of class names (is_generated); a test holds the two together.
  const GENERATED = /^(is-|has-|css-|sc-|jsx-|jss|svelte-|emotion-|makeStyles-|ng-tns-|ng-star-inserted|v-)/;
  const STATES = new Set(`active checked closed collapsed collapsing current disabled enabled expanded fade focus focused
    hidden hover in initialized invalid is loaded loading no-js open opened out selected show shown sticky valid
    visible`.split(/\s+/));
  const PLAIN_WORD = /^[A-Z]?[a-z]+(?:[A-Z][a-z]+)*$|^[A-Z]+$/;
  function random(piece) {
    if (piece.length < 5) return false;
    if (!PLAIN_WORD.test(piece) || /[bcdfghjklmnpqrstvwxz]{5}/i.test(piece)) return true;
    const humps = piece.match(/[A-Z]?[a-z]+|[A-Z]+/g).length;
    return humps >= 3 && piece.length < 3 * humps;
  }
  function survives(word) {
    if (!word || word.length > 32 || /[^\x20-\x7e]|\d/.test(word) || STATES.has(word.toLowerCase()) || GENERATED.test(word)) return false;
    const pieces = word.split(/[-_:]+/).filter(Boolean);
    return pieces.length > 0 && !pieces.some(random);
  }
  const stability = new Map();
  function stable(word) {
    if (!stability.has(word)) stability.set(word, survives(word));
    return stability.get(word);
  }

  function partOf(el) {
    const up = (node) => own.parentElement(node) || (own.top(node) instanceof ShadowRoot ? own.top(node).host : null);
    for (let node = el; node; node = up(node)) {
      const role = landmark(node);
      if (!role) continue;
      const label = (own.attribute(node, 'aria-label') || '').trim().slice(0, 60);
      const id = own.id(node);
      const name = stable(id) ? '#' + id : [...own.classes(node)].filter(stable).sort().slice(0, 2).map((word) => '.' + word).join('');
      return { key: role + name, name: label ? `${LANDMARK_ROLES[role]}: ${label}` : LANDMARK_ROLES[role] };
    }
    return { key: 'content', name: 'Page content' };
  }

  function visible(el) {
    const name = own.name(el);
    if (name === 'option' || name === 'area' || name === 'optgroup') return true;
    return Element.prototype.checkVisibility.call(el, { visibilityProperty: true, contentVisibilityAuto: false });
  }

  const frame = () => new Promise((resolve) => {
    const timer = setTimeout(resolve, 100);
    requestAnimationFrame(() => { clearTimeout(timer); resolve(); });
  });

  // Scrolls down once, a screen at a time, and back up: what waits for people to come near is loaded.
  async function lookDown(most) {
    const root = own.root(document);
    const height = root ? root.scrollHeight : 0;
    if (height <= innerHeight * 1.2) return;
    const screens = Math.min(Math.ceil(height / innerHeight), most);
    for (let screen = 1; screen <= screens; screen += 1) {
      scrollTo({ top: (height * screen) / screens - innerHeight, behavior: 'instant' });
      await frame();
    }
    scrollTo({ top: 0, behavior: 'instant' });
    await frame();
  }

  // When it was asked whether the page is at rest, and whether it was. Then its scripts are held: what they asked for once, a frame
  // or a moment, does not come to them any more, and what they moved so stands still from there on.
  const rests = [];

  // Resolves when nothing moved for five ticks of 60 ms (after load; no DOM change, no new resource), or after limit ms.
  function quiet(limit, screens = 0) {
    return new Promise((resolve) => {
      let changes = 0;
      const observer = new MutationObserver((records) => { changes += records.length; });
      observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
      const started = performance.now();
      let calm = 0;
      let looking = screens > 0;
      let resources = performance.getEntriesByType('resource').length;
      const timer = setInterval(() => {
        const now = performance.getEntriesByType('resource').length;
        const complete = own.state(document) === 'complete';
        if (complete && looking === true) {
          looking = 'now';
          lookDown(screens).then(() => { looking = false; });
        }
        calm = changes === 0 && now === resources && complete && !looking ? calm + 1 : 0;
        changes = 0;
        resources = now;
        const spent = performance.now() - started;
        if (calm >= 5 || spent > limit) {
          clearInterval(timer);
          observer.disconnect();
          rests.push({ at: performance.now(), calm: calm >= 5 });
          resolve(calm >= 5);
        }
      }, 60);
    });
  }

  // Brings every animation to where it stays: to its end, or, where it has none, to its beginning. The number of them.
  function still() {
    const moving = document.getAnimations();
    for (const animation of moving) {
      try {
        if (animation.effect.getComputedTiming().endTime === Infinity) {
          animation.pause();
          animation.currentTime = 0;
        } else {
          animation.finish();
        }
      } catch { /* an animation without a timeline or an effect moves nothing */ }
    }
    return moving.length;
  }

  // Common consent banners: where they stand, what refuses, what accepts.
  const BANNERS = [
    ['#onetrust-banner-sdk', '#onetrust-reject-all-handler', '#onetrust-accept-btn-handler'],
    ['#CybotCookiebotDialog', '#CybotCookiebotDialogBodyButtonDecline, #CybotCookiebotDialogBodyLevelButtonLevelOptinDeclineAll',
      '#CybotCookiebotDialogBodyLevelButtonLevelOptinAllowAll, #CybotCookiebotDialogBodyButtonAccept'],
    ['.qc-cmp2-container', '.qc-cmp2-summary-buttons button[mode="secondary"]', '.qc-cmp2-summary-buttons button[mode="primary"]'],
    ['#didomi-notice', '#didomi-notice-disagree-button', '#didomi-notice-agree-button'],
    ['#truste-consent-track', '#truste-consent-required', '#truste-consent-button'],
    ['.cc-window', '.cc-deny', '.cc-allow, .cc-dismiss'],
    ['#cookie-law-info-bar', '#cookie_action_close_header_reject', '#cookie_action_close_header'],
    ['.osano-cm-window', '.osano-cm-denyAll', '.osano-cm-acceptAll'],
    ['#cmplz-cookiebanner-container', '.cmplz-deny', '.cmplz-accept'],
    ['.cky-consent-container', '.cky-btn-reject', '.cky-btn-accept'],
    ['#usercentrics-root', '[data-testid="uc-deny-all-button"]', '[data-testid="uc-accept-all-button"]'],
    ['.klaro .cookie-notice', '.cn-decline', '.cm-btn-success'],
  ];
  const CONSENT_WORDS = /cookie|consent|t[ée]moins|consentement|fichiers? t[ée]moin/i;
  const REFUSE_WORDS = /^(reject|refuse|decline|deny|disagree|no,? thanks|necessary only|only (necessary|essential)|(accept )?(only )?(necessary|essential) (cookies )?only|(tout )?refuser|je refuse|rejeter|d[ée]cliner|continuer sans accepter|seulement (les )?(n[ée]cessaires|essentiels))\b/i;
  const ACCEPT_WORDS = /^(accept|agree|allow|i agree|i accept|got it|ok(ay)?|(tout )?accepter|j['’]accepte|autoriser|d['’]accord|compris)\b/i;

  // What answers a consent banner so, "reject" or "accept"; null where there is none.
  function answerOf(policy) {
    for (const [banner, reject, accept] of BANNERS) {
      const at = document.querySelector(banner);
      if (!at) continue;
      const root = at.shadowRoot || document;
      const el = root.querySelector(policy === 'reject' ? reject : accept);
      if (el && visible(el)) return el;
    }
    const wanted = policy === 'reject' ? REFUSE_WORDS : ACCEPT_WORDS;
    for (const at of document.querySelectorAll('[role=dialog], [role=alertdialog], dialog[open], [id*=cookie i], [class*=cookie i], [id*=consent i], [class*=consent i]')) {
      if (!visible(at) || !CONSENT_WORDS.test(own.text(at).slice(0, 4000))) continue;
      for (const el of at.querySelectorAll('button, [role=button], input[type=button]')) {
        if (wanted.test((el.getAttribute('aria-label') || own.text(el) || el.value || '').trim()) && visible(el)) return el;
      }
    }
    return null;
  }

  // Answers a consent banner by the City's policy. Whether one was answered.
  function consent(policy) {
    const el = answerOf(policy);
    if (el) el.click();
    return Boolean(el);
  }

  // How a banner can be answered; [] where there is none.
  const offers = () => ['reject', 'accept'].filter((policy) => answerOf(policy));

  // The elements a selector path (one step per shadow root) names.
  function find(path) {
    let root = document;
    let el = null;
    for (const step of path) {
      el = own.first(root, step);
      if (!el) return null;
      root = own.shadow(el);
      if (!root) break;
    }
    return el;
  }

  function box(path) {
    const el = find(path);
    if (!el) return null;
    const rect = el.getBoundingClientRect();
    return { x: rect.x + scrollX, y: rect.y + scrollY, width: rect.width, height: rect.height };
  }

  const navigation = () => performance.getEntriesByType('navigation')[0] || {};
  // The address that the document was loaded from; history.pushState does not change it.
  const loaded = () => navigation().name || location.href;
  // The status with which it came; 0 where the browser does not say.
  const status = () => navigation().responseStatus || 0;

  // What stands in a frame's element, said of the element: where it is, and whether it waits for a document to come.
  function frameOf(el) {
    const inside = el.contentDocument;
    const body = inside && own.body(inside);
    const waits = /^https?:/.test(el.src) && inside && inside.URL === 'about:blank' && !(body && own.children(body).length);
    return [selector(el), Boolean(waits)];
  }

  return {
    own, elements, hosts, hold, styleRules, frameOf, status, selector, lasting, landmark, partOf, visible, frame, quiet, rests, still, consent, offers, find, box, loaded,
  };
})();
