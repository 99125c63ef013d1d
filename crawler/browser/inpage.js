// Functions that collectors call inside a page. They live in an isolated world of their own: the page's scripts cannot
// see or change them, and a page that overrides Set, Map or JSON overrides only its own.
// An element whose id is "handrail" is a property of every world's window: only our own counts.
globalThis.handrail = Object.hasOwn(globalThis, 'handrail') ? globalThis.handrail : (() => {
  const SHADOW_STEP = ' >>> ';

  const tag = (el) => CSS.escape(el.localName);

  function unique(root, css) {
    try {
      return root.querySelectorAll(css).length === 1;
    } catch {
      return false;
    }
  }

  // A unique CSS selector of an element inside its document or shadow root.
  function local(el) {
    const root = el.getRootNode();
    const steps = [];
    for (let node = el; node && node.nodeType === 1; node = node.parentElement) {
      if (node.id && unique(root, '#' + CSS.escape(node.id))) {
        steps.unshift('#' + CSS.escape(node.id));
        break;
      }
      if (node === document.documentElement || node === document.body) {
        steps.unshift(tag(node));
        break;
      }
      let step = tag(node);
      const parent = node.parentNode;
      const same = parent ? [...parent.children].filter((other) => other.localName === node.localName) : [];
      if (same.length > 1) step += `:nth-of-type(${same.indexOf(node) + 1})`;
      steps.unshift(step);
      if (node !== el && unique(root, steps.join(' > '))) break;
    }
    return steps.join(' > ');
  }

  function selector(el) {
    const steps = [local(el)];
    for (let root = el.getRootNode(); root instanceof ShadowRoot; root = root.host.getRootNode()) {
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
    const role = (el.getAttribute('role') || '').trim().split(/\s+/)[0].toLowerCase();
    if (role) return LANDMARK_ROLES[role] ? role : null;
    const implied = LANDMARK_TAGS[el.localName];
    if (!implied) return null;
    // A header or footer of an article or section is not the page's.
    if ((el.localName === 'header' || el.localName === 'footer') && el.closest('article, section, main')) return null;
    return implied;
  }

  // Class names and ids that survive a deploy: no digits, no hashes.
  const stable = (word) => word && !/\d/.test(word) && word.length <= 32;

  function partOf(el) {
    for (let node = el; node; node = node.parentElement || (node.getRootNode() instanceof ShadowRoot ? node.getRootNode().host : null)) {
      const role = landmark(node);
      if (!role) continue;
      const label = (node.getAttribute('aria-label') || '').trim().slice(0, 60);
      const name = stable(node.id) ? '#' + node.id : [...node.classList].filter(stable).sort().slice(0, 2).map((word) => '.' + word).join('');
      return { key: role + name, name: label ? `${LANDMARK_ROLES[role]}: ${label}` : LANDMARK_ROLES[role] };
    }
    return { key: 'content', name: 'Page content' };
  }

  function visible(el) {
    if (!el.checkVisibility) return true;
    if (el.localName === 'option' || el.localName === 'area' || el.localName === 'optgroup') return true;
    return el.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: false });
  }

  const frame = () => new Promise((resolve) => {
    const timer = setTimeout(resolve, 100);
    requestAnimationFrame(() => { clearTimeout(timer); resolve(); });
  });

  // Scrolls down once, a screen at a time, and back up: what waits for people to come near is loaded.
  async function lookDown(most) {
    const height = document.documentElement.scrollHeight;
    if (height <= innerHeight * 1.2) return;
    const screens = Math.min(Math.ceil(height / innerHeight), most);
    for (let screen = 1; screen <= screens; screen += 1) {
      scrollTo({ top: (height * screen) / screens - innerHeight, behavior: 'instant' });
      await frame();
    }
    scrollTo({ top: 0, behavior: 'instant' });
    await frame();
  }

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
        const complete = document.readyState === 'complete';
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

  // Answers a consent banner by the City's policy, "reject" or "accept". Whether one was answered.
  function consent(policy) {
    const press = (el) => { if (el && visible(el)) { el.click(); return true; } return false; };
    for (const [banner, reject, accept] of BANNERS) {
      const at = document.querySelector(banner);
      if (!at) continue;
      const root = at.shadowRoot || document;
      if (press(root.querySelector(policy === 'reject' ? reject : accept))) return true;
    }
    const wanted = policy === 'reject' ? REFUSE_WORDS : ACCEPT_WORDS;
    for (const at of document.querySelectorAll('[role=dialog], [role=alertdialog], dialog[open], [id*=cookie i], [class*=cookie i], [id*=consent i], [class*=consent i]')) {
      if (!visible(at) || !CONSENT_WORDS.test(at.textContent.slice(0, 4000))) continue;
      for (const el of at.querySelectorAll('button, [role=button], input[type=button]')) {
        if (wanted.test((el.getAttribute('aria-label') || el.textContent || el.value || '').trim()) && press(el)) return true;
      }
    }
    return false;
  }

  // The elements a selector path (one step per shadow root) names.
  function find(path) {
    let root = document;
    let el = null;
    for (const step of path) {
      el = root.querySelector(step);
      if (!el) return null;
      root = el.shadowRoot;
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

  // The address that the document was loaded from; history.pushState does not change it.
  const loaded = () => (performance.getEntriesByType('navigation')[0] || {}).name || location.href;

  return { selector, landmark, partOf, visible, quiet, still, consent, find, box, loaded };
})();
