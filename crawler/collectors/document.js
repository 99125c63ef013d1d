// The composed tree of a document as HTML: what people are given, with what they cannot see marked.
handrail.document = (() => {
  const { own } = handrail;
  const EMPTY = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track', 'wbr']);
  const SKIP = new Set(['script', 'style', 'noscript', 'svg', 'canvas', 'template', 'object']);
  const TYPED = new Set(['text', 'search', 'email', 'tel', 'url', 'number', 'date', 'datetime-local', 'month', 'hidden', '']);
  const text = (value) => value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  const attribute = (value) => text(value).replace(/"/g, '&quot;');

  function start(el, hidden) {
    const tag = own.name(el);
    let out = '<' + tag;
    for (const { name, value } of own.attributes(el)) {
      if (name === 'style' || name === 'srcdoc' || name.startsWith('on') || name.startsWith('data-hr-')) continue;
      if (name === 'value' && tag === 'input') continue;
      if (/[\s"'<>\/=]/.test(name)) continue;
      out += ` ${name}="${attribute(value.slice(0, 4000))}"`;
    }
    if (tag === 'input' && TYPED.has((el.getAttribute('type') || '').toLowerCase()) && el.value) {
      out += ` value="${attribute(el.value)}"`;
    }
    if (hidden) out += ' data-hr-hidden=""';
    if (handrail.landmark(el)) {
      const part = handrail.partOf(el);
      out += ` data-hr-part="${attribute(part.key + '|' + part.name)}"`;
    }
    return out + '>';
  }

  // No recursion: a page may nest 100,000 deep.
  function serialise(limit) {
    const out = ['<!doctype html>'];
    let size = 0;
    const root = own.root(document);
    const stack = root ? [{ node: root, hidden: false }] : [];
    const push = (chunk) => { out.push(chunk); size += chunk.length; };
    while (stack.length) {
      const item = stack.pop();
      if (typeof item === 'string') { push(item); continue; }
      const { node, hidden } = item;
      if (size > limit) return { html: '', truncated: true };
      const type = own.type(node);
      if (type === 3) { push(text(node.data)); continue; }
      if (type !== 1 || SKIP.has(own.name(node))) continue;
      const name = own.name(node);
      const inBody = node !== root && name !== 'head' && own.parent(node) !== own.head(document);
      const hides = !hidden && inBody && !handrail.visible(node);
      push(start(node, hides));
      if (EMPTY.has(name)) continue;
      stack.push(`</${name}>`);
      const inner = hidden || hides;
      if (name === 'textarea') { push(text(node.value)); continue; }
      const children = own.children(node);
      for (let index = children.length - 1; index >= 0; index -= 1) stack.push({ node: children[index], hidden: inner });
      const within = own.shadow(node);
      if (within) {
        stack.push('</template>');
        const shadow = own.children(within);
        for (let index = shadow.length - 1; index >= 0; index -= 1) stack.push({ node: shadow[index], hidden: inner });
        stack.push('<template shadowrootmode="open">');
      }
    }
    return { html: out.join(''), truncated: false };
  }

  // What the page sends and the tree leaves out: comments, scripts that stand in the page, templates, what is there for
  // browsers without scripts, drawings' words, what a click would run.
  const EACH = 200_000;
  const ALL = 1_000_000;
  const MOST = 2_000;
  const TELLING = /@|\d[^]{0,3}\d[^]{0,3}\d|[a-z]{3}/i;
  const KINDS = { template: 'template', noscript: 'noscript', svg: 'drawing', canvas: 'drawing', object: 'template' };

  function sent(node) {
    const name = own.name(node);
    if (name === 'script') return own.attribute(node, 'src') ? null : ['script', own.text(node)];
    if (!Object.hasOwn(KINDS, name)) return null;
    if (name === 'template') return ['template', node.innerHTML];
    return [KINDS[name], name === 'svg' ? [...node.querySelectorAll('text, title, desc')].map(own.text).join('\n') : own.text(node)];
  }

  function sources() {
    const found = [];
    let left = ALL;
    let cut = false;
    const keep = (kind, text, at) => {
      if (!at || !TELLING.test(text)) return;
      const most = found.length < MOST ? Math.min(EACH, left) : 0;
      cut = cut || text.length > most;
      if (!most) return;
      const said = text.slice(0, most);
      left -= said.length;
      found.push({ kind, text: said, selector: handrail.selector(at), part: handrail.partOf(at) });
    };
    const stack = own.root(document) ? [own.root(document)] : [];
    while (stack.length && !(cut && (left <= 0 || found.length >= MOST))) {
      const node = stack.pop();
      const type = own.type(node);
      const parent = own.parentElement(node) || own.parent(node)?.host;
      if (type === 8) keep('comment', node.data, parent);
      if (type !== 1) continue;
      for (const { name, value } of own.attributes(node)) {
        if (name.startsWith('on') && /@|(?:\d[^]{0,3}){6}/.test(value)) keep('script', value, node);
      }
      const has = sent(node);
      if (has) keep(has[0], has[1], has[0] === 'drawing' ? node : parent);
      if (has || own.name(node) === 'style') continue;
      for (const within of [node, own.shadow(node)]) {
        if (within) for (const child of [...own.children(within)].reverse()) stack.push(child);
      }
    }
    return { sources: found, cut };
  }

  // Which hosts the document asked for something, and what: "script", "img", "beacon", ... Nothing of the addresses.
  function hosts() {
    const found = new Map();
    const note = (address, kind) => {
      let url;
      try { url = new URL(address, location.href); } catch { return; }
      if (!/^https?:$/.test(url.protocol) || (found.size >= 500 && !found.has(url.host))) return;
      const told = found.get(url.host) || { host: url.hostname, secure: url.protocol === 'https:', kinds: [] };
      if (!told.kinds.includes(kind)) told.kinds.push(kind);
      found.set(url.host, told);
    };
    for (const entry of performance.getEntriesByType('resource')) note(entry.name, entry.initiatorType);
    // The browser's own list ends at 250.
    for (const el of own.all('script[src], img[src], iframe[src]')) note(own.attribute(el, 'src'), own.name(el));
    return [...found.values()];
  }

  // Bytes as they came over the wire; what another host does not tell counts as nothing. A frame counts for itself.
  function weight() {
    const entries = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
    return entries.reduce((sum, one) => sum + (one.initiatorType === 'iframe' ? 0 : one.encodedBodySize || 0), 0);
  }

  const read = (limit) => ({
    url: location.href, loaded: handrail.loaded(), status: handrail.status(), title: own.title(document),
    lang: own.root(document)?.lang || '',
    ...serialise(limit), ...sources(), hosts: hosts(), weight: weight(),
  });
  return { read };
})();
