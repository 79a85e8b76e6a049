// A case as Markdown, for the tracker of whoever has to mend it.

// Indented, so that no byte of a target can end the block.
const block = (lines) => lines.map((line) => '    ' + line).join('\n');

// Text that Markdown and HTML leave alone.
const bare = (text) => plain(text).replace(/[\\`*_[\]<>#|&@]/g, '\\$&').replace(/\s+/g, ' ');

function ladder(result) {
  const deciding = decidingRow(result);
  const rows = [];
  for (const item of itemsOf(result.transcript)) {
    const [label, more] = labelOf(item);
    const sign = item.kind === 'note' ? '*' : item.kind === 'act' ? '!' : item.kind === 'sent' ? '>' : '<';
    const time = (item.at * 1000).toFixed(1).padStart(8);
    const lead = `${time}  ${item.lane.padEnd(8)} ${sign} `;
    const judged = item.settled.map((settled) => settledText(settled, deciding))
                       .map((row) => `[${row.word} ${row.row}${row.line ? ' ' + row.line : ''}]`).join(' ');
    const first = plain(label) + (more ? `  (${more})` : '');
    rows.push(lead + first + (judged ? '   ' + plain(judged) : ''));
    if (item.kind === 'sent' || item.kind === 'head') {
      const text = item.events.filter((event) => event.kind === item.kind).map((event) => event.text).join('');
      const lines = text.split(/\r?\n/).slice(1, 12).map((line) => quoted(line.slice(0, 160)));
      while (lines.length && !lines.at(-1)) lines.pop();
      for (const line of lines) rows.push(' '.repeat(lead.length - 2) + sign + ' ' + line);
    }
  }
  const most = 80;
  return rows.length > most ? [...rows.slice(0, most), `… ${rows.length - most} more rows`] : rows;
}

function issueOf(result) {
  const run = result.run;
  const read = readSpec(result.spec);
  const spec = read ? `${result.spec} <https://www.rfc-editor.org/rfc/rfc${read.rfc}.html${read.section ? `#${read.appendix ? 'appendix' : 'section'}-${read.section}` : ''}>` : bare(result.spec);
  const parts = [
    `**${bare(sentence(result.title))}**: ${verdicts[result.verdict].word} (${bare(codeOf(result) || 'as required')})`,
    `${result.level}, ${spec}: ${bare(result.requirement)}. (${result.covers.join(', ')})`,
  ];
  if (result.why) parts.push(bare(result.why));
  if (result.expected || result.seen)
    parts.push(`- expected: ${bare(without('expected', result.expected))}\n- seen: ${bare(without('got', result.seen))}`);
  if (result.allowed.length)
    parts.push('Allowed:\n\n' + result.allowed.map(([name, row]) =>
      `- ${bare(name)}: ${bare(row)}${name === result.taken ? ' (taken)' : ''}`).join('\n'));
  if (result.transcript.length) parts.push('Conversation (ms since its begin):\n\n' + block(ladder(result)));
  if (result.again) parts.push('Again:\n\n' + block([plain(result.again)]));
  parts.push(`Target ${bare(run.name)} as ${roleNames[run.role] ?? run.role}, played ${run.started}; ` +
    `connspec ${run.version}${run.edition ? `, edition ${run.edition}` : ''}, case ${result.id}`);
  return parts.join('\n\n') + '\n';
}
