// Which parts of a page stand on their side, as style sheets that ask how the screen is held would have it.
handrail.turned = (() => {
  const { own } = handrail;
  const MOST = 30;
  const ASKS = /orientation\s*:|aspect-ratio/;
  // What is turned by custom, or is no text that people are to read.
  const APART = 'th, thead, caption, svg, [role=columnheader], [role=rowheader], [aria-hidden=true], script, style, noscript, template';
  const FIELDS = 'input:not([type=hidden]), select, textarea';
  const PICTURES = 'img[alt]:not([alt=""]), video, iframe, canvas[aria-label]';
  // Letters of a sentence, more than a label at the side has; links and buttons of a part; and the side of a picture.
  const SENTENCE = 40, SEVERAL = 2, LARGE = 150;
  const style = (el) => getComputedStyle(el);
  const up = (node) => own.parentElement(node) || (own.top(node) instanceof ShadowRoot ? own.top(node).host : null);
  const letters = (text) => (text.match(/[\p{L}\p{N}]/gu) || []).length;
  const said = (el) => [...own.children(el)].filter((node) => own.type(node) === 3).map((node) => node.data).join(' ');
  let parts = [];

  function* around(el) {
    for (let node = el; node && own.type(node) === 1; node = up(node)) yield node;
  }

  // What of it people read and use.
  function content(el) {
    return own.closest(el, APART) ? [] : [el, ...el.querySelectorAll('*')].slice(0, 500).filter((at) => !own.closest(at, APART));
  }

  function isPart(all) {
    const controls = all.filter((at) => at.matches('a[href], button'));
    return all.reduce((sum, at) => sum + letters(said(at)), 0) >= SENTENCE || all.some((at) => at.matches(FIELDS))
      || (controls.length >= SEVERAL && controls.every((at) => letters(own.text(at)))) || all.some((at) => at.matches(PICTURES) && at.offsetWidth >= LARGE && at.offsetHeight >= LARGE);
  }

  // Parts that such a rule turns, or would not have turned; how far is measured.
  function candidates(sheets, place) {
    const met = new Set();
    for (const { root, rules } of sheets) {
      for (const { rule, media } of rules) {
        if (!ASKS.test(media) || /\b(print|speech)\b/.test(media)) continue;
        if (!rule.style.transform && !rule.style.rotate && !rule.style.writingMode) continue;
        let named = [];
        try { named = [...root.querySelectorAll(rule.selectorText)]; } catch { named = []; } // a selector of a pseudo-element's, or newer than the browser
        for (const el of named.slice(0, MOST)) if (met.size < MOST) met.add(el);
      }
    }
    const found = [...met].map((el) => ({ el, all: content(el) })).filter(({ all }) => isPart(all));
    parts = found.filter(({ el }) => !found.some((other) => other.el !== el && other.el.contains(el)))
      .map(({ el, all }) => ({ el, read: all.filter((at) => letters(said(at)) || at.matches(`${FIELDS}, ${PICTURES}`)) }));
    return parts.map(({ el }) => place(el));
  }

  // By how many degrees an element stands turned in the plane of the screen.
  function angle(el) {
    let sum = 0;
    for (const at of around(el)) {
      const css = style(at);
      const matrix = css.transform === 'none' ? null : new DOMMatrix(css.transform);
      if (matrix) sum += Math.atan2(matrix.m12, matrix.m11) * 180 / Math.PI;
      const own_ = /^(?:z |0 0 1 )?(-?[\d.]+)deg$/.exec(css.rotate);
      if (own_) sum += Number(own_[1]);
    }
    const css = style(el);
    const upright = css.textOrientation === 'upright' || /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Mongolian}]/u.test(said(el));
    return /^(vertical|sideways)/.test(css.writingMode) && !upright ? sum + 90 : sum;
  }

  // Of each part whether it stands on its side as the screen is held now; null where it is not shown.
  function read() {
    return parts.map(({ read: all }) => {
      const seen = all.find((at) => at.isConnected && handrail.visible(at));
      return seen ? Math.abs(Math.abs(angle(seen) % 180) - 90) < 20 : null;
    });
  }

  return { candidates, read };
})();
