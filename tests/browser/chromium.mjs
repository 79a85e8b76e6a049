// Chromium without a window, led over a pipe: no package, no port.

import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';

const words = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
               '--disable-component-update', '--disable-sync', '--disable-extensions', '--disable-dev-shm-usage', '--hide-scrollbars',
               '--remote-debugging-pipe'];

export async function open(path, {width = 1400, height = 900, fragment = '', dark = false} = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'connspec-browser-'));
  const child = spawn('chromium', [...words, `--user-data-dir=${folder}`, 'about:blank'],
                      {stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe']});
  const waiting = new Map();
  const listeners = [];
  let number = 0;
  let rest = '';
  child.stdio[4].setEncoding('utf8');
  child.stdio[4].on('data', (text) => {
    const pieces = (rest + text).split('\0');
    rest = pieces.pop();
    for (const piece of pieces) {
      const message = JSON.parse(piece);
      if (message.id) {
        const {done, failed} = waiting.get(message.id);
        waiting.delete(message.id);
        if (message.error) failed(new Error(JSON.stringify(message.error)));
        else done(message.result);
      } else {
        for (const listener of listeners) listener(message);
      }
    }
  });
  const ended = new Promise((done) => child.on('exit', done));
  let session;
  const send = (method, params = {}) => new Promise((done, failed) => {
    waiting.set(++number, {done, failed});
    child.stdio[3].write(JSON.stringify({id: number, method, params, ...(session && {sessionId: session})}) + '\0');
  });
  const {targetInfos} = await send('Target.getTargets');
  const {targetId} = targetInfos.find(({type}) => type === 'page');
  session = (await send('Target.attachToTarget', {targetId, flatten: true})).sessionId;

  // All that ought not to be: errors, what the page's policy refuses, and requests.
  const complaints = [];
  listeners.push(({method, params}) => {
    if (method === 'Runtime.exceptionThrown') complaints.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
    if (method === 'Runtime.consoleAPICalled') complaints.push(`console.${params.type}: ${params.args.map(({value}) => value).join(' ')}`);
    if (method === 'Log.entryAdded') complaints.push(`${params.entry.source}: ${params.entry.text}`);
    if (method === 'Page.javascriptDialogOpening') complaints.push(`dialog: ${params.message}`);
    if (method === 'Network.requestWillBeSent' && !params.request.url.startsWith('file:')) complaints.push(`request: ${params.request.url}`);
  });
  await send('Runtime.enable');
  await send('Log.enable');
  await send('Network.enable');
  await send('Page.enable');
  await send('Emulation.setDeviceMetricsOverride', {width, height, deviceScaleFactor: 1, mobile: false});
  if (dark) await send('Emulation.setEmulatedMedia', {features: [{name: 'prefers-color-scheme', value: 'dark'}]});

  const page = {
    complaints,
    send,
    // The value of an expression, awaited, as plain data.
    async value(expression) {
      const {result, exceptionDetails} = await send('Runtime.evaluate', {expression, awaitPromise: true, returnByValue: true});
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value;
    },
    // Waits until an expression is true.
    async until(expression, what = expression) {
      for (const end = Date.now() + 10000; Date.now() < end;) {
        if (await page.value(`Boolean(${expression})`)) return;
        await new Promise((done) => setTimeout(done, 20));
      }
      throw new Error(`waited in vain for ${what}`);
    },
    // Anew, also where only the fragment is another.
    async goto(file, part = '') {
      for (const url of ['about:blank', pathToFileURL(file).href + part]) {
        let loaded;
        const waiting = new Promise((done) => { loaded = ({method}) => method === 'Page.loadEventFired' && done(); });
        listeners.push(loaded);
        await send('Page.navigate', {url});
        await waiting;
        listeners.splice(listeners.indexOf(loaded), 1);
      }
    },
    // `j`, `Enter`, `Escape`, `/`, `ArrowDown`.
    async key(key) {
      const text = key.length === 1 ? key : key === 'Enter' ? '\r' : '';
      const keyCode = {Enter: 13, Escape: 27, ArrowDown: 40, ArrowUp: 38, Tab: 9}[key] ?? key.toUpperCase().charCodeAt(0);
      await send('Input.dispatchKeyEvent', {type: text ? 'keyDown' : 'rawKeyDown', key, text, windowsVirtualKeyCode: keyCode});
      await send('Input.dispatchKeyEvent', {type: 'keyUp', key, windowsVirtualKeyCode: keyCode});
    },
    async type(text) {
      for (const key of text) await page.key(key);
    },
    async picture() { return Buffer.from((await send('Page.captureScreenshot', {format: 'png'})).data, 'base64'); },
    async pdf() { return Buffer.from((await send('Page.printToPDF', {preferCSSPageSize: true})).data, 'base64'); },
    async close() {
      session = undefined;
      send('Browser.close').catch(() => {});
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(timer);
      rmSync(folder, {recursive: true, force: true, maxRetries: 5});
    },
  };
  await page.goto(path, fragment);
  return page;
}
