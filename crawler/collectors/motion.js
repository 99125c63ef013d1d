// What moves, blinks or changes by itself, and what can stop it.
handrail.motion = (() => {
  const { own } = handrail;
  const MOST = 60;
  const style = (el) => getComputedStyle(el);
  const up = (node) => own.parentElement(node) || (own.top(node) instanceof ShadowRoot ? own.top(node).host : null);
  const words = (el) => (own.text(el) || '').replace(/\s+/g, ' ').trim();
  const openTag = (el) => Node.prototype.cloneNode.call(el, false).outerHTML.slice(0, 1000);
  const place = (el, more = {}) => ({
    selector: handrail.selector(el), html: openTag(el), part: handrail.partOf(el), text: words(el).slice(0, 200), ...more,
  });
  const named = (el) => `${own.id(el)} ${own.attribute(el, 'class') || ''}`;
  const frame = () => new Promise((resolve) => {
    const timer = setTimeout(resolve, 100);
    requestAnimationFrame(() => { clearTimeout(timer); resolve(); });
  });
  const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

  // Elements whose looks scripts keep changing, since we came: how often, and how fast at most.
  const changed = new Map();
  new MutationObserver((records) => {
    const now = performance.now();
    const met = new Set();
    for (const { target: where, type } of records) {
      const target = type === 'characterData' ? own.parentElement(where) : where;
      if (!target || met.has(target) || (changed.size > 500 && !changed.has(target))) continue;
      met.add(target);
      const times = changed.get(target) || [];
      times.push(now);
      if (times.length > 400) times.shift();
      changed.set(target, times);
    }
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ['style', 'class', 'hidden', 'src', 'bgcolor', 'transform'] });

  // Boxes that scroll by themselves: nobody else scrolls while we watch.
  const scrolled = new Map();
  const rolled = new Map(); // and those that did so before the page's scripts were held: when
  document.addEventListener('scroll', ({ target }) => {
    if (own.type(target) !== 1) return;
    if (scrolled.size < 50) scrolled.set(target, (scrolled.get(target) || 0) + 1);
    if (rolled.size < 50) rolled.set(target, [...(rolled.get(target) || []), performance.now()].slice(-40));
  }, { capture: true, passive: true });

  const WAITS = /spinner|loader|loading|skeleton|placeholder|shimmer|progress|busy|preload|chargement/i;
  const STOPS = /\b(pause|stop|halt|freeze)\b|^(pause|stop)|mettre en pause|arr[êe]ter|suspendre|interrompre|d[ée]sactiver (l['’]animation|le d[ée]filement)|turn off (animation|motion)|reduce motion/i;

  function isWaiting(el) {
    for (let node = el, steps = 0; node && own.type(node) === 1 && steps < 4; node = up(node), steps += 1) {
      const role = own.attribute(node, 'role');
      if (WAITS.test(named(node)) || role === 'progressbar' || own.attribute(node, 'aria-busy') === 'true' || own.name(node) === 'progress') return true;
    }
    return false;
  }

  const label = (el) => [own.attribute(el, 'aria-label'), own.attribute(el, 'title'), words(el), el.value, ...[...el.querySelectorAll('img[alt], [aria-label], title')]
    .map((one) => own.attribute(one, 'alt') || own.attribute(one, 'aria-label') || words(one))].filter((one) => typeof one === 'string').join(' ');

  // A control near something that moves, that stops it by its name.
  function canStop(el) {
    let around = el;
    for (let steps = 0; steps < 3 && up(around) && up(around) !== own.body(document); steps += 1) around = up(around);
    return [...around.querySelectorAll('button, [role=button], [role=switch], a, input[type=button], input[type=checkbox], label')]
      .some((one) => handrail.visible(one) && (STOPS.test(label(one).slice(0, 200)) || /(^|[\s_-])(pause|stop|play-pause|playpause)([\s_-]|$)/i.test(named(one))));
  }
  const pageStops = () => [...own.all('button, [role=button], [role=switch]')].slice(0, 400)
    .some((one) => handrail.visible(one) && STOPS.test(label(one).slice(0, 200)));

  function shownArea(el) {
    const rect = el.getBoundingClientRect();
    let left = rect.left, right = rect.right, top = rect.top, bottom = rect.bottom;
    for (let node = up(el); node && node !== own.root(document); node = up(node)) {
      const css = style(node);
      if (/hidden|clip|auto|scroll/.test(css.overflowX + css.overflowY) && node !== own.body(document)) {
        const outer = node.getBoundingClientRect();
        left = Math.max(left, outer.left); right = Math.min(right, outer.right);
        top = Math.max(top, outer.top); bottom = Math.min(bottom, outer.bottom);
      }
    }
    left = Math.max(left, 0); right = Math.min(right, innerWidth);
    return Math.max(0, right - left) * Math.max(0, bottom - top);
  }

  const number = (value) => parseFloat(value) || 0;
  const light = (colour) => {
    const parts = (colour.match(/[\d.]+/g) || []).map(Number);
    if (parts.length < 3 || (parts.length > 3 && parts[3] === 0)) return null;
    return (0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]) / 255;
  };

  // How much light an element gives, 0 to 1: what flashes goes up and down.
  function brightness(el, pseudo) {
    const css = getComputedStyle(el, pseudo || undefined);
    if (css.visibility === 'hidden' || css.display === 'none') return 1;
    const lit = light(css.backgroundColor);
    const filter = /brightness\(([\d.]+)/.exec(css.filter);
    const mine = (lit === null ? (light(css.color) ?? 0) : lit) * (filter ? Math.min(2, Number(filter[1])) : 1);
    return 1 + (mine - 1) * Number(css.opacity);
  }

  function swings(values) {
    let count = 0, low = values[0], high = values[0], way = 0;
    for (const value of values) {
      if (way >= 0) {
        high = Math.max(high, value);
        if (high - value > 0.1) { if (way === 1 || high - low > 0.1) count += 1; way = -1; low = value; continue; }
      }
      if (way <= 0) {
        low = Math.min(low, value);
        if (value - low > 0.1) { if (way === -1) count += 1; way = 1; high = value; }
      }
    }
    return count;
  }

  const running = () => {
    const all = [...document.getAnimations()];
    for (const el of handrail.elements(document)) {
      const inner = own.shadow(el);
      if (inner && inner.getAnimations) all.push(...inner.getAnimations());
    }
    return [...new Set(all)].filter((one) => one.effect && one.effect.target && one.timeline instanceof DocumentTimeline);
  };
  const pausedBy = (animation) => animation instanceof CSSAnimation
    && /paused/.test(getComputedStyle(animation.effect.target, animation.effect.pseudoElement || undefined).animationPlayState);

  // One animation, held at moments of one or two rounds: how far it goes and how often it flashes.
  function sample(animation) {
    const el = animation.effect.target;
    const pseudo = animation.effect.pseudoElement;
    const timing = animation.effect.getComputedTiming();
    const round = Number(timing.duration) || 0;
    const rounds = timing.direction.startsWith('alternate') ? 2 : 1;
    const span = round * rounds;
    const held = { time: animation.currentTime, state: animation.playState };
    const spots = [];
    const lights = [];
    let least = 2, most = -1;
    const points = Math.min(64, span < 3000 ? 48 : 12);
    try {
      animation.pause();
      for (let point = 0; point <= points; point += 1) {
        animation.currentTime = (timing.delay || 0) + Math.min(span * (point / points), span - 0.01);
        const css = getComputedStyle(el, pseudo || undefined);
        const opacity = css.visibility === 'hidden' ? 0 : Number(css.opacity);
        least = Math.min(least, opacity); most = Math.max(most, opacity);
        lights.push(brightness(el, pseudo));
        if (pseudo) spots.push([number(css.left), number(css.top), number(css.width), number(css.height), css.backgroundPosition, css.transform]);
        else {
          const rect = el.getBoundingClientRect();
          spots.push([rect.left, rect.top, rect.width, rect.height, css.backgroundPosition, css.transform]);
        }
      }
      animation.currentTime = held.time;
      if (held.state === 'running') animation.play();
    } catch { return null; }
    const range = (index) => Math.max(...spots.map((spot) => spot[index])) - Math.min(...spots.map((spot) => spot[index]));
    const moves = Math.max(range(0), range(1));
    const turns = new Set(spots.map((spot) => spot[5])).size > 2 && pseudo ? 1 : 0;
    const total = timing.iterations === Infinity ? Infinity : (timing.activeDuration || 0);
    return {
      moves: Math.round(moves), grows: Math.round(Math.max(range(2), range(3))), fades: Math.round(100 * (most - least)) / 100,
      slides: new Set(spots.map((spot) => spot[4])).size > 2, turns: turns === 1,
      spins: !pseudo && new Set(spots.map((spot) => spot[5])).size > 2,
      // Two swings make one flash.
      flashes: span ? Math.round(((swings([...lights, ...lights, ...lights]) - swings([...lights, ...lights])) / 2) * (1000 / span) * 10) / 10 : 0,
      duration: Math.round(round), endless: total === Infinity, lasts: total === Infinity ? -1 : Math.round(total),
    };
  }

  function animated() {
    const found = [];
    const met = new Set();
    for (const animation of running()) {
      if (found.length >= MOST) break;
      const el = animation.effect.target;
      if (animation instanceof CSSTransition || met.has(el) || !handrail.visible(el) || pausedBy(animation)) continue;
      const told = sample(animation);
      if (!told) continue;
      met.add(el);
      const area = Math.round(shownArea(el));
      // A text that travels may be out of sight when it sets out.
      const clipped = area === 0 && el.offsetWidth * el.offsetHeight > 0 && el.parentElement ? Math.round(shownArea(el.parentElement)) : area;
      found.push({ el, animation, told: { ...told, area: clipped, letters: words(el).length } });
    }
    return found;
  }

  let moving = [];
  function read() {
    moving = animated();
    const places = moving.map(({ el, animation, told }) => place(el, {
      ...told, name: animation.animationName || '', waiting: isWaiting(el), stops: canStop(el) || pageStops(),
      pictured: !words(el) && el.querySelector('img, video, canvas') !== null,
    }));
    return { places: [...places, ...drawn()], media: media(), pictures: pictures(), scripted: scripted(), rolling: rolling(), rotators: candidates(), ticks: mayTick(), canvases: canvases().length };
  }

  // The same, for somebody who asked for less motion.
  async function less() {
    await frame();
    await frame();
    return [...moving.map(({ el, animation }) => {
      const now = el.getAnimations().filter((one) => !pausedBy(one) && one.effect && one.effect.pseudoElement === animation.effect.pseudoElement
        && (one === animation || one.animationName === animation.animationName));
      if (!now.length || !handrail.visible(el)) return false;
      const timing = now[0].effect.getComputedTiming();
      const told = sample(now[0]);
      return (timing.endTime === Infinity || timing.endTime > 500) && Number(timing.duration) > 50
        && Boolean(told && (told.moves > 20 || told.grows > 20 || told.spins || told.slides));
    }), ...drawn().map(() => false)];
  }

  const media = () => [...own.all('video[autoplay]')].filter((el) => handrail.visible(el) && !el.controls && el.offsetWidth * el.offsetHeight > 20000
    && (el.loop || !(el.duration <= 5)) && !(Number.isFinite(el.duration) && el.duration <= 5 && !el.loop) && !canStop(el))
    .slice(0, 5).map((el) => place(el, { loop: el.loop }));

  // Pictures that may move; their bytes tell.
  const pictures = () => [...own.all('img')].filter((el) => /\.(gif|webp|apng)([?#]|$)/i.test(el.currentSrc || el.src) && el.complete
    && handrail.visible(el) && el.offsetWidth * el.offsetHeight > 2500 && !isWaiting(el)).slice(0, 8)
    .map((el) => place(el, { src: el.currentSrc || el.src, area: el.offsetWidth * el.offsetHeight, stops: canStop(el), text: own.attribute(el, 'alt') || '' }));

  // How often in a second a moving picture grows light and dark again; 0 where its frames cannot be read here.
  const FRAMES = 60;
  async function flashes(data, type) {
    if (typeof ImageDecoder !== 'function') return 0; // pages without a secure origin have none
    const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
    const lights = [];
    let seconds = 0;
    try {
      const decoder = new ImageDecoder({ data: bytes, type: type });
      await decoder.tracks.ready;
      const small = new OffscreenCanvas(16, 16).getContext('2d', { willReadFrequently: true });
      for (let index = 0; index < Math.min(FRAMES, decoder.tracks.selectedTrack.frameCount); index += 1) {
        const { image } = await decoder.decode({ frameIndex: index });
        small.fillStyle = '#fff';
        small.fillRect(0, 0, 16, 16);
        small.drawImage(image, 0, 0, 16, 16);
        seconds += (image.duration || 100000) / 1e6;
        image.close();
        const { data: dots } = small.getImageData(0, 0, 16, 16);
        let sum = 0;
        for (let at = 0; at < dots.length; at += 4) sum += 0.2126 * dots[at] + 0.7152 * dots[at + 1] + 0.0722 * dots[at + 2];
        lights.push(sum / (dots.length / 4) / 255);
      }
    } catch { return 0; }
    if (lights.length < 2 || !seconds) return 0;
    return Math.round(((swings([...lights, ...lights, ...lights]) - swings([...lights, ...lights])) / 2 / seconds) * 10) / 10;
  }

  // Until when scripts that never rest were watched before they were held, and what went on until then for five seconds and more.
  const heldAt = () => handrail.rests.find(({ calm }) => !calm)?.at;
  function wentOn(times) {
    const last = times[times.length - 1], held = heldAt();
    return held !== undefined && times.length >= 100 && last - times[0] >= 5000 && last > held - 400 && last < held + 400;
  }

  // What scripts have been changing all the time.
  function scripted() {
    const found = [];
    const now = performance.now();
    for (const [el, times] of changed) {
      if (found.length >= 10) break;
      if (own.type(el) !== 1 || !el.isConnected || times.length < 12 || (now - times[times.length - 1] > 700 && !wentOn(times))) continue;
      // What blinks, and what travels, is out of sight half of the time.
      const inside = shownArea(el);
      const area = Math.round(inside || (own.type(up(el)) === 1 && el.offsetWidth * el.offsetHeight > 0 ? shownArea(up(el)) : 0));
      if (!(handrail.visible(el) || handrail.visible(up(el) || el)) || area < (words(el) ? 400 : 5000) || el === own.root(document)) continue;
      const recent = times.filter((at) => times[times.length - 1] - at < 2000);
      const fast = recent.length / 2;
      found.push(place(el, { area, rate: Math.round(fast), letters: words(el).length, waiting: isWaiting(el), stops: canStop(el), lasts: Math.round(times[times.length - 1] - times[0]) }));
    }
    return found.filter((one) => one.lasts > 1500);
  }

  // Boxes that scrolled before the page's scripts were held, frame by frame, by code that has no end: they are held since.
  function rolling() {
    const loops = codesOf().flatMap((code) => chains(code, 'requestAnimationFrame|setTimeout').filter((body) => /scroll(?:Left|Top|By|To)\b/.test(body)));
    const began = handrail.rests[0]?.at;
    if (!loops.length || began === undefined) return [];
    return [...rolled].filter(([el, times]) => el.isConnected && handrail.visible(el) && words(el) && !isWaiting(el) && times.filter((at) => at < began + 400).length >= 5)
      .map(([el, times]) => place(el, { area: Math.round(shownArea(el)), rate: 0, letters: words(el).length, waiting: false, stops: canStop(el) || pageStops(), lasts: Math.round(times.at(-1) - times[0]), held: true }))
      .slice(0, 5);
  }

  // Whether it goes on when nobody does anything: a window that was made narrow for a while changes much as well.
  async function goesOn(selectors) {
    const all = selectors.map((one) => handrail.find(one.split(' >>> ')));
    const began = performance.now();
    const going = (el) => {
      if (wentOn(changed.get(el) || [])) return true;
      const at = (changed.get(el) || []).filter((one) => one > began + 300);
      return at.length > 1 && at.at(-1) - at[0] > 250;
    };
    // As long as a busy machine may need; what has stopped is waited for.
    for (let turns = 0; turns < 25 && !all.every(going); turns += 1) await pause(100);
    return all.map(going);
  }

  // How often something that scripts change grows light and dark again, in one second.
  async function flicker(selectors) {
    const all = selectors.map((one) => handrail.find(one.split(' >>> ')));
    const lights = all.map(() => []);
    const began = performance.now();
    while (performance.now() - began < 1000) {
      all.forEach((el, index) => { if (el) lights[index].push(brightness(el)); });
      await pause(20);
    }
    return lights.map((values) => (values.length ? swings(values) / 2 : 0));
  }

  // Drawings whose own markup moves them.
  function drawn() {
    const found = [];
    for (const svg of [...own.all('svg')].slice(0, 200)) {
      if (found.length >= 5) break;
      const moves = [...svg.querySelectorAll('animate, animateTransform, animateMotion, set')]
        .filter((one) => own.attribute(one, 'repeatCount') === 'indefinite' || own.attribute(one, 'repeatDur') === 'indefinite');
      if (!moves.length || !handrail.visible(svg)) continue;
      const turns = moves.some((one) => own.name(one).toLowerCase() !== 'animate');
      found.push(place(svg, {
        name: '', moves: 0, grows: 0, fades: turns ? 0 : 0.6, slides: false, turns, spins: turns, flashes: 0, duration: 0, endless: true, lasts: -1,
        area: Math.round(shownArea(svg)), letters: 0, waiting: isWaiting(svg), stops: canStop(svg) || pageStops(), pictured: false, stays: true,
      }));
    }
    return found;
  }

  const canvases = () => [...own.all('canvas')].filter((el) => handrail.visible(el) && shownArea(el) >= 10000 && !isWaiting(el)).slice(0, 4);
  function print(el) {
    try {
      const small = new OffscreenCanvas(48, 48).getContext('2d', { willReadFrequently: true });
      small.drawImage(el, 0, 0, 48, 48);
      return small.getImageData(0, 0, 48, 48).data.join();
    } catch { return ''; }
  }
  // Drawing areas that look different each time; where the browser holds frames back, by the code that asks for them.
  async function redrawn() {
    const all = canvases();
    const loops = [...own.all('script:not([src])')].slice(0, 60).map((one) => own.text(one).slice(0, 60000))
      .some((code) => /getContext/.test(code) && /requestAnimationFrame\s*\(/.test(code));
    const seen = all.map((el) => [print(el)]);
    for (let round = 0; round < 3; round += 1) {
      await pause(220);
      all.forEach((el, index) => seen[index].push(print(el)));
    }
    return all.filter((el, index) => seen[index][0] && (loops || new Set(seen[index]).size >= 3))
      .map((el) => place(el, { area: Math.round(shownArea(el)), rate: 0, letters: 0, waiting: false, stops: canStop(el) || pageStops(), lasts: 2000 }));
  }

  // ---- What changes every few seconds

  const SHOWS = /textContent|innerHTML|innerText|\.src\s*=|\.style\b|classList|className|scrollTop|scrollLeft|scrollBy|scrollTo|\.hidden\b|prepend|append|\.html\(|\.text\(|fadeIn|animate\(/;
  const codesOf = () => [...own.all('script:not([src])')].slice(0, 60).map((one) => own.text(one).slice(0, 60000));
  const escaped = (name) => name.replace(/\$/g, '\\$&');
  const bodyOf = (code, name) => {
    const at = code.search(new RegExp(`function\\s+${escaped(name)}\\s*\\(|(?<![\\w$.])${escaped(name)}\\s*=\\s*(?:async\\s*)?(?:function|\\(|[\\w$]+\\s*=>)`));
    const from = at < 0 ? -1 : code.indexOf('{', at);
    if (from < 0) return '';
    let depth = 0, end = from;
    for (; end < code.length && end < from + 2000; end += 1) {
      if (code[end] === '{') depth += 1;
      if (code[end] === '}' && (depth -= 1) === 0) break;
    }
    return code.slice(from + 1, end);
  };
  // Functions that ask for themselves again, whatever comes: the next frame ("requestAnimationFrame"), or a moment later.
  function chains(code, asks) {
    const found = new Map();
    for (const [, name] of code.matchAll(new RegExp(`(?:${asks})\\s*\\(\\s*(?:\\(\\)\\s*=>\\s*)?([A-Za-z_$][\\w$]*)`, 'g'))) {
      if (found.has(name) || found.size > 20) continue;
      const body = bodyOf(code, name);
      const again = body.search(new RegExp(`(?:${asks})\\s*\\(\\s*(?:\\(\\)\\s*=>\\s*)?${escaped(name)}\\b`));
      if (again < 0) continue;
      const before = body.slice(0, again);
      // One that has an end, one that follows how far people have scrolled.
      const ends = /\bif\s*\([^;{}]*\)\s*\{?\s*(?:return\b|$)|(?:&&|\?|:|\belse)\s*(?:window\.)?$|\bif\s*\([^;{}]*\)\s*\{[^}]*$/.test(before.replace(/[\s]+$/, ''));
      if (!ends && !/scrollY|pageYOffset|documentElement\.scrollTop/.test(body)) found.set(name, body);
    }
    return [...found.values()];
  }

  // Whether a script of the page's own may change something again and again.
  const mayTick = () => codesOf().some((code) => (/setInterval\s*\(/.test(code) && SHOWS.test(code)) || chains(code, 'setTimeout').some((body) => SHOWS.test(body)));
  // What a script does again and again: what stands in setInterval(…), and the function that it names.
  function repeated(script) {
    const found = chains(script, 'setTimeout');
    for (const { index } of script.matchAll(/setInterval\s*\(/g)) {
      let depth = 0, end = index;
      for (; end < script.length && end < index + 3000; end += 1) {
        if (script[end] === '(') depth += 1;
        if (script[end] === ')' && (depth -= 1) === 0) break;
      }
      const said = script.slice(index, end);
      found.push(said);
      for (const [, name] of said.matchAll(/(?:setInterval\s*\(\s*|\b)([A-Za-z_$][\w$]*)\s*[,(]/g)) {
        const at = script.search(new RegExp(`function\\s+${name.replace(/\$/g, '\\$')}\\s*\\(|\\b${name.replace(/\$/g, '\\$')}\\s*=\\s*(?:function|\\()`));
        if (at >= 0) found.push(script.slice(at, at + 600));
      }
    }
    return found.join('\n');
  }

  // Whether the code that ticks speaks of an element: by its id or one of its classes, or by a name given to it.
  let codes = null;
  function spokenOf(el) {
    codes ??= codesOf().map((one) => [one, repeated(one)]).filter(([, again]) => again);
    const word = (name) => new RegExp(`(^|[^\\w-])${name.replace(/[^\w-]/g, '\\$&')}([^\\w-]|$)`);
    return [own.id(el), ...(own.attribute(el, 'class') || '').split(/\s+/)].filter((name) => name && name.length > 1).some((name) => codes.some(([whole, again]) => {
      const given = [...whole.matchAll(new RegExp(`([A-Za-z_$][\\w$]*)\\s*=\\s*[^;\\n]{0,80}['"#. ]${name.replace(/[^\w-]/g, '\\$&')}['" ]`, 'g'))].map((match) => match[1]);
      return SHOWS.test(again) && [name, ...given].some((one) => word(one).test(again));
    }));
  }
  const bursts = (times) => times.reduce((count, at, index) => count + (index === 0 || at - times[index - 1] > 250 ? 1 : 0), 0);
  const CLOCK = /^\D{0,20}\d{1,2}\s?[:h]\s?\d{2}(?:[:.]\d{2})?\D{0,12}$/;

  const sighted = new Set();
  // What changed twice and more while we watched, the innermost of what holds it.
  function ticking(since) {
    const found = [];
    for (const [el, times] of changed) {
      if (own.type(el) !== 1 || !el.isConnected || el === own.root(document) || el === own.body(document)) continue;
      const now = bursts(times.filter((at) => at >= since)), before = bursts(times.filter((at) => at < since));
      // Of what changes every four or five seconds, once is all that is seen; its code says the rest.
      if (now < 2 && !(now === 1 && (before >= 2 || (words(el) && (spokenOf(el) || spokenOf(up(el) || el)))))) continue;
      if (!handrail.visible(el) && !sighted.has(el)) continue; // what blinks is out of sight half of the time
      const holder = handrail.visible(el) ? el : up(el);
      if (!holder || !handrail.visible(holder) || shownArea(holder) < 60 || isWaiting(el)) continue;
      if (own.closest(el, '[role=timer], time, [aria-hidden=true] canvas, [role=progressbar], video, audio') || CLOCK.test(words(el)) || own.name(el) === 'canvas') continue;
      if (!words(el) && !el.querySelector('img') && own.name(el) !== 'img' && shownArea(holder) < 5000) continue;
      found.push(el);
    }
    for (const [el, count] of scrolled) if (count >= 5 && el.isConnected && handrail.visible(el) && words(el)) found.push(el);
    // Slides change one by one: their box changes.
    const whole = (box) => box === own.body(document) || box.matches('main, [role=main], article, body > div');
    const boxes = found.map((el) => (!whole(up(el)) && found.filter((other) => up(other) === up(el) && own.name(other) === own.name(el)).length > 1 ? up(el) : el));
    return [...new Set(boxes)].filter((el) => el !== own.body(document) && !boxes.some((other) => other !== el && el.contains(other))).slice(0, 5)
      .filter((el) => !canStop(el) && !pageStops());
  }

  // ---- Slides that change by themselves

  const CAROUSEL = '[aria-roledescription=carousel], [aria-roledescription=carrousel], [data-ride=carousel], [data-bs-ride], .carousel, .slick-slider, .swiper, '
    + '.swiper-container, .splide, .glide, .flickity-slider, .owl-carousel, .flexslider, .bx-wrapper, .slideshow, .slider, .rotator, .hero-slider, .ticker, .news-ticker, '
    + '[class*=carousel i], [class*=carrousel i], [class*=slideshow i], [class*=diaporama i], [class*=ticker i], [id*=carousel i], [id*=slideshow i], [id*=slider i], [id*=ticker i], [id*=rotator i], [class*=rotator i]';

  // Several children of one kind, one upon the other or in one row, of which one is seen.
  function stack(el) {
    const kids = [...own.children(el)].filter((kid) => own.type(kid) === 1 && !/^(script|style|template|br|link|option)$/.test(own.name(kid)));
    if (kids.length < 2 || kids.length > 30 || kids.some((kid) => own.name(kid) !== own.name(kids[0]))) return false;
    if (kids.some((kid) => kid.matches('[role=tabpanel], [role=menu], dialog, details, tr, td, th, [role=dialog]') || (own.id(kid) && controlled.has(own.id(kid))))) return false;
    const shown = kids.filter((kid) => handrail.visible(kid) && Number(style(kid).opacity) > 0.1);
    if (shown.length !== 1 || shown.length === kids.length) return false;
    const rest = kids.filter((kid) => kid !== shown[0]);
    return rest.every((kid) => words(kid).length > 5 || kid.querySelector('img')) && shownArea(shown[0]) > 5000
      && new Set(kids.map((kid) => (own.attribute(kid, 'class') || '').split(/\s+/)[0])).size <= 2;
  }
  let controlled = new Set();

  let rotators = [];
  function candidates() {
    controlled = new Set([...own.all('[aria-controls], a[href^="#"], [data-bs-target], [data-target]')].flatMap((el) => [
      ...(own.attribute(el, 'aria-controls') || '').split(/\s+/), (own.attribute(el, 'href') || '').slice(1), (own.attribute(el, 'data-bs-target') || '').slice(1), (own.attribute(el, 'data-target') || '').slice(1)]).filter(Boolean));
    const found = [...own.all(CAROUSEL)].filter((el) => handrail.visible(el) && el.offsetWidth * el.offsetHeight > 5000 && !/^(input|button|a|script|style|li|img)$/.test(own.name(el)) && el.childElementCount > 0 && el !== own.body(document) && own.attribute(el, 'role') !== 'slider');
    for (const el of handrail.elements(own.body(document) || document)) {
      if (found.length >= 20) break;
      if (el.childElementCount > 1 && el.childElementCount <= 30 && !found.some((one) => one.contains(el)) && handrail.visible(el) && stack(el)) found.push(el);
    }
    rotators = found.filter((el) => !found.some((other) => other !== el && other.contains(el))).slice(0, 6);
    return rotators.length;
  }

  // What of it is in sight, and where.
  function look(el) {
    const rect = el.getBoundingClientRect();
    const parts = [];
    for (const node of el.querySelectorAll('*')) {
      if (parts.length > 300) break;
      if (!handrail.visible(node) || Number(style(node).opacity) < 0.5) continue;
      const box = node.getBoundingClientRect();
      if (box.width < 40 || box.height < 12) continue;
      if (box.right <= rect.left + 4 || box.left >= rect.right - 4 || box.bottom <= rect.top + 4 || box.top >= rect.bottom - 4) continue;
      const text = node.childElementCount === 0 ? words(node).slice(0, 40) : '';
      parts.push(`${own.name(node)} ${Math.round((box.left - rect.left) / 8)} ${Math.round((box.top - rect.top) / 8)} ${text} ${own.name(node) === 'img' ? node.currentSrc : ''} ${own.attribute(node, 'class') || ''}`);
    }
    return parts.join('|');
  }

  const SETTLES = 600;
  // Watches by the real clock until something changed or the time is over.
  async function watch(limit, ticks) {
    // What looks at the page before this shows it in other sizes, and carousels follow a moment later.
    await pause(SETTLES);
    const before = rotators.map(look);
    const turned = new Set();
    const began = performance.now();
    scrolled.clear();
    while (performance.now() - began < limit && (turned.size < rotators.length || (ticks && (performance.now() - began < 4500 || !ticking(began).length)))) {
      await pause(150);
      for (const el of changed.keys()) if (sighted.size < 500 && !sighted.has(el) && own.type(el) === 1 && handrail.visible(el)) sighted.add(el);
      rotators.forEach((el, index) => { if (!turned.has(index) && el.isConnected && look(el) !== before[index]) turned.add(index); });
    }
    const slides = rotators.filter((el, index) => turned.has(index));
    const rest = ticks ? ticking(began).filter((el) => !slides.some((slide) => slide.contains(el) || el.contains(slide))) : [];
    return [...slides, ...rest].map((el) => place(el, { stops: canStop(el), area: Math.round(shownArea(el)) }));
  }

  return { read, less, flashes, flicker, goesOn, redrawn, watch };
})();
