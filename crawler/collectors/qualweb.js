// QualWeb's ACT rules, one after another, without a trace on the page. As it comes, its page layer writes a selector
// into every element, presses focus upon elements, and trusts a form to be what it says: a form with <input
// name="children"> has that input for its children. Here it reads through the elements' own prototypes and writes nowhere.
handrail.qualweb = (() => {
  const { own } = handrail;
  const LONGEST = 1000;
  let engine = null;
  const elements = [];
  const keys = new WeakMap();
  const notes = new WeakMap();

  function keyOf(el) {
    if (!keys.has(el)) {
      keys.set(el, `hr${elements.length}`);
      elements.push(el);
    }
    return keys.get(el);
  }

  const children = (el) => [...own.children(el)].filter((node) => own.type(node) === 1);

  // What of QualWeb's elements is ours.
  function quieten(kind) {
    const note = (el, name) => notes.get(el)?.[name] ?? null;
    const wrapped = (asked, el) => (el ? new kind(el, asked.elementsCSSRules) : null);
    Object.assign(kind.prototype, {
      addCSSRulesPropertyToElement() {},
      setElementAttribute(name, value) { notes.set(this.element, { ...notes.get(this.element), [name]: value }); },
      getElementAttribute(name) { return note(this.element, name) ?? own.attribute(this.element, name); },
      elementHasAttribute(name) { return Element.prototype.hasAttribute.call(this.element, name); },
      elementHasAttributes() { return own.attributes(this.element).length > 0; },
      getElementAttributesName() { return [...own.attributes(this.element)].map((item) => item.name); },
      getElementAttributes() { return Object.fromEntries([...own.attributes(this.element)].map((item) => [item.name, item.value])); },
      getElementTagName() { return own.name(this.element).toLowerCase(); },
      getElementChildren() { return children(this.element).map((el) => wrapped(this, el)); },
      elementHasChildren() { return children(this.element).length > 0; },
      elementHasChild(name) { return children(this.element).some((el) => own.name(el) === name.toLowerCase()); },
      elementHasParent(name) { const up = own.parentElement(this.element); return Boolean(up) && own.name(up) === name.toLowerCase(); },
      getElementParent() { return wrapped(this, own.parentElement(this.element)); },
      getParentAllContexts() { return wrapped(this, own.parentElement(this.element)); },
      noParentScrolled(bottom) {
        for (let up = own.parentElement(this.element); up && own.name(up) !== 'html'; up = own.parentElement(up)) {
          if (up.scrollTop && (bottom += up.scrollTop) >= 0) return false;
        }
        return true;
      },
      getElementSelector() { return keyOf(this.element); },
      getElementHtmlCode() { return ''; },
      focusElement() {},
      dispatchEvent() {},
      click() {},
    });
  }

  function start() {
    const parts = globalThis.handrailQualweb();
    quieten(globalThis.qwPage.createQWElement(own.root(document)).constructor);
    // Frames are entered one by one; a shadow root is a page of its own in QualWeb's eyes, known by its host.
    parts.QWPage.prototype.processIframes = function () {};
    parts.QWPage.prototype.processShadowDom = function () {
      const root = this.document;
      for (const host of root === document ? own.all('*') : root.querySelectorAll('*')) {
        const shadow = own.shadow(host);
        if (shadow) this.extraDocuments.set(keyOf(host), new parts.QWPage(shadow, false));
      }
    };
    parts.QWPage.prototype.addCSSRulesPropertyToElement = function () {};
    // Made of an empty document, because to make one of a page writes into it.
    globalThis.qwPage.document = document;
    globalThis.qwPage.processShadowDom();
    globalThis.disabledWidgets = globalThis.AccessibilityUtils.getDisabledWidgets();
    return parts;
  }

  const translate = { translate: {}, fallback: {} };

  // Failures only: what QualWeb cannot decide ("warning") is no second opinion.
  function told(assertion, place) {
    const nodes = new Map();
    for (const result of assertion.results) {
      if (result.verdict !== 'failed') continue;
      for (const { pointer } of result.elements) {
        const failed = elements[Number(pointer.slice(2))];
        const el = (place && Element.prototype.closest.call(failed, place)) || failed;
        nodes.set(el, { target: handrail.selector(el), html: el.outerHTML.slice(0, LONGEST), part: handrail.partOf(el) });
      }
    }
    return { outcome: assertion.metadata.outcome, nodes: [...nodes.values()] };
  }

  // Each rule by itself: one that breaks, or breaks on one element, breaks alone.
  function run(rules) {
    engine ??= start();
    return rules.map(({ id, place }) => {
      let broken = 0;
      try {
        const options = { include: [id] };
        const runner = new engine.ACTRulesRunner(options, translate).configure(options);
        const rule = runner.tester.assertions.get(id);
        const { execute } = rule;
        rule.execute = (...given) => {
          try {
            execute.apply(rule, given);
          } catch {
            broken += 1;
          }
        };
        runner.test({ sourceHtml: '' });
        return { id, ...told(runner.getReport().assertions[id], place), broken };
      } catch {
        return { id, outcome: 'error', nodes: [], broken: broken + 1 };
      }
    });
  }

  return { run };
})();
