// What the document loads from where. Addresses leave the page without their query strings, and without what was typed.
handrail.transport = (() => {
  const { own } = handrail;
  // What changes the page is active, the rest is passive (W3C Mixed Content).
  const LOADS = [
    ['script[src]', 'src', true], ['link[href]', 'href', true], ['iframe[src]', 'src', true], ['frame[src]', 'src', true],
    ['object[data]', 'data', true], ['embed[src]', 'src', true], ['img[src]', 'src', false], ['audio[src]', 'src', false],
    ['video[src]', 'src', false], ['video[poster]', 'poster', false], ['source[src]', 'src', false],
    ['input[type=image][src]', 'src', false], ['img[srcset]', 'srcset', false], ['source[srcset]', 'srcset', false],
  ];
  const SCRIPTS = /^(?:|module|(?:text|application)\/(?:x-)?(?:java|ecma)script)$/i;
  // Nobody on the way reads what never leaves the machine (W3C Secure Contexts).
  const NEAR = /^(?:localhost|.*\.localhost|127(?:\.\d+){3}|\[::1\])$/;

  function loads(el) {
    const name = own.name(el);
    if (name === 'script') return SCRIPTS.test((own.attribute(el, 'type') || '').trim()) && own.attribute(el, 'nomodule') === null;
    if (name !== 'link') return true;
    const rel = (own.attribute(el, 'rel') || '').toLowerCase().split(/\s+/);
    return rel.includes('stylesheet') && !rel.includes('alternate') && own.attribute(el, 'disabled') === null;
  }

  function resolved(value) {
    try { return new URL(value.trim(), document.baseURI); } catch { return null; }
  }

  const candidates = (value) => value.split(/\s*,\s+|\s+[\d.]+[wx]\s*,?\s*/).filter(Boolean);
  const bare = (value) => value.replace(/[?#][^"'\s,]*/g, '');

  function tag(el, name) {
    const said = ['rel', 'type', 'title', 'alt'].filter((one) => own.attribute(el, one));
    const quoted = (value) => value.slice(0, 300).replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
    const rest = said.map((one) => ` ${one}="${quoted(own.attribute(el, one))}"`);
    return `<${own.name(el)} ${name}="${quoted(bare(own.attribute(el, name)))}"${rest.join('')}>`;
  }

  function metas() {
    const csp = [];
    let referrer = '';
    for (const el of own.all('meta[content]')) {
      const content = own.attribute(el, 'content').slice(0, 8000);
      if (/^content-security-policy$/i.test(own.attribute(el, 'http-equiv') || '') && own.parentElement(el) === own.head(document)) csp.push(content);
      if (/^referrer$/i.test(own.attribute(el, 'name') || '')) referrer = content.slice(0, 100);
    }
    return { csp, referrer };
  }

  function read(limit) {
    const insecure = [];
    const foreign = [];
    for (const [css, name, active] of LOADS) {
      for (const el of own.all(css)) {
        if (!loads(el)) continue;
        const value = own.attribute(el, name);
        const urls = (name === 'srcset' ? candidates(value) : [value]).map(resolved).filter(Boolean);
        const open = urls.find((url) => url.protocol === 'http:' && !NEAR.test(url.hostname));
        if (open && location.protocol === 'https:' && insecure.length < limit) {
          insecure.push({
            selector: handrail.selector(el), html: tag(el, name), part: handrail.partOf(el), active, name: own.name(el), host: open.hostname,
          });
        }
        const other = urls.find((url) => /^https?:$/.test(url.protocol) && url.hostname !== location.hostname);
        const sealing = own.name(el) === 'script' || own.name(el) === 'link';
        if (sealing && other && !(own.attribute(el, 'integrity') || '').trim() && foreign.length < limit) {
          foreign.push({ kind: own.name(el), host: other.hostname, path: other.pathname.slice(0, 300) });
        }
      }
    }
    return { metas: metas(), insecure, foreign };
  }
  // Names of what the document's origin keeps: [[kind, name], ...].
  function kept(most, longest) {
    const found = [];
    for (const [kind, storage] of [['local', 'localStorage'], ['session', 'sessionStorage']]) {
      let here;
      try { here = globalThis[storage]; } catch { continue; } // a frame that may keep nothing
      if (!here) continue;
      const count = Object.getOwnPropertyDescriptor(Storage.prototype, 'length').get.call(here);
      for (let index = 0; index < Math.min(count, most); index += 1) {
        found.push([kind, Storage.prototype.key.call(here, index).slice(0, longest)]);
      }
    }
    return found;
  }

  return { read, kept };
})();
