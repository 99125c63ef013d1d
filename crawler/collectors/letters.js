// Letters whose ground no style tells: where they stand and in which colour, and the page with and without its letters.
handrail.letters = (() => {
  const { own } = handrail;
  const BARE = `*, *::before, *::after { -webkit-text-fill-color: transparent !important; text-decoration-color: transparent !important;
    caret-color: transparent !important; transition: none !important }
    text, tspan, textPath { fill: transparent !important; stroke: transparent !important }`;
  const CALM = '*, *::before, *::after { transition: none !important }';
  const sheets = new Map();
  let asked = [];
  let from = [0, 0];

  const up = (el) => el.assignedSlot || own.parentElement(el) || (own.top(el) instanceof ShadowRoot ? own.top(el).host : null);
  const channels = (said) => {
    const found = /^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/.exec(said);
    return found && [...found.slice(1, 4).map(Number), found[4] === undefined ? 1 : Number(found[4])];
  };

  // The colour of the letters as they are drawn; null where more than it says how they look.
  function ink(el) {
    const seen = getComputedStyle(el);
    const drawn = el instanceof SVGElement;
    if (seen.textShadow !== 'none' || seen.webkitBackgroundClip === 'text' || parseFloat(seen.webkitTextStrokeWidth) > 0) return null;
    if (drawn && seen.stroke !== 'none') return null;
    for (let at = el; at; at = up(at)) {
      const { opacity, filter, mixBlendMode, maskImage, backgroundClip } = getComputedStyle(at);
      if (Number(opacity) < 1 || filter !== 'none' || mixBlendMode !== 'normal' || (maskImage || 'none') !== 'none' || backgroundClip === 'text') return null;
    }
    return channels(drawn ? seen.fill : seen.webkitTextFillColor);
  }

  // Where its own words are drawn.
  function lines(el) {
    const found = [];
    const range = document.createRange();
    for (const node of own.children(el)) {
      if (own.type(node) !== 3 || !/\S/.test(node.data)) continue;
      range.selectNodeContents(node);
      for (const { left, top, width, height } of range.getClientRects()) {
        if (width >= 2 && height >= 2) found.push([left, top, width, height]);
      }
    }
    return found;
  }

  // What is drawn there may be another picture a moment later.
  const moves = ([left, top, width, height]) => document.elementsFromPoint(left + width / 2, top + height / 2)
    .some((el) => /^(video|canvas|iframe|frame|object|embed)$/.test(own.name(el)));

  const needed = ({ fontSize, fontWeight }) => (parseFloat(fontSize) >= 24 || (parseFloat(fontSize) >= 18.66 && Number(fontWeight) >= 700) ? 3 : 4.5);

  // Where the same words may stand in a narrower window, or with larger letters.
  function ground(el) {
    let block = el;
    while (/^inline$/.test(getComputedStyle(block).display) && up(block)) block = up(block);
    const box = block.getBoundingClientRect();
    const seen = getComputedStyle(block);
    const [top, right, bottom, left] = ['Top', 'Right', 'Bottom', 'Left']
      .map((side) => parseFloat(seen[`padding${side}`]) + parseFloat(seen[`border${side}Width`]) + 2);
    return [box.left + left, box.top + top, box.width - left - right, box.height - top - bottom];
  }

  function letters(path) {
    const el = handrail.find(path);
    const colour = el && ink(el);
    if (!colour || !lines(el).length) return null;
    return { el, colour, needed: needed(getComputedStyle(el)) };
  }

  // The colours of what somebody will write in a field, and of the field's own ground; null where they are not all of it.
  function written(path) {
    const el = handrail.find(path);
    const colour = el && ink(el);
    const seen = el && getComputedStyle(el);
    const ground = seen && channels(seen.backgroundColor);
    if (!colour || colour[3] < 1 || !ground || ground[3] < 1 || seen.backgroundImage !== 'none') return null;
    return { colour, ground, needed: needed(seen) };
  }

  // Which of these can be measured.
  function ask(paths) {
    from = [scrollX, scrollY];
    asked = paths.map(letters);
    if (asked.some((one) => one)) withoutNoscript();
    return asked.map((one) => Boolean(one));
  }

  // Bring the first of these into the view: those of them that can be seen there, and in which lines.
  async function show(numbers) {
    const [[, top]] = lines(asked[numbers[0]].el);
    scrollTo({ top: scrollY + top - innerHeight / 4, left: from[0], behavior: 'instant' });
    await handrail.frame();
    await handrail.frame();
    const inside = ([left, y, width, height]) => left >= 0 && y >= 0 && left + width <= innerWidth && y + height <= innerHeight;
    return numbers.flatMap((number) => {
      const { el, colour, needed } = asked[number];
      const found = lines(el);
      return found.length && found.every(inside) && !found.some(moves) ? [{ number, colour, needed, lines: found, ground: ground(el) }] : [];
    });
  }

  // While its scripts wait, whatever styles anew what is there for those without scripts shows it: it stays hidden for good.
  function withoutNoscript() {
    if (!own.all('noscript').length) return;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('noscript { display: none !important }');
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }

  const put = (css) => {
    for (const [root, sheet] of sheets) root.adoptedStyleSheets = [...root.adoptedStyleSheets].filter((one) => one !== sheet);
    sheets.clear();
    if (!css) return;
    for (const root of new Set([document, ...asked.filter(Boolean).map(({ el }) => own.top(el))])) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      sheets.set(root, sheet);
      root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    }
  };

  const bare = () => put(BARE);

  // Letters come back at once, whatever takes its time on this page.
  function clothe() {
    put(CALM);
    for (const one of asked) if (one) void getComputedStyle(one.el).webkitTextFillColor;
    void own.root(document).offsetHeight;
    put('');
  }

  function end() {
    asked = [];
    scrollTo({ top: from[1], left: from[0], behavior: 'instant' });
  }

  return { written, ask, show, bare, clothe, end };
})();
