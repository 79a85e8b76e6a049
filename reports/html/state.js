// What is to be seen, as the fragment of the address says: links to a case and to a filter keep
// their meaning in the report of the next run.

const nothing = {tab: '', run: '', case: '', verdict: '', flag: '', differ: '', gap: '', topic: '', level: '',
                 section: '', row: '', q: '', order: ''};
const filterNames = ['verdict', 'flag', 'differ', 'gap', 'topic', 'level', 'section', 'row', 'q'];
let state = {...nothing};

function readFragment(fragment) {
  const text = fragment.replace(/^#/, '');
  const read = {...nothing};
  if (text && !text.includes('=')) {  // `#server/close/option/ends`
    read.case = decoded(text);
    return read;
  }
  for (const pair of text.split('&')) {
    const equals = pair.indexOf('=');
    const name = pair.slice(0, equals);
    if (equals > 0 && Object.hasOwn(nothing, name)) read[name] = decoded(pair.slice(equals + 1));
  }
  return read;
}

function decoded(text) {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '));
  } catch {
    return text;
  }
}

const encoded = (text) => encodeURIComponent(text).replace(/%(2F|2C|3A)/g, decodeURIComponent)
                              .replace(/%20/g, '+');

function fragmentOf(wanted) {
  const pairs = Object.keys(nothing).filter((name) => wanted[name])
                    .map((name) => `${name}=${encoded(wanted[name])}`);
  return '#' + pairs.join('&');
}

// The state with some of it changed, as a link.
const linkTo = (changes) => fragmentOf({...state, ...changes});
const caseLink = (result) =>
  fragmentOf({...nothing, case: result.id, run: model.runs.length > 1 ? result.run.key : ''});

// Changes what is to be seen. A step is one that the browser's back button takes back.
function go(changes, step = false) {
  const fragment = linkTo(changes);
  if (step) {
    if (location.hash !== fragment) location.hash = fragment;  // Shown by hashchange.
    return;
  }
  history.replaceState(null, '', fragment === '#' ? location.pathname + location.search : fragment);
  show();
}

const chosenVerdicts = () => new Set(state.verdict.split(',').filter((name) => name in verdicts));

const currentRun = () =>
  model.runs.find((run) => run.key === state.run) ??
  model.runs.find((run) => state.case && run.byId.has(state.case)) ??
  model.runs.find((run) => run.results.some((result) => result.failure)) ?? model.runs[0];

const sameRole = new Set(model.runs.map((run) => run.role)).size === 1;
const currentTab = () => {
  if (state.case) return 'cases';
  if (tabs().some(({name}) => name === state.tab)) return state.tab;
  return model.runs.length > 1 && sameRole && !state.run ? 'matrix' : 'cases';
};

const hasFlag = (result) => !state.flag || Boolean(flags[state.flag]?.has(result));

// Level, section, topic, row and words; not the verdict, so that the chips can count.
function fits(result) {
  if (state.level && result.level !== state.level) return false;
  if (state.section && !within(result.section, state.section)) return false;
  if (state.topic && result.topic !== state.topic) return false;
  if (state.row && !result.covers.includes(state.row)) return false;
  return fitsWords(() => haystack(result));
}

function fitsWords(text) {
  const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  return words.every((word) => text().includes(word));
}

// `9112/9.6` is within `9112/9` and within `9112/`.
const within = (section, outer) =>
  section === outer || section.startsWith(outer.endsWith('/') ? outer : outer + '.');
