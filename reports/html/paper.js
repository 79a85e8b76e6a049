// What is printed: failures in full, the rest a line each; of the other tabs all they have.

function toPaper() {
  const tab = currentTab();
  matrixJob?.all();
  coverageJob?.all();
  profileJob?.all();
  if (tab !== 'cases') return;
  const run = currentRun();
  const one = state.case && run.byId.get(state.case);
  const results = one ? [one] : inOrder(chosenResults(run));
  const full = one ? [one] : results.filter((result) => result.failure);
  const passed = results.filter((result) => result.verdict === 'pass' && !full.includes(result));
  const others = results.filter((result) => result.verdict !== 'pass' && !full.includes(result));
  byId('paper').replaceChildren(paperLead(run, results), ...full.map((result) => drawCase(result, true)),
                                ...paperTable(others, full.length > 0), ...paperList(passed));
}

function paperLead(run, results) {
  const counts = countsOf(results);
  const filters = filterNames.filter((name) => state[name]).map((name) => `${name} ${state[name]}`).join(', ');
  return el('p', {class: 'lead'}, Object.keys(verdicts).filter((name) => counts[name]).map((name) =>
    [badge(name, run.strict), ` ${counts[name]}   `]), filters ? `Only: ${filters}` : '');
}

function paperTable(results, behind_failures) {
  if (!results.length) return [];
  return [el('h2', {}, behind_failures ? 'Neither passed nor failed' : 'Not passed'),
    el('table', {class: 'rows'}, rowColumns(), el('tbody', {}, results.map((result) =>
      el('tr', {}, el('td', {class: 'came'}, badge(result.verdict, result.run.strict)),
         el('td', {class: 'text'}, el('span', {class: 'id'}, result.id), el('div', {class: 'faint'}, result.title)),
         el('td', {class: 'level'}, `${result.level} ${result.section.replace('/', ' §')}`),
         el('td', {class: 'of'}, findingOf(result))))))];
}

function paperList(results) {
  if (!results.length) return [];
  return [el('h2', {}, 'Passed'), el('ol', {class: 'passed'}, results.map((result) =>
    el('li', {}, badge('pass', false), ' ', el('span', {class: 'id'}, result.id))))];
}
