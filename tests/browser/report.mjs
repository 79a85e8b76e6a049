// report.mjs CHECK FILE: one check of a report in a browser. Says what is wrong, and ends with 1.

import assert from 'node:assert/strict';
import {open} from './chromium.mjs';

const [name, file] = process.argv.slice(2);

const settled = (page) => page.value('new Promise((done) => requestAnimationFrame(() => setTimeout(done, 30)))');
const shownCases = (page) => page.value(`[...document.querySelectorAll('#list a')].map((link) => link.dataset.id)`);
const fragment = (page) => page.value('location.hash');
const chip = (page, verdict) => page.value(`document.querySelector('.chip[data-verdict=${verdict}]').click()`);
const select = (page, id, value) =>
  page.value(`{const field = document.getElementById('${id}'); field.value = ${JSON.stringify(value)}; field.dispatchEvent(new Event('change'));}`);
const opened = (page) => page.value(`document.getElementById('case').hidden ? null : document.querySelector('#case header .id').textContent`);

const checks = {
  // Verdict, level, section, topic and words narrow the list, and the address says so.
  async filters(page) {
    const all = await shownCases(page);
    assert.ok(all.length >= 6, `only ${all.length} cases`);
    await chip(page, 'fail');
    const failing = await shownCases(page);
    assert.ok(failing.length > 0 && failing.length < all.length);
    assert.equal(await fragment(page), '#verdict=fail');
    await chip(page, 'departs');
    assert.equal(await fragment(page), '#verdict=fail,departs');
    assert.ok((await shownCases(page)).length > failing.length);
    await chip(page, 'departs');
    await chip(page, 'fail');
    for (const flag of ['unstable', 'new', 'expected']) {
      await chip(page, flag);
      assert.equal(await fragment(page), `#flag=${flag}`);
      assert.equal((await shownCases(page)).length, 1);
      await chip(page, flag);
    }
    await select(page, 'level', 'SHOULD');
    assert.equal(await fragment(page), '#level=SHOULD');
    assert.ok((await page.value(`[...document.querySelectorAll('#list .level')].every((cell) => cell.textContent.startsWith('SHOULD '))`)));
    await select(page, 'level', '');
    await select(page, 'section', '9112/9.6');
    const section = await shownCases(page);
    assert.ok(section.length > 0 && section.length < all.length);
    await page.goto(file, await fragment(page));
    assert.deepEqual(await shownCases(page), section, 'the same address shows the same cases');
    await page.value(`document.getElementById('reset').click()`);
    assert.equal(await fragment(page), '');
    assert.deepEqual(await shownCases(page), all);
    const topic = all[0].split('/').slice(0, 2).join('/');
    await select(page, 'topic', topic);
    assert.ok((await shownCases(page)).every((id) => id.startsWith(topic + '/')));
    await page.value(`document.getElementById('reset').click()`);
    await page.key('/');
    await page.type('zzz');
    assert.deepEqual(await shownCases(page), []);
    assert.match(await page.value(`document.getElementById('list').textContent`), /No case is like that/);
    assert.equal(await fragment(page), '#q=zzz');
    await page.key('Escape');
    assert.deepEqual(await shownCases(page), all);
  },

  // An id as fragment, or case=ID, opens that case; back closes it; an unknown one is told.
  async links(page) {
    const id = (await shownCases(page))[1];
    await page.goto(file, '#' + id);
    assert.equal(await opened(page), id);
    await page.goto(file, `#case=${id}&verdict=fail`);
    assert.equal(await opened(page), id);
    await page.value('location.hash = "#verdict=fail"');
    await page.until(`document.getElementById('case').hidden`);
    await page.value('history.back()');
    await page.until(`!document.getElementById('case').hidden`);
    await page.value('location.hash = "#server/close/nowhere/at-all"');
    await page.until(`document.getElementById('case').textContent.includes('was not played in this run')`);
    const href = await page.value(`document.querySelector('#case, #list a').href ?? document.querySelector('#list a').getAttribute('href')`);
    assert.match(href, /#.*case=/);
  },

  async keyboard(page) {
    const all = await shownCases(page);
    const focused = () => page.value(`document.activeElement.dataset?.id ?? document.activeElement.id`);
    await page.key('j');
    assert.equal(await focused(), all[0]);
    await page.key('j');
    assert.equal(await focused(), all[1]);
    await page.key('ArrowDown');
    assert.equal(await focused(), all[2]);
    await page.key('k');
    assert.equal(await focused(), all[1]);
    await page.key('Enter');
    await page.until(`!document.getElementById('case').hidden`);
    assert.equal(await opened(page), all[1]);
    await page.key('j');
    assert.equal(await opened(page), all[2], 'the next case is opened in its place');
    await page.key('Enter');
    assert.equal(await focused(), 'case', 'and is entered');
    await page.key('Escape');
    await page.until(`document.getElementById('case').hidden`);
    await settled(page);
    assert.equal(await focused(), all[2], 'the focus is back on its row');
    await page.key('/');
    assert.equal(await focused(), 'search');
    await page.key('Enter');
    assert.equal(await focused(), all[0]);
    await page.key('?');
    assert.ok(await page.value(`document.getElementById('keys').open`));
    await page.key('Escape');
    await page.value(`document.getElementById('tab-cases').focus()`);
    // Whatever can be clicked can be reached.
    assert.ok(await page.value(`[...document.querySelectorAll('[role=button]')].every((node) => node.tabIndex >= 0)`));
    assert.ok(await page.value(`[...document.querySelectorAll('button, a[href], select, input')].every((node) => node.textContent.trim() || node.closest('label'))`));
  },

  // The conversation of a failure: a column for each side, arrows, ends, what was unmet; bytes.
  async diagram(page) {
    await page.value(`document.querySelector('#list a').click()`);
    await page.until(`document.querySelector('#case svg')`);
    const text = await page.value(`document.querySelector('#case svg').textContent`);
    for (const word of ['client', 'server', 'GET / HTTP/1.1', 'HTTP/1.1 200 OK', 'UNMET', 'FIN']) assert.ok(text.includes(word), `no ${word} in: ${text}`);
    assert.ok(await page.value(`document.querySelectorAll('#case svg .decides').length`) > 0);
    await page.value(`document.querySelector('#case svg [role=button]').dispatchEvent(new Event('click', {bubbles: true}))`);
    await page.until(`document.querySelector('#case .messages details[open] pre')`);
    const bytes = await page.value(`document.querySelector('#case .messages details[open] pre').textContent`);
    assert.match(bytes, /^GET \/ HTTP\/1\.1\\r\\n\nHost: /);
    await page.value(`[...document.querySelectorAll('#case .view button')].find((button) => button.textContent === 'Hex').click()`);
    assert.match(await page.value(`document.querySelector('#case .messages details[open] pre').textContent`), /^000000  47 45 54 20/);
    assert.ok((await page.value(`document.querySelector('#case .command code').textContent`)).startsWith('connspec '));
    for (const verdict of ['FAIL', 'pass']) assert.ok((await page.value(`document.getElementById('list').textContent`)).includes(verdict));
  },

  // What a target sends is text: no element, no script, no request comes of it.
  async hostile(page) {
    assert.equal(await page.value('typeof window.pwned'), 'undefined');
    const elements = await page.value(`document.querySelectorAll('script').length`);
    assert.equal(elements, 3, 'the scripts of the page and no other');
    for (const id of await shownCases(page)) {
      await page.goto(file, `#case=${encodeURIComponent(id)}`);
      await settled(page);
      await page.value(`[...document.querySelectorAll('#case details')].forEach((details) => { details.open = true; })`);
      await settled(page);
      await page.value(`[...document.querySelectorAll('#case .view button')].filter((button) => button.textContent === 'Hex').forEach((button) => button.click())`);
    }
    for (const tab of ['coverage', 'environment', 'cases']) {
      await page.value(`location.hash = '#tab=${tab}'`);
      await settled(page);
    }
    await page.value(`window.dispatchEvent(new Event('beforeprint'))`);
    assert.equal(await page.value(`document.querySelectorAll('img, iframe, object, embed, b[onclick], [onerror], [onload], #evil').length`), 0);
    assert.equal(await page.value(`document.querySelectorAll('script').length`), 3);
    assert.ok(await page.value(`document.getElementById('paper').textContent.includes('<script>window.pwned')`), 'it is there as text');
    assert.ok(await page.value(`document.querySelector('#paper .finding').textContent.includes('\\\\x00')`), 'NUL is shown');
    assert.ok(await page.value(`document.querySelector('#paper .finding').textContent.includes('\\\\xff')`), 'what is no UTF-8 is shown');
    assert.equal(await page.value('typeof window.pwned'), 'undefined');
    const links = await page.value(`[...document.querySelectorAll('a')].map((link) => link.href).filter((href) => !href.startsWith('file:') && !href.startsWith('https://www.rfc-editor.org/'))`);
    assert.deepEqual(links, []);
  },

  async matrix(page) {
    await page.until(`document.querySelector('.matrix tbody tr')`);
    const columns = await page.value(`document.querySelectorAll('.matrix thead th').length`);
    assert.ok(columns >= 3);
    const rows = () => page.value(`document.querySelectorAll('.matrix tbody tr').length`);
    await page.until(`document.querySelectorAll('.matrix tbody tr').length === ${await page.value(`parseInt(document.getElementById('shown').textContent)`)}`);
    const all = await rows();
    await page.value(`document.querySelector('#panel-matrix button').click()`);
    assert.match(await fragment(page), /differ=1/);
    await settled(page);
    const differing = await rows();
    assert.ok(differing > 0 && differing < all, `${differing} of ${all} differ`);
    assert.ok(await page.value(`[...document.querySelectorAll('.matrix td')].every((cell) => /[✓✗!○–?·]/.test(cell.textContent))`));
    const [id, run] = await page.value(`(() => { const cell = document.querySelector('.matrix tbody tr td:nth-child(3) a'); cell.click();
      return [cell.closest('tr').querySelector('.id').textContent, document.querySelectorAll('.matrix thead th')[2].querySelector('a').textContent]; })()`);
    await page.until(`!document.getElementById('case').hidden`);
    assert.equal(await opened(page), id);
    assert.equal(await page.value(`document.getElementById('target').textContent`), run);
    await page.value('history.back()');
    await page.until(`!document.getElementById('panel-matrix').hidden`);
  },

  async coverage(page) {
    await page.value(`document.getElementById('tab-coverage').click()`);
    await page.until(`document.querySelector('#panel-coverage .section')`);
    const text = await page.value(`document.getElementById('panel-coverage').textContent`);
    assert.match(text, /RFC 9112 section 9\.6/);
    assert.match(text, /no case/);
    await page.value(`document.querySelector('#panel-coverage .lead button').click()`);
    await settled(page);
    assert.ok(await page.value(`[...document.querySelectorAll('#panel-coverage .came')].filter((cell) => cell.tagName === 'TD').every((cell) => cell.textContent.includes('no case'))`));
    await page.value(`document.getElementById('tab-environment').click()`);
    await page.until(`!document.getElementById('panel-environment').hidden`);
    assert.match(await page.value(`document.getElementById('panel-environment').textContent`), /calibration/);
  },

  // On paper: failures in full, no filters.
  async paper(page) {
    const pdf = await page.pdf();
    assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
    await page.send('Emulation.setEmulatedMedia', {media: 'print'});
    await page.value(`window.dispatchEvent(new Event('beforeprint'))`);
    assert.equal(await page.value(`getComputedStyle(document.getElementById('filters')).display`), 'none');
    const failures = await page.value(`document.querySelectorAll('#paper article').length`);
    assert.ok(failures > 0);
    assert.equal(await page.value(`document.querySelectorAll('#paper article svg').length`) > 0, true);
    assert.ok(await page.value(`document.querySelector('#paper article pre').textContent.includes('HTTP/1.1')`));
    await page.value(`window.dispatchEvent(new Event('afterprint'))`);
    assert.equal(await page.value(`document.querySelectorAll('#paper article').length`), 0);
  },

  // No more than a moment before it is there, or is there otherwise. The figures are printed; the
  // goal is 100 ms, the limit what a busy machine needs.
  async fluid(page) {
    const limit = 400;
    const first = [];
    for (let time = 0; time < 3; ++time) {
      await page.goto(file);
      first.push(await page.value(`performance.getEntriesByName('connspec')[0].duration`));
      await settled(page);
    }
    const timed = (act) => page.value(`(async () => {
      const times = [];
      for (let turn = 0; turn < 3; ++turn) {
        const begin = performance.now();
        (${act})(turn);
        times.push(performance.now() - begin);
        await new Promise((done) => setTimeout(done, 200));
      }
      return Math.min(...times);
    })()`);
    const figures = {
      'first view': Math.min(...first),
      'a word': await timed(`(turn) => { const field = document.getElementById('search'); field.value = ['a', 'clo', 'chunk'][turn]; field.dispatchEvent(new Event('input')); }`),
      'no word': await timed(`(turn) => { const field = document.getElementById('search'); field.value = turn === 1 ? 'x' : ''; field.dispatchEvent(new Event('input')); }`),
      'a verdict': await timed(`() => document.querySelector('.chip[data-verdict=pass]').click()`),
      'a level': await timed(`(turn) => { const field = document.getElementById('level'); field.selectedIndex = turn % 2; field.dispatchEvent(new Event('change')); }`),
    };
    for (const [what, took] of Object.entries(figures)) console.log(`${what}: ${took.toFixed(1)} ms`);
    for (const [what, took] of Object.entries(figures)) assert.ok(took < limit, `${what} took ${took} ms`);
  },
};

const page = await open(file);
try {
  await checks[name](page);
  assert.deepEqual(page.complaints, []);
} catch (error) {
  console.log(error.message);
  process.exitCode = 1;
} finally {
  await page.close();
}
