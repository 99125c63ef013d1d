// Runs among the page's own scripts, before the first of them, in every frame of a first visit. Tells the name of what is
// kept, never its value; everything it uses is taken before a page can change it. A proxy of a browser's own function
// keeps its name, its length and its errors.
function (token, most, longest) {
  const { apply, getOwnPropertyDescriptor: descriptor, defineProperty: define } = Reflect;
  const { debug } = console;
  const here = console;
  const { indexOf, slice, trim } = String.prototype;
  const Made = Proxy;
  let left = most;

  // "name=value; path=/" -> "name". Without "=" it is all value.
  function named(text) {
    const end = apply(indexOf, text, ['=']);
    const stop = apply(indexOf, text, [';']);
    if (end < 0 || (stop >= 0 && stop < end)) return '';
    return apply(trim, apply(slice, text, [0, end]), []);
  }

  function hook(proto, property, part, kindOf, nameOf) {
    const own = proto && descriptor(proto, property);
    if (!own || typeof own[part] !== 'function' || !own.configurable) return;
    own[part] = new Made(own[part], {
      __proto__: null,
      apply(native, self, given) {
        const out = apply(native, self, given);
        if (left > 0 && typeof given[0] === 'string') {
          left -= 1;
          try {
            apply(debug, here, [token, kindOf(self), apply(slice, nameOf(given[0]), [0, longest])]);
          } catch { /* what is told of a page never changes what it does */ }
        }
        return out;
      },
    });
    define(proto, property, own);
  }

  const local = descriptor(globalThis, 'localStorage');
  const isLocal = (self) => {
    try { return self === apply(local.get, globalThis, []); } catch { return false; }
  };
  hook(Document.prototype, 'cookie', 'set', () => 'cookie', named);
  hook(globalThis.CookieStore && CookieStore.prototype, 'set', 'value', () => 'cookie', (name) => name);
  hook(globalThis.Storage && Storage.prototype, 'setItem', 'value', (self) => (isLocal(self) ? 'local' : 'session'), (name) => name);
}
