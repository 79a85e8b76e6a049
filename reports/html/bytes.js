// Bytes for a person: each character of `text` is one byte, U+0000 to U+00FF.

const hexOf = (byte) => byte.toString(16).padStart(2, '0');

// The same on one line: `GET / HTTP/1.1\r\n`.
function quoted(text) {
  return text.replace(/[^ -[\]-~]/g, (byte) => {
    if (byte === '\r') return '\\r';
    if (byte === '\n') return '\\n';
    if (byte === '\t') return '\\t';
    return byte === '\\' ? '\\\\' : '\\x' + hexOf(byte.charCodeAt(0));
  });
}

// The first line without its end, and not more of it than anybody reads.
function firstLine(text) {
  const end = text.search(/[\r\n]/);
  return quoted(text.slice(0, Math.min(end < 0 ? text.length : end, 200)));
}

// Line ends are shown, and break the line.
function textRows(text) {
  const out = document.createDocumentFragment();
  for (const piece of text.split(/(\r*\n)/)) {
    if (/^\r*\n$/.test(piece)) out.append(el('i', {class: 'eol'}, quoted(piece)), '\n');
    else if (piece) out.append(quoted(piece));
  }
  return out;
}

function hexRows(text) {
  const rows = [];
  for (let at = 0; at < text.length; at += 16) {
    const bytes = [...text.slice(at, at + 16)].map((byte) => byte.charCodeAt(0));
    const hex = bytes.map(hexOf);
    const left = hex.slice(0, 8).join(' ').padEnd(23);
    const right = hex.slice(8).join(' ').padEnd(23);
    const seen = bytes.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : '.'));
    rows.push(`${at.toString(16).padStart(6, '0')}  ${left}  ${right}  ${seen.join('')}`);
  }
  return rows.join('\n');
}

// Text or hex, a piece at a time: a target may have sent a line of a megabyte.
function bytesView(text, size) {
  const step = 4096;
  let shown = step;
  let hex = false;
  const body = el('pre', {class: 'bytes', tabindex: '0'});
  const more = el('button', {type: 'button', class: 'small'});
  const rest = el('p', {class: 'faint'});
  const choose = (label, wanted) => {
    const button = el('button', {type: 'button', class: 'small', 'aria-pressed': String(hex === wanted)},
                      label);
    button.addEventListener('click', () => { hex = wanted; draw(); });
    return button;
  };
  const text_button = choose('Text', false);
  const hex_button = choose('Hex', true);
  function draw() {
    const part = text.slice(0, shown);
    body.classList.toggle('hex', hex);
    body.replaceChildren(hex ? hexRows(part) : textRows(part));
    text_button.setAttribute('aria-pressed', String(!hex));
    hex_button.setAttribute('aria-pressed', String(hex));
    more.hidden = shown >= text.length;
    more.textContent = `${sizeOf(Math.min(text.length - shown, 64 * step))} more`;
    const missing = size - text.length;
    rest.hidden = more.hidden === false || missing <= 0;
    rest.textContent = `… ${sizeOf(missing)} more that this report does not hold`;
  }
  more.addEventListener('click', () => { shown += 64 * step; draw(); });
  draw();
  return el('div', {class: 'view'},
            el('div', {class: 'tools'}, el('span', {role: 'group', 'aria-label': 'Show as'}, text_button, hex_button),
               copyButton('Copy', () => (hex ? hexRows(text) : quoted(text)))),
            body, more, rest);
}
