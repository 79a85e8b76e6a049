// A conversation as a sequence diagram: our clients on the left, the target in the middle, our
// origins on the right, a line for each connection.

const isOrigin = (lane) => lane.startsWith('origin');
const isBytes = (item) => item.kind === 'sent' || item.kind === 'head' || item.kind === 'content';

// What the verdict came from, where it is against the target: the way that it should not have
// taken, or the last row that is unmet.
function decidingRow(result) {
  if (!['fail', 'departs', 'inconclusive'].includes(result.verdict)) return null;
  let unmet = null;
  let way = null;
  const isWay = (row) => result.taken && row.startsWith(result.taken) &&
    /^($| \(|:)/.test(row.slice(result.taken.length));
  for (const event of result.transcript) {
    for (const settled of event.settled) {
      if (settled.outcome === 'unmet') unmet = settled;
      if (settled.outcome === 'met' && isWay(settled.row)) way = settled;
    }
  }
  const byWay = result.reason === result.taken || result.verdict === 'departs';
  return way && (byWay || !unmet) ? way : unmet;
}

// Events as items of the diagram: content goes with its head, what repeats is folded.
function itemsOf(transcript) {
  const items = [];
  for (const event of transcript) {
    const last = items.at(-1);
    const goesOn = last && last.lane === event.lane && last.settled.length === 0;
    const content = event.kind === 'content' && last && last.lane === event.lane &&
      (last.kind === 'content' || (last.kind === 'head' && event.at - last.at < 0.001));
    if (content && (event.settled.length === 0 || goesOn)) {
      last.events.push(event);
      if (last.kind === 'head') last.content = (last.content ?? 0) + event.size;
      else last.size += event.size;
      last.settled = [...last.settled, ...event.settled];
    } else if (event.kind === 'sent' && goesOn && last.kind === 'sent') {
      last.events.push(event);
      last.size += event.size;
      last.settled = event.settled;
      last.until = event.at;
    } else if (event.kind === 'note' && !event.text && !event.settled.length) {
      continue;
    } else {
      items.push({at: event.at, until: event.at, lane: event.lane, kind: event.kind, text: event.text,
                  size: event.size, settled: event.settled, events: [event]});
    }
  }
  items.forEach((item, index) => { item.number = index + 1; });
  return items;
}

// Of many connections those that tell most: the first ones, and where something is unmet.
function chosenLanes(items, deciding, most) {
  const lanes = [...new Set(items.map((item) => item.lane))];
  const decides = items.find((item) => item.settled.includes(deciding))?.lane;
  const side = (origin) => {
    const all = lanes.filter((lane) => isOrigin(lane) === origin);
    if (all.length <= most) return all;
    const kept = new Set(all.slice(0, most));
    if (decides && all.includes(decides) && !kept.has(decides)) {
      kept.delete([...kept].at(-1));
      kept.add(decides);
    }
    return all.filter((lane) => kept.has(lane));
  };
  const left = side(false);
  const right = side(true);
  return {left, right, out: lanes.length - left.length - right.length};
}

function labelOf(item) {
  const pieces = item.events.filter((event) => event.kind === item.kind).length;
  const times = pieces > 1 ? `  in ${pieces} ${item.kind === 'sent' ? 'writes' : 'pieces'}` : '';
  switch (item.kind) {
    case 'sent': {
      const start = firstLine(item.events.map((event) => event.text).join(''));
      return [start || quoted(item.text.slice(0, 60)), `${sizeOf(item.size)}${times}`];
    }
    case 'head':
      return [firstLine(item.text), item.content ? `+ ${sizeOf(item.content)}` : ''];
    case 'content':
      return [`… ${quoted(item.text.slice(0, 60))}`, `${sizeOf(item.size)}${times}`];
    default:
      return [item.text, ''];
  }
}

const endOf = (item) => {
  if (item.kind === 'end') return /RST/.test(item.text) ? 'RST' : 'FIN';
  if (item.kind !== 'act') return '';
  if (item.text === 'reset') return 'RST';
  return item.text === 'close' || item.text === 'half-close' ? 'FIN' : '';
};

// `towards` us, or from us to the target.
const fromUs = (item) => item.kind === 'sent' || item.kind === 'act';

const characters = (width) => Math.max(4, Math.floor(width / 7));
function shortened(text, width) {
  const most = characters(width);
  return text.length > most ? text.slice(0, most - 1) + '…' : text;
}

function settledText(settled, deciding) {
  const decides = settled === deciding;
  const word = decides ? settled.outcome.toUpperCase() : settled.outcome;
  const mark = decides ? '✗' : settled.outcome === 'met' ? '✓' : settled.outcome === 'unmet' ? '·' : '–';
  return {mark, word, decides, row: settled.row, line: settled.line > 0 ? `:${settled.line}` : ''};
}

// The diagram, `width` pixels wide at least. `choose(number)` is called when a message is chosen.
function sequence(result, width, choose, all = false) {
  const items = itemsOf(result.transcript);
  const deciding = decidingRow(result);
  const lanes = chosenLanes(items, deciding, all ? 200 : 4);
  const time = 58;
  const columns = lanes.left.length + 1 + lanes.right.length;
  const least = 90;
  const room = Math.min(330, Math.round(width * 0.38));
  const beside = width >= 620 && time + room + 16 + columns * least <= width;
  const judged = beside ? room : 0;  // Judgements have a column of their own, or stand below.
  const inner = Math.max(width - time - judged - 16, columns * least);
  const whole = time + inner + judged + 16;
  const margin = 44;
  const step = (inner - 2 * margin) / (columns - 1);
  const place = new Map();
  [...lanes.left, '', ...lanes.right].forEach((lane, index) =>
    place.set(lane, Math.round(time + margin + step * index)));
  const target = place.get('');
  const right = time + inner + 8;
  const shown = items.filter((item) => place.has(item.lane));

  const back = svg('g', {class: 'lines'});
  const front = svg('g', {});
  const ended = new Map();
  const begun = new Map();
  let y = 44;
  let before = shown[0]?.at ?? 0;
  let said = '';

  for (const item of shown) {
    const gap = item.at - before;
    if (gap >= 0.01) {
      y += 22;
      front.append(svg('text', {x: time - 12, y: y - 4, class: 'gap'}, `⋮ ${duration(gap)}`),
                   svg('line', {x1: time, x2: time + inner, y1: y - 8, y2: y - 8, class: 'break'}));
    } else if (gap >= 0.002) {
      y += 5;
    }
    before = item.until;
    const x = place.get(item.lane);
    if (!begun.has(item.lane)) begun.set(item.lane, y);
    const rows = item.settled.map((settled) => settledText(settled, deciding));
    const height = 32 + (beside ? Math.max(0, rows.length - 2) * 15 + (rows.length > 1 ? 4 : 0) : rows.length * 15);
    const group = svg('g', {class: `item ${item.kind}` + (rows.some((row) => row.decides) ? ' decides' : '')});
    if (rows.some((row) => row.decides))
      group.append(svg('rect', {x: 2, y: y + 1, width: whole - 4, height: height - 2, class: 'band'}));
    const at = (item.at * 1000).toFixed(1);
    if (at !== said) group.append(svg('text', {x: time - 12, y: y + 14, class: 'time'}, at));
    said = at;
    drawItem(group, item, {x, target, y, end: time + inner});
    rows.forEach((row, index) => {
      const text = svg('text', {x: beside ? right : time + 6, y: y + (beside ? 14 : 42) + index * 15,
                                class: 'row' + (row.decides ? ' decides' : row.word === 'met' ? ' met' : '')});
      const columns_left = (beside ? judged - 8 : inner) - 7 * (row.word.length + row.line.length + 5);
      text.append(svg('tspan', {class: 'mark'}, `${row.mark} ${row.word}`), svg('tspan', {}, `  ${shortened(row.row, columns_left)}  `),
                  svg('tspan', {class: 'line'}, row.line), svg('title', {}, row.row));
      group.append(text);
    });
    if (isBytes(item)) {
      const [label, more] = labelOf(item);
      fill(group, {role: 'button', tabindex: '0', 'aria-label':
        `${item.number}. at ${at} ms ${item.lane} ${fromUs(item) ? 'sends' : 'gets'} ${label} ${more}`}, []);
      group.addEventListener('click', () => choose(item.number));
      group.addEventListener('keydown', (event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        event.stopPropagation();
        choose(item.number);
      });
    }
    front.append(group);
    y += height;
    if (item.kind === 'end' || item.text === 'reset' || (item.kind === 'act' && item.text === 'close'))
      if (!ended.has(item.lane)) ended.set(item.lane, y - 10);
  }

  const bottom = y + 8;
  for (const [lane, x] of place) {
    const from = lane ? begun.get(lane) - 6 : 30;
    const to = lane && ended.has(lane) ? ended.get(lane) : bottom;
    back.append(svg('line', {x1: x, x2: x, y1: from, y2: to, class: lane ? 'lane' : 'target'}));
    if (to < bottom) back.append(svg('line', {x1: x, x2: x, y1: to, y2: bottom, class: 'lane over'}));
    const name = lane || (roleNames[result.run.role] ?? 'target');
    front.append(svg('text', {x, y: 20, class: 'name' + (lane ? '' : ' target')},
                     svg('title', {}, lane ? `our connection ${lane}` : result.run.name), shortened(name, lane ? Math.max(step, 90) : 140)));
  }
  front.append(svg('text', {x: time - 12, y: 20, class: 'time'}, 'ms'));
  const picture = svg('svg', {width: whole, height: bottom, viewBox: `0 0 ${whole} ${bottom}`, role: 'group',
                              class: 'sequence', 'aria-label': 'The conversation, message by message'}, back, front);
  return {picture, items, out: lanes.out};
}

// One item: an arrow with its label above, or a mark on its lane.
function drawItem(group, item, {x, target, y, end}) {
  const left = Math.min(x, target) + 9;
  const line = y + 23;
  const stop = endOf(item);
  if (!isBytes(item) && !stop) {
    const act = item.kind === 'act';
    if (!item.text) return;
    const leftward = (item.text.length + 5) * 7.3 > end - x && x > end / 2;  // Where there is more room.
    const text = shortened(item.text, leftward ? x - 80 : end - x - 20);
    if (act) {
      const mark = /^pause/.test(item.text) ? '‖' : '!';
      const width = text.length * 7.3 + 32;
      group.append(svg('rect', {x: leftward ? x - width + 9 : x - 9, y: y + 3, width, height: 18, rx: 2, class: 'act'}),
                   svg('text', {x, y: y + 16, class: 'act mark'}, mark),
                   svg('text', {x: leftward ? x - 14 : x + 14, y: y + 16, class: leftward ? 'act leftward' : 'act'}, text));
    } else {
      group.append(svg('circle', {cx: x, cy: y + 12, r: 2.5, class: 'note'}),
                   svg('text', {x: leftward ? x - 9 : x + 9, y: y + 16, class: leftward ? 'note leftward' : 'note'}, text));
    }
    return;
  }
  const [label, more] = labelOf(item);
  const [from, to] = fromUs(item) ? [x, target] : [target, x];
  const way = Math.sign(to - from);
  const wanted = stop ? 0 : (Math.min(label.length, 40) + (more ? more.length + 2 : 0)) * 7.3;
  const begin = Math.max(66, Math.min(left, end - wanted));
  const room = end - begin;
  const text = svg('text', {x: begin, y: y + 16, class: 'label'});
  if (stop) {
    const words = item.kind === 'act' ? `${item.text} (${stop})` : stop;
    text.append(svg('tspan', {class: 'stop'}, words));
  } else {
    const kept = shortened(label, more ? room - 7 * more.length - 14 : room);
    text.append(svg('tspan', {}, kept), more ? svg('tspan', {class: 'more'}, `  ${more}`) : '');
  }
  const tip = to - way * (stop ? 7 : 1);
  group.append(svg('rect', {x: Math.min(from, to), y, width: Math.abs(to - from), height: 30, class: 'hit'}), text,
               svg('line', {x1: from, x2: tip, y1: line, y2: line, class: `arrow ${fromUs(item) ? 'ours' : 'theirs'}`}));
  if (stop === 'FIN') {
    group.append(svg('path', {d: `M${tip - way * 6} ${line - 4} L${tip} ${line} L${tip - way * 6} ${line + 4}`, class: 'open'}),
                 svg('path', {d: `M${tip + way * 2} ${line - 6} v12 M${tip + way * 5} ${line - 6} v12`, class: 'bar'}));
  } else if (stop === 'RST') {
    group.append(svg('path', {d: `M${tip - 5} ${line - 5} l10 10 M${tip + 5} ${line - 5} l-10 10`, class: 'cross'}));
  } else {
    group.append(svg('path', {d: `M${tip - way * 7} ${line - 4} L${tip} ${line} L${tip - way * 7} ${line + 4} z`, class: 'tip'}));
  }
}
