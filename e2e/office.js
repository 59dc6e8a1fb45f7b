// The real program with an empty database, a PBX that calls it, and a browser: what journeys need.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';

export const program = (profile) =>
  new URL(`../target/${profile}/offhook`, import.meta.url).pathname;

/** Chromium as Debian ships it; without the traffic it makes of its own. */
export const browserOptions = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ],
};

/** Starts the server on a free port; `welcome` is the link that makes the first administrator. */
export async function openOffice(profile = 'debug') {
  const data = await mkdtemp(join(tmpdir(), 'offhook-e2e-'));
  const server = spawn(program(profile), ['serve', '--listen', '127.0.0.1:0', '--data', data], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const lines = createInterface({ input: server.stdout });
  let url, welcome;
  for await (const line of lines) {
    url ??= /^listening on (\S+)/.exec(line)?.[1];
    welcome ??= /(\S+\/welcome#\S+)/.exec(line)?.[1];
    if (url && welcome) break;
  }
  const browser = await chromium.launch(browserOptions);
  return {
    url,
    welcome,
    browser,
    async close() {
      await browser.close();
      if (server.exitCode === null && server.signalCode === null) {
        const ended = new Promise((end) => server.once('exit', end));
        server.kill('SIGTERM');
        await ended;
      }
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** Stands in for a PBX that offhook listens to; answers where. */
export async function standIn(pbx, more = [], listen = '127.0.0.1:0') {
  const settings = ['simulate', '--pbx', pbx, '--listen', listen, ...more];
  const child = spawn(program('debug'), settings, { stdio: ['ignore', 'pipe', 'ignore'] });
  let address;
  for await (const line of createInterface({ input: child.stdout })) {
    address = /^listening on (\S+)/.exec(line)?.[1];
    if (address) break;
  }
  return {
    address,
    close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((end) => child.once('exit', end));
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** What the pages complained of: errors, and what the Content-Security-Policy refused. */
export const complaints = [];

/** A page of a browser of its own, in which nobody is signed in. */
export async function newPage(office, options = {}) {
  const context = await office.browser.newContext({
    baseURL: office.url,
    locale: 'en-GB',
    ...options,
  });
  context.on('weberror', (error) => complaints.push(error.error().message));
  context.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) complaints.push(message.text());
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  return page;
}

export const password = 'a longer sentence';

/** Makes the first administrator, Emma, who is signed in in this page's browser from then on. */
export async function beEmma(office, page) {
  const key = new URL(office.welcome).hash.slice(1);
  const data = { key, login: 'emma', name: 'Emma Taylor', password };
  const answer = await page.request.post('/api/v1/welcome', { data });
  assert.ok(answer.ok(), await answer.text());
}

/** Signs this page's browser in. */
export async function signIn(page, login, password) {
  const answer = await page.request.post('/api/v1/session', { data: { login, password } });
  assert.ok(answer.ok(), await answer.text());
}

/** From the next page on, windows open by clicks alone: the browser of a test is not that strict. */
export function blockPopups(page) {
  return page.addInitScript(() => {
    const { open } = window;
    let clicked = -Infinity;
    addEventListener('pointerdown', () => (clicked = performance.now()), true);
    window.open = (...where) => (performance.now() - clicked < 1000 ? open(...where) : null);
  });
}

/** Nothing for axe to complain of, in light and dark. */
export async function isAccessible(page, what) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // The colours are there with the next frame.
    await page.evaluate(
      () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
    );
    const { violations } = await new AxeBuilder({ page }).analyze();
    const said = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html)}`);
    assert.deepEqual(said, [], `${what}, ${colorScheme}`);
  }
}

/** Nothing on the page waits for an answer any more. */
export async function isLoaded(page) {
  await page.locator('main').waitFor();
  await page.locator('.skeleton').first().waitFor({ state: 'detached' });
}

/** On a phone's screen nothing has to be moved sideways. */
export async function fitsAPhone(page) {
  const size = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  // The frame has the width of the screen, whatever is in it: so its inside counts as well.
  const widest = await page.evaluate(() => {
    const main = document.querySelector('main');
    return Math.max(document.documentElement.scrollWidth, main.scrollWidth);
  });
  await page.setViewportSize(size);
  assert.ok(widest <= 390, `${page.url()} is ${widest} px wide`);
}

/** A PBX of this office: reports events to its own source. */
export async function connectPbx(page) {
  const answer = await page.request.post('/api/v1/sources', {
    data: { name: 'office', kind: 'generic' },
  });
  const { endpoint_url: endpoint } = await answer.json();
  return async (event) => {
    const told = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ direction: 'in', to: '493023125700', ...event }),
    });
    if (!told.ok) throw new Error(`${told.status}: ${await told.text()}`);
  };
}
