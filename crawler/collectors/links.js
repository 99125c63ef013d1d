// Where the rendered page leads: links and image maps. A frame's document is audited with its page. Open shadow roots included.
handrail.links = (() => {
  function* elements(root) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      yield node;
      if (node.shadowRoot) yield* elements(node.shadowRoot);
    }
  }

  function read(limit) {
    const links = [];
    for (const el of elements(document)) {
      if (links.length >= limit) break;
      if ((el.localName === 'a' || el.localName === 'area') && el.hasAttribute('href')) {
        links.push({ url: el.href.baseVal || el.href, kind: 'link' });
      } else if (el.localName === 'link' && /\b(alternate|next|prev|canonical)\b/i.test(el.rel) && !/xml|json/.test(el.type)) {
        links.push({ url: el.href, kind: 'head' });
      }
    }
    return links.filter((link) => typeof link.url === 'string' && /^https?:/i.test(link.url));
  }
  return { read };
})();
