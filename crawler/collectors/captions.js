// What the captions of films say, and when: read from their tracks, which are shown to nobody meanwhile.
handrail.captions = (() => {
  const { own } = handrail;
  const KINDS = /^(captions|subtitles)$/;
  const attribute = own.attribute;
  const words = (text, most) => (text || '').replace(/<[^<>]*>/g, ' ').replace(/\s+/g, ' ').trim().slice(0, most);
  // HTMLTrackElement.readyState
  const LOADED = 2;
  let late = false;

  async function loaded(el, until) {
    const before = el.track.mode;
    if (before === 'disabled') el.track.mode = 'hidden';
    while (el.readyState < LOADED && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 25));
    // Of a file that failed nothing is known, and nobody reads it; one that has not come may be good.
    const cues = el.readyState === LOADED && el.track.cues ? [...el.track.cues] : null;
    late = late || el.readyState < LOADED;
    el.track.mode = before;
    return cues;
  }

  // Seconds of a film, also of one that is not asked for before somebody plays it; null = not known.
  async function length(el, until) {
    const [before, known] = [attribute(el, 'preload'), () => !Number.isNaN(el.duration) || el.error || el.networkState === 3];
    if (!known() && el.preload === 'none') el.preload = 'metadata';
    while (el.currentSrc && !known() && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 25));
    if (before === null) el.removeAttribute('preload');
    else if (before !== attribute(el, 'preload')) el.setAttribute('preload', before);
    return Number.isNaN(el.duration) ? null : el.duration;
  }

  // Seconds in which something is to be read, each once.
  function covered(cues) {
    let [seconds, end] = [0, 0];
    for (const cue of [...cues].sort((one, other) => one.startTime - other.startTime)) {
      seconds += Math.max(0, cue.endTime - Math.max(end, cue.startTime));
      end = Math.max(end, cue.endTime);
    }
    return seconds;
  }

  function told(cues) {
    const ends = cues.map((cue) => cue.endTime).filter(Number.isFinite);
    return {
      cues: cues.length, seconds: covered(cues.filter((cue) => Number.isFinite(cue.endTime))), last: ends.length ? Math.max(...ends) : 0,
      texts: [...new Set(cues.map((cue) => words(cue.text, 120)))].slice(0, 20), more: new Set(cues.map((cue) => cue.text)).size > 20,
    };
  }

  // Films with captions, and whether there are more; ``tracks`` are those that could be read, ``unread`` says whether others could not.
  async function read(most, milliseconds) {
    const until = performance.now() + milliseconds;
    const [found, films] = [[], []];
    late = false;
    for (const el of own.all('video')) {
      const tracks = [...el.querySelectorAll('track')].filter((one) => KINDS.test(one.kind));
      if (handrail.visible(el) && tracks.some((one) => one.kind === 'captions')) films.push([el, tracks]);
    }
    for (const [el, tracks] of films.slice(0, most)) {
      const duration = await length(el, until);
      if (duration === Infinity) continue; // it is live
      const cues = [];
      for (const track of tracks.slice(0, 6)) cues.push(await loaded(track, until));
      found.push({
        selector: handrail.selector(el), html: Node.prototype.cloneNode.call(el, false).outerHTML.slice(0, 1000), part: handrail.partOf(el),
        name: words(attribute(el, 'aria-label') || attribute(el, 'title'), 80), duration: duration,
        tracks: cues.filter(Boolean).map(told), unread: cues.some((one) => !one),
      });
    }
    return { films: found, more: films.length > most, late: late };
  }

  return { read };
})();
