// What calibration found, and under what circumstances it was played.

function drawEnvironment(panel) {
  const run = currentRun();
  byId('shown').textContent = '';
  const rows = (pairs) => el('table', {class: 'pairs'}, el('tbody', {}, pairs.filter(([, value]) => value !== '').map(([name, value]) =>
    el('tr', {}, el('th', {scope: 'row'}, name), el('td', {}, value)))));
  const facts = [
    ['target', run.target], ['label', run.label ?? ''], ['role', roleNames[run.role] ?? run.role],
    ['started', run.started], ['took', `${duration(run.seconds)}, the longest case ${duration(run.longest_wait)}`],
    ['on', run.hostname], ['connspec', run.version], ['edition', run.edition],
    ['strict', run.strict ? 'yes: a departure from a SHOULD is a failure' : 'no: a departure from a SHOULD passes'],
    ['exit', `${run.exit}: ${exits[run.exit] ?? ''}`],
    ['interrupted', run.interrupted ? 'yes: what was not finished is inconclusive' : ''],
    ['target lost', run.target_lost],
  ];
  panel.replaceChildren(
    el('h2', {}, 'The run'), rows(facts),
    el('h2', {}, 'What calibration found'), run.environment.length ? rows(run.environment) : el('p', {class: 'none'}, 'Nothing.'),
    el('h2', {}, 'Notes'), run.notes.length ? el('ul', {class: 'notes'}, run.notes.map((note) => el('li', {}, note))) : el('p', {class: 'none'}, 'None.'),
    el('h2', {}, 'This page'), el('ul', {class: 'notes'}, cutSentences().map((text) => el('li', {}, text)),
      el('li', {}, 'It holds its data as one JSON document, and loads nothing: the links to rfc-editor.org are the only way out of it.')));
}

// What the page leaves out of the runs it was made of.
function cutSentences() {
  const {cut} = model;
  const out = [];
  const all = model.runs.flatMap((run) => run.results);
  const without_one = all.filter((result) => !result.transcript.length).length - (cut.transcripts ?? 0);
  const kept = all.some((result) => result.verdict === 'pass' && result.transcript.length);
  if (cut.transcripts) out.push(`The conversations of ${counted(cut.transcripts, 'case')} are left out, those that passed first, so that all of them take ${cut.megabytes} MB here at most.`);
  if (cut.bytes) out.push(`Of ${counted(cut.messages, 'message')} only the beginning is kept, ${(cut.keep / 1024).toFixed(0)} KiB; ${counted(cut.bytes, 'byte')} are left out.`);
  if (without_one > 0)
    out.push(kept ? `${counted(without_one, 'case')} without a conversation of their own: not played, or judged by what others saw.`
                  : `${counted(without_one, 'case')} without a conversation: of what passes connspec keeps it with --out or -v.`);
  if (!out.length) out.push('Nothing of the run is left out.');
  return out;
}
