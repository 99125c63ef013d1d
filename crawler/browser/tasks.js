// Timers of our own world. A page can clear every timer of its window, ours included, and a sandboxed document runs none;
// tasks are safe from both.
(() => {
  const running = new Map();
  let last = 0;
  const start = (again) => (callback, delay, ...values) => {
    const id = ++last;
    const plan = () => {
      const stop = new AbortController();
      running.set(id, stop);
      scheduler.postTask(() => {
        if (again) plan();
        else running.delete(id);
        callback(...values);
      }, { delay: Math.max(0, Number(delay) || 0), signal: stop.signal }).catch((reason) => {
        if (!stop.signal.aborted) throw reason;
      });
    };
    plan();
    return id;
  };
  const clear = (id) => {
    running.get(id)?.abort();
    running.delete(id);
  };
  Object.assign(globalThis, {
    setTimeout: start(false), setInterval: start(true), clearTimeout: clear, clearInterval: clear,
  });
})();
