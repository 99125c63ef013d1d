// axe-core by its documented split run: one partial per frame, finished in the top frame.
// https://github.com/dequelabs/axe-core/blob/develop/doc/run-partial.md
handrail.axe = (() => {
  const options = {
    reporter: 'v2',
    resultTypes: ['violations', 'incomplete'],
    rules: { 'target-size': { enabled: true } },
    preload: false,
  };
  let children = [];

  // Sound is as long as it is: axe asks how much is still to come, which is less with every moment that it takes to come
  // by, and nothing once it has ended. It is told of the beginning, while it asks.
  const sound = globalThis.axe?._audit?.checks?.['no-autoplay-audio'];
  if (sound) {
    const { evaluate } = sound;
    sound.evaluate = function fromTheBeginning(node, ...rest) {
      Object.defineProperty(node, 'currentTime', { value: 0, configurable: true });
      try {
        return evaluate.call(this, node, ...rest);
      } finally {
        delete node.currentTime;
      }
    };
  }

  async function partial(context) {
    const scope = context || document;
    children = axe.utils.getFrameContexts(scope, options);
    const elements = children.map((child) => axe.utils.shadowSelect(child.frameSelector));
    children = children.map((child, index) => ({ ...child, element: elements[index] }));
    return {
      partial: await axe.runPartial(scope, options),
      frames: children.map((child) => ({
        selector: child.element ? handrail.selector(child.element) : child.frameSelector, context: child.frameContext,
      })),
    };
  }

  const frameIndex = (element) => children.findIndex((child) => child.element === element);

  const message = (node) => [...node.any, ...node.all, ...node.none].map((check) => check.message).join('; ').slice(0, 500);
  const broke = (node) => [...node.any, ...node.all, ...node.none].some((check) => check.id === 'error-occurred');

  function compact(result, outcome) {
    const nodes = result.nodes.map((node) => ({
      target: node.target, html: node.html.slice(0, 1000), message: message(node), impact: node.impact, broke: broke(node),
    }));
    const kept = nodes.filter((node) => !node.broke);
    return {
      id: result.id, outcome: outcome, impact: result.impact, help: result.help, helpUrl: result.helpUrl,
      tags: result.tags, error: nodes.length > kept.length, nodes: kept,
    };
  }

  // axe's results with what we keep of them.
  function told(results) {
    const brief = (outcome) => (result) => ({ id: result.id, outcome: outcome, impact: null, nodes: [] });
    return {
      version: results.testEngine.version,
      rules: [
        ...results.violations.map((result) => compact(result, 'violation')),
        ...results.incomplete.map((result) => compact(result, 'incomplete')),
        ...results.passes.map(brief('pass')),
        ...results.inapplicable.map(brief('inapplicable')),
      ],
    };
  }

  const finish = async (partials) => told(await axe.finishRun(partials, options));

  // A page without frames in one go: a partial run also writes down every node that passed.
  async function whole() {
    if (axe.utils.getFrameContexts(document, options).length === 0) {
      return { ...told(await axe.run(document, options)), unseen: [] };
    }
    const top = await partial();
    const finished = await finish([top.partial, ...top.frames.map(() => null)]);
    return { ...finished, unseen: top.frames.map((frame) => frame.selector) };
  }

  // axe cuts a long start tag short, and what it leaves out depends on how long an address is: then here is all of it.
  function longStart(el) {
    const { own } = handrail;
    let out = '<' + own.name(el);
    for (const { name, value } of own.attributes(el)) out += ` ${name}="${value.slice(0, 500).replace(/"/g, '&quot;')}"`;
    return out.length < 290 ? '' : (out + '>').slice(0, 4000);
  }

  // axe's selectors are shorter than ours: "at" is the place in our own words, by which other collectors call it too.
  const parts = (paths) => paths.map((path) => {
    const el = handrail.find(path);
    return el ? { part: handrail.partOf(el), at: handrail.selector(el), html: longStart(el) } : { part: null, at: '', html: '' };
  });

  // axe takes no link for a skip link where the first link to another page is in a shadow root: which of these are some.
  function skips(paths) {
    const { own } = handrail;
    const first = new Set();
    for (const el of handrail.elements(document)) {
      const href = own.name(el) === 'a' ? own.attribute(el, 'href') : null;
      if (href === null || /^javascript:/i.test(href)) continue;
      if (!/^#./.test(href)) break;
      if (document.getElementById(href.slice(1))) first.add(el);
    }
    return paths.map((path) => first.has(handrail.find(path)));
  }

  return { options, partial, whole, finish, told, frameIndex, parts, skips };
})();
