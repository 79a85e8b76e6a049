// Brings the views together: the head of the page, tabs, filters, keys, paper.

function tabs() {
  const several = model.runs.length > 1;
  return [
    {name: 'cases', title: 'Cases', draw: drawCases},
    several && {name: 'matrix', title: 'Matrix', draw: drawMatrix},
    model.runs.some((run) => run.profile) && {name: 'profile', title: 'Profile', draw: drawProfile},
    {name: 'coverage', title: 'Coverage', draw: drawCoverage},
    {name: 'environment', title: 'Environment', draw: drawEnvironment},
  ].filter(Boolean);
}

function show() {
  state = readFragment(location.hash);
  const run = currentRun();
  if (!run) return;
  // Who played one case wants to see that one.
  if (!location.hash && model.runs.length === 1 && run.results.length === 1)
    state.case = run.results[0].id;
  const tab = currentTab();
  drawHead(run, tab);
  drawTabs(tab);
  drawFilters(run, tab);
  document.body.classList.toggle('on-matrix', tab === 'matrix');
  for (const {name, draw} of tabs()) {
    const panel = byId(`panel-${name}`);
    panel.hidden = name !== tab;
    if (name === tab) draw(panel);
  }
  if (tab !== 'cases') document.body.classList.remove('split');
}

let headFor = '';

function drawHead(run, tab) {
  const as_matrix = tab === 'matrix';
  if (headFor === `${run.key} ${as_matrix}`) return;
  headFor = `${run.key} ${as_matrix}`;
  const title = as_matrix ? counted(model.runs.length, 'run') : run.title;
  document.title = `${title} · connspec`;
  byId('target').replaceChildren(plain(title));
  const facts = as_matrix
    ? [model.runs.map((one) => one.title).join(', ')]
    : [`as a ${roleNames[run.role] ?? run.role}`, run.label ? run.target : '', run.edition ? `edition ${run.edition}` : '',
       run.started.replace('T', ' ').replace('Z', ' UTC'), duration(run.seconds), `connspec ${run.version}`];
  byId('facts').replaceChildren(plain(facts.filter(Boolean).join('  ·  ')));
  byId('outcome').replaceChildren(...(as_matrix ? [] : outcomeOf(run)));
  const alerts = [];
  if (run.interrupted) alerts.push('The run was interrupted. What was not finished is inconclusive.');
  const never = run.results.every((result) => result.reason === 'target-not-reached');
  if (run.target_lost) alerts.push(`The target was ${never ? 'not reached' : 'lost'}: ${run.target_lost}`);
  byId('alerts').replaceChildren(...alerts.map((text) => el('p', {class: 'alert', role: 'note'}, text)));
}

function outcomeOf(run) {
  const failures = run.results.filter((result) => result.failure).length;
  const counts = run.counts ??= countsOf(run.results);
  const [mark, as, words] = failures ? ['✗', 'fail', `${counted(failures, 'failure')} in ${counted(run.results.length, 'case')}`]
    : run.exit === 0 ? ['✓', 'pass', `As required in ${counted(run.results.length - counts.skipped, 'case')}`]
    : ['?', 'inconclusive', sentence(exits[run.exit] ?? 'inconclusive')];
  const parts = [el('p', {class: `result v v-${as}`}, el('span', {class: 'mark', 'aria-hidden': 'true'}, mark), ' ', words)];
  if (run.profile) {
    const {profile} = run;
    const [sign, look] = outcomeMarks[profile.outcome] ?? ['?', 'inconclusive'];
    parts.push(el('p', {class: `result v v-${look}`},
      el('a', {href: fragmentOf({...nothing, tab: 'profile', run: state.run})},
         el('span', {class: 'mark', 'aria-hidden': 'true'}, sign), ` ${profile.name}: ${profile.outcome}`),
      el('span', {class: 'faint small'}, profileSentence(profile))));
  }
  return parts;
}

function drawTabs(current) {
  const list = byId('tabs');
  if (!list.childElementCount) {
    for (const {name, title} of tabs())
      list.append(el('button', {type: 'button', role: 'tab', id: `tab-${name}`, 'aria-controls': `panel-${name}`,
                                onclick: () => go({tab: name, case: ''}, true)}, title));
    list.addEventListener('keydown', (event) => {
      const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
      if (!step) return;
      const all = [...list.children];
      const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
      next.focus();
      next.click();
    });
  }
  for (const button of list.children) {
    const selected = button.id === `tab-${current}`;
    button.setAttribute('aria-selected', String(selected));
    button.tabIndex = selected ? 0 : -1;
  }
}

let filtersFor = '';

function drawFilters(run, tab) {
  byId('filters').hidden = tab === 'environment';
  const search = byId('search');
  search.parentElement.hidden = tab === 'environment';
  if (search.value !== state.q && document.activeElement !== search) search.value = state.q;
  const choice = byId('run-choice');
  choice.hidden = model.runs.length < 2 || tab === 'matrix';
  if (filtersFor !== `${run.key} ${tab}`) {
    filtersFor = `${run.key} ${tab}`;
    const results = tab === 'matrix' ? matrixRows().map((row) => row.any) : run.results;
    const of_rows = tab === 'coverage' ? run.coverage : tab === 'profile' ? run.profile?.rows ?? [] : results;
    options(byId('topic'), 'All topics', topicTally(results, tab));
    options(byId('level'), 'All levels', tally(of_rows, (one) => one.level));
    options(byId('section'), 'All sections', sectionTally(tab === 'coverage' ? run.coverage.map((row) => sectionKey(row.section)) : results.map((result) => result.section)));
    options(byId('order'), null, Object.entries(orders).map(([value, title]) => [value, title]));
    options(byId('run-select'), null, model.runs.map((one) => [one.key, one.title]));
  }
  byId('run-select').value = run.key;
  for (const name of ['topic', 'level', 'section', 'order']) choose(byId(name), state[name]);
  byId('order-field').hidden = tab !== 'cases';
  for (const name of ['topic', 'section', 'chips']) {
    const field = byId(name);
    (name === 'chips' ? field : field.parentElement).hidden = tab === 'profile';
  }
  drawChips(run, tab);
  byId('reset').hidden = !filterNames.some((name) => state[name]);
}

const tally = (things, name) => {
  const counts = new Map();
  for (const thing of things) counts.set(name(thing), (counts.get(name(thing)) ?? 0) + 1);
  return [...counts].map(([value, count]) => [value, `${value}  (${count})`]);
};

// With what fails in each; of a matrix cases are counted, not what came of them.
function topicTally(results, tab) {
  const failing = new Map();
  for (const result of results)
    if (result.failure) failing.set(result.topic, (failing.get(result.topic) ?? 0) + 1);
  return tally(results, (result) => result.topic).map(([value, title]) =>
    [value, tab !== 'matrix' && failing.has(value) ? title.replace(/\)$/, `, ${failing.get(value)} FAIL)`) : title]);
}

// Each RFC as a whole, then its sections.
function sectionTally(keys) {
  const rows = tally(keys, (key) => key).sort(([one], [other]) => bySection(one, other));
  const out = [];
  for (const [key, title] of rows) {
    const rfc = key.split('/')[0];
    const whole = `${rfc}/`;
    if (/^\d+$/.test(rfc) && !out.some(([value]) => value === whole))
      out.push([whole, `RFC ${rfc}  (${keys.filter((other) => other.startsWith(whole)).length})`]);
    if (key !== whole) out.push([key, '\u00a0\u00a0' + title.replace('/', ' §')]);
  }
  return out;
}

function options(select, all, pairs) {
  select.replaceChildren(...(all ? [el('option', {value: ''}, all)] : []), ...pairs.map(([value, title]) => el('option', {value}, title)));
}

// Also what a link asks for and this run has not.
function choose(select, value) {
  if (value && ![...select.options].some((option) => option.value === value)) select.append(el('option', {value}, `${value}  (0)`));
  select.value = value;
}

function drawChips(run, tab) {
  const chips = byId('chips');
  let counts;
  if (tab === 'matrix') {
    counts = Object.fromEntries(Object.keys(verdicts).map((name) =>
      [name, matrixRows().filter((row) => row.cells.some((result) => result?.verdict === name)).length]));
  } else if (tab === 'coverage') {
    counts = {};
    for (const {state: came} of run.rowsOfCoverage ??= coverageRows(run)) counts[came] = (counts[came] ?? 0) + 1;
  } else {
    counts = run.counts ??= countsOf(run.results);
  }
  const chosen = chosenVerdicts();
  const marked = (name) => (tab === 'coverage' ? 0 : tab === 'matrix'
    ? matrixRows().filter((row) => row.cells.some((result) => result && flags[name].has(result))).length
    : run.results.filter(flags[name].has).length);
  if (chips.childElementCount === 0)
    for (const name of [...Object.keys(verdicts), ...Object.keys(flags)]) chips.append(makeChip(name));
  for (const chip of chips.children) {
    const name = chip.dataset.verdict;
    const number = name in flags ? marked(name) : counts[name] ?? 0;
    const pressed = name in flags ? state.flag === name : chosen.has(name);
    chip.hidden = number === 0 && !pressed;
    chip.setAttribute('aria-pressed', String(pressed));
    chip.replaceChildren(el('span', {class: 'mark', 'aria-hidden': 'true'}, (flags[name] ?? verdicts[name]).mark), ' ',
                         el('b', {}, number.toLocaleString('en')), ` ${name in flags ? name : wordOf(name, run.strict)}`);
  }
}

function makeChip(name) {
  const chip = el('button', {type: 'button', class: `chip v v-${name}`, 'data-verdict': name});
  chip.addEventListener('click', () => {
    if (name in flags) return go({flag: state.flag === name ? '' : name});
    const now = chosenVerdicts();
    if (!now.delete(name)) now.add(name);
    go({verdict: Object.keys(verdicts).filter((one) => now.has(one)).join(',')});
  });
  return chip;
}

function listen() {
  window.addEventListener('hashchange', show);
  byId('filters').addEventListener('submit', (event) => event.preventDefault());
  byId('search').addEventListener('input', () => go({q: byId('search').value.trim()}));
  for (const name of ['topic', 'level', 'section', 'order'])
    byId(name).addEventListener('change', () => go({[name]: byId(name).value}));
  byId('run-select').addEventListener('change', () => go({run: byId('run-select').value, case: ''}));
  byId('reset').addEventListener('click', () => {
    byId('search').value = '';
    go(Object.fromEntries(filterNames.map((name) => [name, ''])));
  });
  byId('skip').addEventListener('click', (event) => {
    event.preventDefault();
    (document.querySelector('#list a') ?? byId('main')).focus();
  });
  document.addEventListener('keydown', key);
  let width = window.innerWidth;
  window.addEventListener('resize', () => {
    if (Math.abs(width - window.innerWidth) < 20) return;
    width = window.innerWidth;
    drawnCase?.redraw?.();
  });
  window.addEventListener('beforeprint', toPaper);
  window.addEventListener('afterprint', () => byId('paper').replaceChildren());
}

function key(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.matches?.('input, select, textarea');
  if (event.key === 'Escape') {
    if (byId('keys').open) return;
    if (event.target === byId('search')) {
      if (state.q) {
        byId('search').value = '';
        go({q: ''});
      } else {
        byId('search').blur();
      }
      event.preventDefault();
    } else if (state.case) {
      closeCase();
    }
    return;
  }
  if (event.target === byId('search') && (event.key === 'ArrowDown' || event.key === 'Enter')) {
    event.preventDefault();
    document.querySelector('#list a')?.focus();
    return;
  }
  if (typing) return;
  const inCase = event.target.closest?.('#case');
  if (event.key === '/') byId('search').focus();
  else if (event.key === '?') showKeys();
  else if (currentTab() !== 'cases') return;
  else if (event.key === 'j' || (event.key === 'ArrowDown' && !inCase)) stepTo(1);
  else if (event.key === 'k' || (event.key === 'ArrowUp' && !inCase)) stepTo(-1);
  else if (event.key === 'Enter' && opened && event.target.closest?.('#list')) byId('case').focus();
  else return;
  event.preventDefault();
}

function showKeys() {
  const dialog = byId('keys');
  const rows = [['/', 'search'], ['j  k  ↓  ↑', 'next case, the one before'], ['Enter', 'open it; once more: go into it'],
                ['Esc', 'close it; empty the search'], ['?', 'these keys']];
  dialog.replaceChildren(el('h2', {id: 'keys-title'}, 'Keys'),
    el('dl', {}, rows.map(([name, what]) => [el('dt', {}, el('kbd', {}, name)), el('dd', {}, what)])),
    el('form', {method: 'dialog'}, el('button', {class: 'small'}, 'Close')));
  dialog.showModal();
}

listen();
show();
performance.measure('connspec', {start: began, end: performance.now()});
