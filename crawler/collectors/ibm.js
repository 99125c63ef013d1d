// IBM's engine, in this world of ours. It loads when it is asked for; frames are entered one by one.
handrail.ibm = (() => {
  const { own } = handrail;
  const LONGEST = 1000;
  const MANY = 100;
  const owner = Object.getOwnPropertyDescriptor(Node.prototype, 'ownerDocument').get;
  let checker = null;

  const there = () => typeof globalThis.handrailIbm === 'function';

  // Violations of which the engine is sure. What it asks about ("POTENTIAL", "MANUAL") it asks of every page.
  async function said() {
    checker ??= new (globalThis.handrailIbm().Checker)();
    return (await checker.check(document, ['WCAG_2_2'])).results;
  }

  async function run(rules) {
    const told = new Map(rules.map(({ id, place }) => [id, { id, place, outcome: 'inapplicable', broken: 0, nodes: new Map() }]));
    let results = [];
    try {
      results = await said();
    } catch {
      for (const one of told.values()) Object.assign(one, { outcome: 'error', broken: 1 });
    }
    for (const { ruleId, node, value: [kind, outcome] } of results) {
      const one = told.get(ruleId);
      const at = node && own.type(node) === 1 ? node : node && own.parentElement(node);
      if (!one || !at || owner.call(at) !== document) continue;
      if (outcome === 'PASS' && one.outcome === 'inapplicable') one.outcome = 'passed';
      if (outcome !== 'FAIL' || kind === 'INFORMATION') continue;
      one.outcome = 'failed';
      const el = (one.place && own.closest(at, one.place)) || at;
      if (one.nodes.size < MANY && !one.nodes.has(el)) {
        one.nodes.set(el, {
          target: handrail.selector(el), known: handrail.structure.where(el), html: el.outerHTML.slice(0, LONGEST), part: handrail.partOf(el),
        });
      }
    }
    return [...told.values()].map(({ id, outcome, broken, nodes }) => ({ id, outcome, broken, nodes: [...nodes.values()] }));
  }

  return { there, run };
})();
