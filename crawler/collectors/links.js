// Where the rendered page leads: links and image maps. A frame's document is audited with its page. Open shadow roots included.
handrail.links = (() => {
  function read(limit) {
    const links = [];
    for (const el of handrail.elements(document)) {
      if (links.length >= limit) break;
      if ((handrail.own.name(el) === 'a' || handrail.own.name(el) === 'area') && el.hasAttribute('href')) {
        links.push({ url: el.href.baseVal || el.href, kind: 'link' });
      } else if (handrail.own.name(el) === 'link' && /\b(alternate|next|prev|canonical)\b/i.test(el.rel) && !/xml|json/.test(el.type)) {
        links.push({ url: el.href, kind: 'head' });
      }
    }
    return links.filter((link) => typeof link.url === 'string' && /^https?:/i.test(link.url));
  }
  return { read };
})();
