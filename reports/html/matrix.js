// Runs across, cases down.

let matrixJob = null;
let matrixFor = '';

function matrixFits(row, wanted) {
  if (state.differ && !row.differs) return false;
  if (wanted.size && !row.cells.some((result) => result && wanted.has(result.verdict))) return false;
  if (state.flag && !row.cells.some((result) => result && hasFlag(result))) return false;
  return fits(row.any) || (state.q && row.cells.some((result) => result && fits(result)));
}

function drawMatrix(panel) {
  const all = matrixRows();
  const wanted = chosenVerdicts();
  const rows = all.filter((row) => matrixFits(row, wanted));
  byId('shown').textContent = rows.length === all.length ? counted(all.length, 'case') : `${rows.length} of ${counted(all.length, 'case')}`;
  const filter = filterNames.map((name) => state[name]).join('\n');
  if (filter === matrixFor && panel.childElementCount) return;
  matrixFor = filter;
  matrixJob?.stop();
  const differ = all.filter((row) => row.differs).length;
  const only = el('button', {type: 'button', class: 'small', 'aria-pressed': String(Boolean(state.differ))}, `Only the ${differ} that differ`);
  only.addEventListener('click', () => go({differ: state.differ ? '' : '1'}));
  const body = el('tbody', {});
  const table = el('table', {class: 'matrix'},
    el('thead', {}, el('tr', {}, el('th', {scope: 'col', class: 'corner'}, 'Case'), model.runs.map(columnHead))), body);
  table.style.minWidth = `${170 + model.runs.length * 126}px`;
  panel.replaceChildren(
    el('p', {class: 'lead'}, `${counted(all.length, 'case')} in ${counted(model.runs.length, 'run')}. `, only),
    el('div', {class: 'wide', tabindex: '0', role: 'region', 'aria-label': 'Cases by run'}, table));
  matrixJob = lazily(body, rows.length, (index) => matrixRow(rows[index]), 40);
  if (!rows.length) body.append(el('tr', {}, el('td', {class: 'none', colspan: model.runs.length + 1}, 'No case is like that.')));
}

function columnHead(run) {
  const counts = run.counts ??= countsOf(run.results);
  return el('th', {scope: 'col'},
    el('a', {href: fragmentOf({...nothing, tab: 'cases', run: run.key})}, run.title),
    el('div', {class: 'tally'}, Object.keys(verdicts).filter((name) => counts[name]).map((name) =>
      el('span', {class: `v v-${name}`, title: wordOf(name)}, `${verdicts[name].mark} ${counts[name]}`))));
}

function matrixRow(row) {
  return el('tr', {class: row.differs ? 'differs' : ''},
    el('th', {scope: 'row'}, el('span', {class: 'id', title: row.any.title}, row.id)),
    row.cells.map ? Array.from(row.cells, (result, column) => matrixCell(result, model.runs[column])) : null);
}

function matrixCell(result, run) {
  if (!result) return el('td', {class: 'absent'}, el('span', {title: 'not played'}, '·'));
  const word = result.verdict === 'pass' ? ['pass', el('span', {class: 'way'}, result.taken)]
    : codeOf(result) || wordOf(result.verdict, run.strict);
  return el('td', {class: `c-${result.verdict}`},
    el('a', {href: caseLink(result), title: `${wordOf(result.verdict, run.strict)}: ${findingOf(result) || result.title}`,
             'aria-label': `${run.title}: ${wordOf(result.verdict, run.strict)} ${codeOf(result)}`},
       el('span', {class: 'mark'}, verdicts[result.verdict]?.mark ?? '?'), ' ', word, Object.keys(flags).filter((name) => flags[name].has(result)).map((name) => el('em', {}, name))));
}
