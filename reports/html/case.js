// One case in full.

function drawCase(result, paper = false) {
  const run = result.run;
  const room = el('div', {class: 'diagram'});
  const messages = el('ol', {class: 'messages'});
  const parts = [
    caseHead(result, paper),
    el('div', {class: 'found'}, findingRows(result)),
    remarks(result),
    el('section', {class: 'about'},
       el('p', {class: 'requirement'}, el('b', {}, result.graded ? `${result.level} (${result.graded})` : result.level), ' ',
          specLink(result.spec), '. ', result.requirement + '.', ' ',
          result.covers.map((id) => [paper ? id : el('a', {class: 'id', href: fragmentOf({...nothing, tab: 'coverage', row: id,
            run: state.run})}, id), ' '])),
       result.why ? el('p', {class: 'why'}, el('b', {}, 'Why it matters. '), result.why) : null),
    waysOf(result),
    el('h3', {}, 'Conversation'),
    room, messages,
    again(result, paper),
    otherRuns(result, paper),
  ];
  const page = el(paper ? 'article' : 'div', {class: 'page'}, parts);
  drawConversation(result, room, messages, paper);
  return page;
}

function caseHead(result, paper) {
  const tools = el('div', {class: 'tools'});
  if (!paper) {
    tools.append(copyButton('Copy link', () => location.href.split('#')[0] + caseLink(result)),
                 copyButton('Copy as issue', () => issueOf(result)),
                 el('button', {type: 'button', class: 'small close', onclick: closeCase, 'aria-keyshortcuts': 'Escape'},
                    'Close'));
  }
  return el('header', {},
            el('div', {class: 'line'}, badge(result.verdict, result.run.strict),
               codeOf(result) ? el('code', {class: 'reason'}, codeOf(result)) : null, tools),
            el(paper ? 'h2' : 'h2', {id: paper ? null : 'case-title'}, sentence(result.title)),
            el('p', {class: 'faint id'}, result.id));
}

const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);

function findingRows(result) {
  const rows = [];
  const expected = without('expected', result.expected);
  const seen = without('got', result.seen);
  if (expected) rows.push(el('dt', {}, 'Expected'), el('dd', {}, expected));
  if (seen) rows.push(el('dt', {}, 'Seen'), el('dd', {}, seen));
  return rows.length ? el('dl', {class: `finding f-${result.verdict}`}, rows) : null;
}

function remarks(result) {
  const notes = [];
  if (result.unstable) notes.push(instabilityOf(result));
  if (result.graded) notes.push(`The profile changed what came of it: ${result.graded}.`);
  if (result.gating === false)
    notes.push(`Newer (${result.since || 'since a later edition'}) than edition ${result.run.edition}, by which this run is judged: it does not gate.`);
  const deviation = result.deviation;
  if (deviation && deviation.state !== 'unlisted') {
    const place = deviation.place ? ` (${deviation.place})` : '';
    const said = {accepted: `Expected by the baseline${place}: ${deviation.why}`,
                  changed: `The baseline${place} expects another outcome.`,
                  expired: `The baseline${place} expects this, and is past its date.`,
                  passes: `The baseline${place} expects a deviation, and there is none.`}[deviation.state];
    notes.push([said ?? deviation.state, deviation.instead ? [' Change it to ', el('code', {}, deviation.instead)] :
      deviation.state === 'passes' && deviation.line ? [' Delete ', el('code', {}, deviation.line)] : '']);
  }
  return notes.length ? el('ul', {class: 'remarks'}, notes.map((note) => el('li', {}, note))) : null;
}

function waysOf(result) {
  if (!result.allowed.length)
    return result.taken ? el('p', {}, 'Of the ways that are open it took ', el('code', {}, el('b', {}, result.taken)), '.') : null;
  const beside = result.taken && !result.allowed.some(([name]) => name === result.taken);
  return el('section', {}, el('h3', {}, 'What is allowed'),
            el('table', {class: 'ways'}, el('tbody', {}, result.allowed.map(([name, row]) => {
              const taken = name === result.taken;
              return el('tr', {class: taken ? 'taken' : ''}, el('td', {class: 'mark'}, taken ? '▸ taken' : ''),
                        el('th', {scope: 'row'}, name), el('td', {}, row));
            }), beside ? el('tr', {class: 'taken wrong'}, el('td', {class: 'mark'}, '▸ taken'),
                            el('th', {scope: 'row'}, result.taken), el('td', {}, 'is none of these')) : null)));
}

// The diagram and, below it, each message in bytes.
function drawConversation(result, room, messages, paper) {
  if (!result.transcript.length) {
    room.append(el('p', {class: 'faint'}, 'None is here: nothing was played, or it was left out. ' +
      (result.transcript_file ? `A transcript is in ${result.transcript_file}.` : 'Of a case that passes connspec keeps it with --out or -v.')));
    return;
  }
  let all = false;
  let drawn = 0;
  const choose = (number) => {
    const message = messages.querySelector(`[data-number="${number}"]`);
    if (!message) return;
    const details = message.firstElementChild;
    details.open = true;
    details.querySelector('summary').focus({preventScroll: true});
    message.scrollIntoView({block: 'nearest'});
  };
  const draw = () => {
    const width = paper ? 680 : Math.max(300, room.clientWidth || 640);
    if (width === drawn) return;
    drawn = width;
    const {picture, items, out} = sequence(result, width, choose, all);
    room.replaceChildren(el('div', {class: 'scroll', tabindex: paper ? null : '0'}, picture));
    if (out > 0) {
      const button = el('button', {type: 'button', class: 'small'}, 'Show them');
      button.addEventListener('click', () => { all = true; drawn = 0; draw(); });
      room.append(el('p', {class: 'faint'}, `${counted(out, 'connection')} more. `, paper ? '' : button));
    }
    if (!messages.childElementCount) drawMessages(items, messages, paper);
  };
  if (paper) draw();
  else {
    result.redraw = draw;
    requestAnimationFrame(draw);
  }
}

function drawMessages(items, messages, paper) {
  const all = items.filter(isBytes);
  const most = paper ? 30 : 200;
  for (const item of all.slice(0, most)) messages.append(drawMessage(item, paper));
  if (all.length > most) {
    const rest = el('li', {class: 'faint'}, `${counted(all.length - most, 'message')} more. `);
    if (!paper) {
      const button = el('button', {type: 'button', class: 'small'}, 'Show them');
      button.addEventListener('click', () => {
        rest.remove();
        for (const item of all.slice(most)) messages.append(drawMessage(item, false));
      });
      rest.append(button);
    }
    messages.append(rest);
  }
}

function drawMessage(item, paper) {
  const [label, more] = labelOf(item);
  const text = item.events.map((event) => event.text).join('');
  const size = item.events.reduce((sum, event) => sum + Math.max(event.size, event.text.length), 0);
  const head = [el('span', {class: 'time'}, `${(item.at * 1000).toFixed(1)} ms`),
                el('span', {class: 'lane'}, `${item.lane} ${fromUs(item) ? '>' : '<'}`),
                el('span', {class: 'start'}, label),
                el('span', {class: 'faint'}, item.kind === 'head' ? sizeOf(size) : more)];
  if (paper) {
    const most = 2048;
    return el('li', {}, el('div', {class: 'summary'}, head),
              el('pre', {class: 'bytes'}, textRows(text.slice(0, most)),
                 size > most ? `\n… ${sizeOf(size - most)} more` : ''));
  }
  const details = el('details', {}, el('summary', {}, head));
  details.addEventListener('toggle', () => {
    if (details.open && details.childElementCount === 1) details.append(bytesView(text, size));
  });
  return el('li', {'data-number': item.number}, details);
}

function command(text) {
  return el('div', {class: 'command'}, el('code', {}, text), copyButton('Copy', () => text));
}

function again(result, paper) {
  const rows = [];
  if (result.again) rows.push(el('dt', {}, 'Play it again'), el('dd', {}, paper ? el('code', {}, result.again) : command(result.again)));
  rows.push(el('dt', {}, 'What it sends'), el('dd', {}, paper ? el('code', {}, `connspec explain ${result.id}`) : command(`connspec explain ${result.id}`)));
  if (result.kills.length)
    rows.push(el('dt', {}, 'Catches'), el('dd', {}, result.kills.map((name) =>
      [el('code', {title: `connspec demo --mutant ${name}`}, name), ' ']),
      el('span', {class: 'faint'}, result.kills.length === 1 ? 'a mutant of the fixture' : 'mutants of the fixture')));
  rows.push(el('dt', {}, 'Case'), el('dd', {}, el('code', {}, `${result.file}:${result.line}`),
    el('span', {class: 'faint'}, `  ${result.since ? `since ${result.since}, ` : ''}took ${duration(result.seconds)}` +
      (result.plays > 1 ? `, played ${result.plays} times: shown is the play that decided` : ''))));
  if (result.transcript_file) rows.push(el('dt', {}, 'Transcript'), el('dd', {}, el('code', {}, result.transcript_file)));
  return el('section', {}, el('dl', {class: 'again'}, rows));
}

function otherRuns(result, paper) {
  if (model.runs.length < 2) return null;
  const rows = model.runs.map((run) => [run, run.byId.get(result.id)]).filter(([, other]) => other);
  if (rows.length < 2) return null;
  return el('section', {}, el('h3', {}, 'The same case in every run'),
            el('table', {class: 'runs'}, el('tbody', {}, rows.map(([run, other]) =>
              el('tr', {class: other === result ? 'taken' : ''},
                 el('th', {scope: 'row'}, paper ? run.title : el('a', {href: caseLink(other), 'aria-current': other === result ? 'true' : null}, run.title)),
                 el('td', {}, badge(other.verdict, run.strict)), el('td', {}, el('code', {}, codeOf(other))))))));
}
