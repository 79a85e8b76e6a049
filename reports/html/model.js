// The document inside the page, and what the views ask of it.

const model = (() => {
  const {runs} = JSON.parse(byId('document').textContent);
  const cut = JSON.parse(byId('cut').textContent);
  for (const run of runs) {
    run.name = run.label || run.target;
    run.byId = new Map();
    for (const result of run.results) {
      result.run = run;
      result.topic = result.id.split('/').slice(0, 2).join('/');
      result.section = sectionKey(result.spec);
      result.failure = isFailure(result, run);
      run.byId.set(result.id, result);
    }
  }
  nameRuns(runs);
  return {runs, cut};
})();

function isFailure(result, run) {
  const state = result.deviation?.state ?? 'unlisted';
  if (result.gating === false || state === 'accepted') return false;
  if (state !== 'unlisted') return true;
  return result.verdict === 'fail' || (run.strict && result.verdict === 'departs');
}

// A key that the next run has as well: the label or the target; with the role, and at last a
// number, where that is not enough.
function nameRuns(runs) {
  const inTwoRoles = (run) => runs.some((other) => other.name === run.name && other.role !== run.role);
  for (const run of runs) run.key = inTwoRoles(run) ? `${run.name} ${run.role}` : run.name;
  const same = new Map();
  for (const run of runs) {
    const number = (same.get(run.key) ?? 0) + 1;
    same.set(run.key, number);
    if (number > 1) run.key += ` ${number}`;
  }
  const roles = new Set(runs.map((run) => run.role));
  for (const run of runs) {
    run.title = run.key;
    const tells = run.key.split(' ').includes(run.role);
    if (roles.size > 1 && !tells) run.title += ` (${roleNames[run.role] ?? run.role})`;
  }
}

function haystack(result) {
  return (result.hay ??= [result.id, result.title, result.requirement, result.reason, result.seen,
                          result.taken, ...result.covers, ...result.kills]
                             .join('\n').toLowerCase());
}

function countsOf(results) {
  const counts = Object.fromEntries(Object.keys(verdicts).map((name) => [name, 0]));
  for (const result of results) ++counts[result.verdict];
  return counts;
}

// The worst that came of a row of the catalogue in a run, and how often each.
function rowsOf(run) {
  if (run.rows) return run.rows;
  run.rows = new Map();
  for (const result of run.results) {
    for (const id of result.covers) {
      let row = run.rows.get(id);
      if (!row) run.rows.set(id, row = {results: []});
      row.results.push(result);
    }
  }
  return run.rows;
}

const worstOf = (results) =>
  results.reduce((worst, {verdict}) => (gravity[verdict] < gravity[worst] ? verdict : worst), 'pass');

// Every case of any run, in the order of the runs, with its result in each of them.
function matrixRows() {
  if (model.matrix) return model.matrix;
  const rows = new Map();
  model.runs.forEach((run, column) => {
    for (const result of run.results) {
      let row = rows.get(result.id);
      if (!row) rows.set(result.id, row = {id: result.id, any: result, cells: new Array(model.runs.length)});
      row.cells[column] = result;
    }
  });
  model.matrix = [...rows.values()];
  for (const row of model.matrix) row.differs = differs(row.cells);
  return model.matrix;
}

// Which of the allowed ways a case passes by is no difference, and where it was not played says
// nothing about who did otherwise.
function differs(cells) {
  const said = new Set();
  for (const result of cells)
    if (result) said.add(`${result.verdict} ${result.verdict === 'pass' ? '' : codeOf(result)}`);
  return said.size > 1;
}
