// A run by a profile, row by row: what decides first.

const counts = (row) => !row.apart && row.state !== 'no way to play it';

function profileSentence(profile) {
  const counted_rows = profile.rows.filter(counts);
  const played = counted_rows.filter((row) => row.state !== 'not played').length;
  const needed = profile.complete ? ` (${profile.complete} % have to be)` : '';
  const failed = counted_rows.filter((row) => row.state === 'not met').length;
  return `${played} of ${counted(counted_rows.length, 'row')} played${needed}` + (failed ? `, ${failed} not met` : '');
}

const outcomeMarks = {certified: ['✓', 'pass'], 'not certified': ['✗', 'fail'], incomplete: ['?', 'inconclusive'], reported: ['○', 'observed']};

let profileJob = null;

function drawProfile(panel) {
  const run = currentRun();
  const {profile} = run;
  profileJob?.stop();
  byId('shown').textContent = '';
  if (!profile) {
    panel.replaceChildren(el('p', {class: 'none'}, 'This run was not played by a profile.'));
    return;
  }
  const order = Object.keys(states);
  const rows = profile.rows.filter((row) => (!state.level || row.level === state.level) && (!state.row || row.id === state.row) &&
    fitsWords(() => `${row.id}\n${row.requirement}\n${row.why}\n${row.by.join('\n')}`.toLowerCase()));
  rows.sort((one, other) => one.apart - other.apart || order.indexOf(one.state) - order.indexOf(other.state));
  byId('shown').textContent = rows.length === profile.rows.length ? counted(rows.length, 'row') : `${rows.length} of ${counted(profile.rows.length, 'row')}`;
  const body = el('tbody', {});
  panel.replaceChildren(
    el('p', {class: 'lead'}, el('b', {}, profile.name), `: ${profile.title}. Grade ${profile.grade}. `, profileSentence(profile), '.'),
    el('table', {class: 'rows'},
       rowColumns(),
       el('thead', {class: 'sr'}, el('tr', {}, ['State', 'Requirement', 'Level', 'By'].map((name) => el('th', {scope: 'col'}, name)))), body));
  profileJob = lazily(body, rows.length, (index) => {
    const row = rows[index];
    return el('tr', {}, el('td', {class: 'came'}, stateBadge(row.state), row.apart ? el('em', {}, 'apart') : null),
      el('td', {class: 'text'}, el('span', {class: 'id faint'}, row.id), ' ', row.requirement, row.why ? el('div', {class: 'faint'}, row.why) : null),
      el('td', {class: 'level'}, row.level),
      el('td', {class: 'of'}, row.by.slice(0, 4).map((id) => el('div', {}, run.byId.has(id) ? el('a', {href: caseLink(run.byId.get(id))}, id) : id)),
         row.by.length > 4 ? el('a', {href: fragmentOf({...nothing, tab: 'cases', row: row.id, run: state.run})}, `${row.by.length - 4} more`) : null));
  });
}
