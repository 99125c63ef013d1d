// Fields that people write into, and what each holds after something was typed.
handrail.typed = (() => {
  const { own } = handrail;
  const { words, role, active, usable, named, facts } = handrail.interaction;
  const WRITTEN = /^(text|email|tel|url|number|search|password)$/;
  const SEARCH = /(^|[-_[])(q|s|query|search|keys?|keywords?|terms?|recherche|rechercher|motscles)($|[-_\]])/i;
  const attribute = (el, name) => own.attribute(el, name) || '';
  const startTag = (el) => words(Node.prototype.cloneNode.call(el, false).outerHTML, 1000);
  const isWritten = (el) => own.name(el) === 'textarea' || (own.name(el) === 'input' && WRITTEN.test(el.type));

  function list(most) {
    const found = [];
    for (const el of handrail.elements(document)) {
      if (found.length >= most) break;
      if (!isWritten(el) || !usable(el) || el.readOnly || !handrail.visible(el)) continue;
      const { shared, data, id, classes } = facts(el);
      const area = own.closest(el, 'search, [role=search]') || (el.form && role(el.form) === 'search');
      found.push({
        path: handrail.selector(el).split(' >>> '), selector: handrail.selector(el), html: startTag(el), part: handrail.partOf(el), shared, data, id, classes,
        name: words(named(el), 100), type: own.name(el) === 'textarea' ? 'textarea' : el.type, token: attribute(el, 'autocomplete'), called: el.name || own.id(el),
        search: Boolean(area) || el.type === 'search' || SEARCH.test(el.name) || SEARCH.test(own.id(el)),
      });
    }
    return found;
  }

  function enter(path) {
    const el = handrail.find(path);
    if (!el || !isWritten(el) || !usable(el)) return false;
    el.focus();
    if (active() !== el) return false;
    el.select();
    return true;
  }

  function held(path) {
    const el = handrail.find(path);
    return el && isWritten(el) ? el.value.slice(0, 200) : '';
  }

  return { list, enter, held };
})();
