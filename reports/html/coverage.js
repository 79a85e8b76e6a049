// What the suite plays of each section of the RFCs, what came of it, and what it leaves out.

function coverageRows(run) {
  const played = rowsOf(run);
  return run.coverage.map((row) => {
    const results = played.get(row.id)?.results ?? [];
    return {row, results, section: sectionKey(row.section), counts: countsOf(results),
            state: results.length ? worstOf(results) : row.cases.length ? 'not played' : 'gap'};
  });
}

function coverageFits({row, section, state: came, results}) {
  if (state.row && row.id !== state.row) return false;
  if (state.section && !within(section, state.section)) return false;
  if (state.level && row.level !== state.level) return false;
  if (state.topic && !results.some((result) => result.topic === state.topic)) return false;
  const wanted = chosenVerdicts();
  if (wanted.size && !wanted.has(came)) return false;
  if (state.gap && came !== 'gap') return false;
  return fitsWords(() => `${row.id}\n${row.requirement}\n${row.reason}\n${row.cases.join('\n')}`.toLowerCase());
}

let coverageJob = null;

function drawCoverage(panel) {
  const run = currentRun();
  const all = run.rowsOfCoverage ??= coverageRows(run);
  const rows = all.filter(coverageFits);
  const covered = all.filter(({row}) => row.cases.length).length;
  const gaps = all.length - covered;
  byId('shown').textContent = rows.length === all.length ? counted(all.length, 'row') : `${rows.length} of ${counted(all.length, 'row')}`;
  coverageJob?.stop();
  if (!all.length) {
    panel.replaceChildren(el('p', {class: 'none'}, 'This report holds no catalogue.'));
    return;
  }
  const only = el('button', {type: 'button', class: 'small', 'aria-pressed': String(Boolean(state.gap))}, 'Only gaps');
  only.addEventListener('click', () => go({gap: state.gap ? '' : '1'}));
  const sections = [];
  const byKey = new Map();
  for (const entry of rows) {
    let section = byKey.get(entry.section);
    if (!section) {
      byKey.set(entry.section, section = {key: entry.section, spec: entry.row.section, rows: []});
      sections.push(section);
    }
    section.rows.push(entry);
  }
  sections.sort((one, other) => bySection(one.key, other.key));
  const body = el('div', {class: 'sections'});
  panel.replaceChildren(
    el('p', {class: 'lead'}, `${counted(all.length, 'requirement')} of the catalogue ${all.length === 1 ? 'binds' : 'bind'} a ${roleNames[run.role] ?? run.role}: `,
       `${covered} with cases, ${gaps} without, each with its reason. `, only),
    body);
  coverageJob = lazily(body, sections.length, (index) => drawSection(sections[index], run), 12);
  if (!sections.length) body.append(el('p', {class: 'none'}, 'No requirement is like that.'));
}

function drawSection({spec, rows}, run) {
  const gaps = rows.filter(({row}) => !row.cases.length).length;
  return el('section', {class: 'section'},
    el('h3', {}, specLink(spec), el('span', {class: 'faint'}, ` ${counted(rows.length, 'row')}${gaps ? `, ${counted(gaps, 'gap')}` : ''}`)),
    el('table', {class: 'rows'},
       rowColumns(),
       el('thead', {class: 'sr'}, el('tr', {}, ['Result', 'Requirement', 'Level', 'Cases'].map((name) => el('th', {scope: 'col'}, name)))),
       el('tbody', {}, rows.map((entry) => drawCoverageRow(entry, run)))));
}

function drawCoverageRow({row, results, counts, state: came}, run) {
  const mark = came === 'gap' ? el('span', {class: 'v v-none'}, el('span', {class: 'mark', 'aria-hidden': 'true'}, '·'), el('span', {class: 'word'}, 'no case'))
    : came === 'not played' ? el('span', {class: 'v v-skipped'}, el('span', {class: 'mark', 'aria-hidden': 'true'}, '–'), el('span', {class: 'word'}, 'not played'))
    : badge(came, run.strict);
  const cases = el('td', {class: 'of'});
  if (results.length) {
    const parts = Object.keys(verdicts).filter((name) => counts[name]).map((name) => `${counts[name]} ${wordOf(name, run.strict)}`);
    const narrowed = {...nothing, tab: 'cases', row: row.id, run: state.run};
    cases.append(el('a', {href: results.length === 1 ? caseLink(results[0]) : fragmentOf(narrowed)},
                    results.length === 1 ? results[0].id : `${counted(results.length, 'case')}: ${parts.join(', ')}`));
  } else if (row.cases.length) {
    cases.append(el('span', {class: 'faint'}, `not selected: ${row.cases.slice(0, 3).join(', ')}${row.cases.length > 3 ? ', …' : ''}`));
  } else {
    cases.append(el('span', {class: 'gap-reason'}, row.reason || 'no case yet'));
  }
  return el('tr', {id: null}, el('td', {class: 'came'}, mark),
            el('td', {class: 'text'}, el('span', {class: 'id faint'}, row.id), ' ', row.requirement),
            el('td', {class: 'level'}, row.level), cases);
}
