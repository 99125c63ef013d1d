// Where the rendered page leads: links and image maps, and the scripts that it and its frames load. Open shadow roots included.
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
  // Those that stand in it, and those that it asked for and took away again.
  function scripts(limit) {
    const found = new Set();
    for (const el of handrail.own.all('script[src]')) found.add(el.src);
    for (const entry of performance.getEntriesByType('resource')) if (entry.initiatorType === 'script') found.add(entry.name);
    const urls = [...found].filter((url) => typeof url === 'string' && new RegExp(`^https?://`).test(url));
    return urls.slice(0, limit).map((url) => ({ url, kind: 'script' }));
  }
  return { read, scripts };
})();
