// How things are called: verdicts with a mark and a word each, so that nothing rests on colour.

const verdicts = {
  pass: {mark: '✓', word: 'pass'},
  fail: {mark: '✗', word: 'FAIL'},
  departs: {mark: '!', word: 'departs'},
  observed: {mark: '○', word: 'observed'},
  skipped: {mark: '–', word: 'skipped'},
  inconclusive: {mark: '?', word: 'inconclusive'},
};
const gravest = ['fail', 'inconclusive', 'departs', 'observed', 'skipped', 'pass'];
const gravity = Object.fromEntries(gravest.map((name, index) => [name, index]));

// What may be said of a result beside its verdict.
const flags = {
  unstable: {mark: '~', has: (result) => result.unstable},
  new: {mark: '+', has: (result) => result.gating === false},
  expected: {mark: '=', has: (result) => result.deviation?.state === 'accepted'},
  stale: {mark: '≠', has: (result) => ['changed', 'expired', 'passes'].includes(result.deviation?.state)},
};

const states = {
  'not met': {mark: '✗', as: 'fail'},
  'departs': {mark: '!', as: 'departs'},
  'not played': {mark: '–', as: 'skipped'},
  'observed': {mark: '○', as: 'observed'},
  'met': {mark: '✓', as: 'pass'},
  'no way to play it': {mark: '·', as: 'none'},
};

const exits = {
  0: 'as required', 1: 'a requirement is not met', 2: 'wrong usage, or a mistake in a case',
  3: 'the target was not reached', 4: 'nothing was tested', 5: 'inconclusive', 130: 'interrupted',
};

const roleNames = {server: 'server', gateway: 'gateway', forward: 'forward proxy'};

const counted = (number, noun) =>
  `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : noun.endsWith('s') ? 'es' : 's'}`;

function duration(seconds) {
  if (seconds >= 100) return `${Math.round(seconds)} s`;
  if (seconds >= 1) return `${seconds.toFixed(2)} s`;
  const ms = seconds * 1000;
  return ms >= 100 ? `${Math.round(ms)} ms` : `${ms.toFixed(1)} ms`;
}

function sizeOf(bytes) {
  return counted(bytes, 'byte');
}

const wordOf = (verdict, strict) =>
  strict && verdict === 'departs' ? 'DEPARTS' : verdicts[verdict]?.word ?? verdict;

function badge(verdict, strict) {
  return el('span', {class: `v v-${verdict}`},
            el('span', {class: 'mark', 'aria-hidden': 'true'}, verdicts[verdict]?.mark ?? '?'),
            el('span', {class: 'word'}, wordOf(verdict, strict)));
}

function stateBadge(state) {
  const known = states[state] ?? {mark: '?', as: 'none'};
  return el('span', {class: `v v-${known.as}`},
            el('span', {class: 'mark', 'aria-hidden': 'true'}, known.mark),
            el('span', {class: 'word'}, state));
}

// Of the tables of rows.
const rowColumns = () =>
  el('colgroup', {}, ['came', 'text', 'level', 'of'].map((name) => el('col', {class: name})));

// What the verdict comes down to, in a word: a reason, or the way that was taken.
const codeOf = (result) => result.reason || result.taken;

// `RFC 9112 section 9.6`, `RFC 9112 appendix C.2.2`: `{rfc, section, appendix}`.
function readSpec(spec) {
  const found = /^RFC ?(\d+)(?: (section|appendix) ([0-9A-Z.]+))?/.exec(spec);
  if (!found) return null;
  const section = found[3] ?? '';
  return {rfc: found[1], section, appendix: found[2] === 'appendix' || /^[A-Z]/.test(section)};
}

// `9112/9.6`, as sections are called in filters.
function sectionKey(spec) {
  const read = readSpec(spec);
  return read ? `${read.rfc}/${read.section}` : spec;
}

function specLink(spec, short = false) {
  const read = readSpec(spec);
  if (!read) return el('span', {}, spec);
  const place = read.section ? `#${read.appendix ? 'appendix' : 'section'}-${read.section}` : '';
  return el('a', {href: `https://www.rfc-editor.org/rfc/rfc${read.rfc}.html${place}`,
                  rel: 'noreferrer noopener', target: '_blank'},
            short ? `${read.rfc} §${read.section}` : spec);
}

const sectionParts = (key) => key.split(/[/.]/).map((part) => part.padStart(5, '0')).join('.');
const bySection = (one, other) => (sectionParts(one) < sectionParts(other) ? -1 : 1);

// `expected end` without its first word, which stands beside it.
const without = (word, sentence) =>
  sentence.startsWith(word + ' ') ? sentence.slice(word.length + 1) : sentence;

function findingOf(result) {
  const expected = without('expected', result.expected);
  const seen = without('got', result.seen);
  if (expected) {
    const begin = expected.startsWith('given ') ? expected : `expected ${expected}`;
    return seen ? `${begin}, got ${seen}` : begin;
  }
  return seen || (result.taken ? `took the way ${result.taken}` : result.reason);
}

const instabilityOf = (result) =>
  `Unstable: the first of ${counted(result.plays, 'play')} came out ` +
  `${result.first_reason || 'as required'}, played alone it came out ` +
  `${result.reason || wordOf(result.verdict)}.`;
