// The list of cases, and the one that is open beside it.

let listed = [];       // Results as they stand in the list.
let listing = null;    // The job that draws them.
let listedFor = '';    // By which filter.
let opened = null;     // The result that is open.
let drawnCase = null;

const orders = {
  '': 'Gravest first',
  library: 'Order of the library',
  slow: 'Slowest first',
};

function inOrder(results) {
  if (state.order === 'library') return results;
  const sorted = [...results];
  if (state.order === 'slow') return sorted.sort((one, other) => other.seconds - one.seconds);
  return sorted.sort((one, other) => gravity[one.verdict] - gravity[other.verdict]);
}

function chosenResults(run) {
  const wanted = chosenVerdicts();
  return run.results.filter((result) => (!wanted.size || wanted.has(result.verdict)) &&
                                        hasFlag(result) && fits(result));
}

function drawCases() {
  const run = currentRun();
  const filter = filterNames.map((name) => state[name]).join('\n') + `\n${state.order}\n${run.key}`;
  if (filter !== listedFor) {
    listedFor = filter;
    listed = inOrder(chosenResults(run));
    listing?.stop();
    const list = byId('list');
    listing = lazily(list, listed.length, (index) => rowOf(listed[index]));
    if (!listed.length) list.append(el('li', {class: 'none'}, run.results.length ? 'No case is like that.' : 'No case was played.'));
    list.scrollTop = 0;
  }
  byId('shown').textContent = listed.length === run.results.length ? counted(listed.length, 'case')
    : `${listed.length.toLocaleString('en')} of ${counted(run.results.length, 'case')}${state.row ? `, for ${state.row}` : ''}`;
  openCase(run);
}

function rowOf(result) {
  const marks = Object.keys(flags).filter((name) => flags[name].has(result));
  if (result.graded) marks.push('graded');
  const link = el('a', {href: linkTo({case: result.id, tab: ''}), 'data-id': result.id,
                        'aria-current': result === opened ? 'true' : null},
    badge(result.verdict, result.run.strict),
    el('span', {class: 'what'}, el('span', {class: 'id'}, result.id), el('span', {class: 'title'}, result.title)),
    el('span', {class: 'reason'}, codeOf(result),
       marks.map((name) => el('em', {}, name))),
    el('span', {class: 'level'}, result.level, ' ', el('span', {class: 'faint'}, result.section.replace('/', ' §'))),
    el('span', {class: 'seconds'}, duration(result.seconds)));
  return (result.item = el('li', {}, link));
}

// Shows the case of the state, or none.
function openCase(run) {
  const article = byId('case');
  const result = state.case ? run.byId.get(state.case) : null;
  if (state.case && !result) {
    article.hidden = false;
    drawnCase = null;
    article.replaceChildren(el('div', {class: 'page'},
      el('h2', {id: 'case-title'}, 'No such case'), el('p', {}, `${state.case} was not played in this run.`),
      el('button', {type: 'button', class: 'small close', onclick: closeCase}, 'Close')));
  } else if (!result) {
    article.hidden = true;
    article.replaceChildren();
    drawnCase = null;
  } else if (result !== drawnCase) {
    article.hidden = false;
    article.replaceChildren(drawCase(result));
    article.scrollTop = 0;
    drawnCase = result;
  }
  document.body.classList.toggle('split', !article.hidden);
  if (opened !== result) {
    opened?.item?.firstElementChild.removeAttribute('aria-current');
    opened = result;
    if (result) listing?.until(listed.indexOf(result));
    result?.item?.firstElementChild.setAttribute('aria-current', 'true');
    if (result?.item) bringIntoView(result.item);
    if (window.scrollY && document.body.classList.contains('split') && !byId('list').offsetParent) window.scrollTo(0, 0);
    if (result) say(`${wordOf(result.verdict)}: ${result.title}`);
  } else if (result) {
    result.item?.firstElementChild.setAttribute('aria-current', 'true');
  }
}

function bringIntoView(item) {
  const room = byId('list').getBoundingClientRect();
  const place = item.getBoundingClientRect();
  if (place.top < room.top || place.bottom > room.bottom) item.scrollIntoView({block: 'center'});
}

function closeCase() {
  const item = opened?.item;
  const narrow = item && !item.offsetParent;
  go({case: '', tab: state.tab === 'matrix' ? 'matrix' : 'cases'}, true);
  requestAnimationFrame(() => {
    if (item?.isConnected) item.firstElementChild.focus({preventScroll: !narrow});
  });
}

// One case further down or up; opens it where one is open.
function stepTo(direction) {
  const focused = document.activeElement?.closest?.('#list a');
  const from = opened ?? (focused ? listed.find((result) => result.id === focused.dataset.id) : null);
  const index = from ? listed.indexOf(from) + direction : 0;
  const result = listed[Math.max(0, Math.min(listed.length - 1, index))];
  if (!result) return;
  listing.until(listed.indexOf(result));
  if (opened) go({case: result.id});
  const link = result.item.firstElementChild;
  link.focus({preventScroll: true});
  result.item.scrollIntoView({block: 'nearest'});
}
