// Elements made by hand. Whatever a report holds becomes a text node or the value of an
// attribute, never markup: nothing in these files writes HTML.

const byId = (id) => document.getElementById(id);

// What a reader could not see, or what would turn the text around, is shown by its number. Bytes
// that were no UTF-8 stand as U+EF80 to U+EFFF.
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\uef80-\uefff\ufff9-\ufffb]/g;
function plain(text) {
  return text.replace(unseen, (character) => {
    const code = character.charCodeAt(0);
    if (code >= 0xef80 && code <= 0xefff) return '\\x' + (code - 0xef00).toString(16);
    return code < 0x100 ? '\\x' + code.toString(16).padStart(2, '0')
                        : '\\u{' + code.toString(16) + '}';
  });
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === false || value === undefined || value === null) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === '') continue;
    node.append(child instanceof Node ? child : plain(String(child)));
  }
  return node;
}

// el('a', {href: '#'}, 'text', el('b', {}, 'bold'))
const el = (name, attributes, ...children) =>
  fill(document.createElement(name), attributes, children);
const svg = (name, attributes, ...children) =>
  fill(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);

// Many children: the first at once, the rest when the browser has nothing better to do.
// `all()` makes what is missing, before something is printed, say.
function lazily(parent, count, make, first = 60) {
  const job = {made: 0, stopped: false};
  const more = (most) => {
    const piece = document.createDocumentFragment();
    const end = Math.min(count, job.made + most);
    for (; job.made < end; ++job.made) piece.append(make(job.made));
    parent.append(piece);
  };
  const later = () => {
    if (job.stopped || job.made >= count) return;
    more(120);
    if (job.made < count) wait(later);
  };
  const wait = (what) =>
    window.requestIdleCallback ? requestIdleCallback(what, {timeout: 400}) : setTimeout(what, 16);
  job.all = () => more(count);
  job.until = (number) => { if (number >= job.made) more(number + 1 - job.made); };
  job.stop = () => { job.stopped = true; };
  parent.replaceChildren();
  more(first);
  if (job.made < count) wait(later);
  return job;
}

async function copy(text, button) {
  let done = false;
  try {
    await navigator.clipboard.writeText(text);
    done = true;
  } catch {
    const area = el('textarea', {class: 'sr', 'aria-hidden': 'true'});
    area.value = text;
    document.body.append(area);
    area.select();
    done = document.execCommand('copy');
    area.remove();
    button.focus();
  }
  const before = button.textContent;
  button.textContent = done ? 'Copied' : 'Not copied';
  say(button.textContent);
  setTimeout(() => { button.textContent = before; }, 1500);
}

function copyButton(label, text) {
  const button = el('button', {type: 'button', class: 'small'}, label);
  button.addEventListener('click', () => copy(text(), button));
  return button;
}

// For those who listen.
function say(text) { byId('said').textContent = plain(text); }
