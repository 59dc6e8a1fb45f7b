// Takes the pictures in ../docs/screenshots, of the demo's data. Needs `cargo build -p offhook`; afterwards
// `pngquant --force --ext .png 64 docs/screenshots/*.png` makes them small.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import { browserOptions, isLoaded, program } from './office.js';

const folder = new URL('../docs/screenshots/', import.meta.url).pathname;
const wide = { width: 1440, height: 900 };
const narrow = { width: 390, height: 844 };

const demo = spawn(program('debug'), ['demo', '--listen', '127.0.0.1:0', '--seed', '1'], {
  stdio: ['ignore', 'pipe', 'ignore'],
});
let url, password;
for await (const line of createInterface({ input: demo.stdout })) {
  url ??= /web page\s+(\S+)\//.exec(line)?.[1];
  password ??= /administrator\s+admin\s+password (\S+)/.exec(line)?.[1];
  if (password) break;
}

const browser = await chromium.launch(browserOptions);
try {
  const context = await browser.newContext({ baseURL: url, locale: 'en-GB' });
  const page = await context.newPage();
  await page.goto('/signin');
  await take(page, 'sign-in', [wide]);
  await page.request.post('/api/v1/session', { data: { login: 'admin', password } });

  const first = async (list) =>
    (await (await page.request.get(`/api/v1/${list}`)).json()).items[0].id;
  const source = `/admin/sources/${await first('sources')}`;
  const pages = {
    phone: '/',
    call: `/?call=${await first('calls?missed=true&limit=1')}`,
    contacts: '/contacts',
    contact: `/contacts/${await first('contacts?limit=1')}`,
    'new-contact': '/contacts/new?number=%2B49+30+23125771',
    sources: '/admin/sources',
    'new-source': '/admin/sources/new',
    'source-set-up': source,
    'source-rules': `${source}/rules`,
    'source-access': `${source}/access`,
    'source-requests': `${source}/requests`,
    requests: '/admin/requests',
    users: '/admin/users',
    user: `/admin/users/${await first('users')}`,
    tokens: '/admin/tokens',
    settings: '/admin/settings',
    me: '/me',
  };
  await page.goto('/me');
  await page.getByRole('button', { name: 'Not now' }).click();
  for (const [name, address] of Object.entries(pages)) {
    await page.goto(address);
    await take(page, name, [wide, narrow]);
  }
  await page.goto('/ring');
  await take(page, 'ring', [{ width: 360, height: 480 }]);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto('/');
  await take(page, 'phone-dark', [wide, narrow]);
} finally {
  await browser.close();
  demo.kill('SIGTERM');
}

/** Pictures of what is there once everything is loaded and drawn. */
async function take(page, name, sizes) {
  for (const size of sizes) {
    await page.setViewportSize(size);
    await isLoaded(page);
    await page.evaluate(() => document.fonts.ready);
    await page.evaluate(
      () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
    );
    const path = `${folder}${name}${size === narrow ? '-narrow' : ''}.png`;
    await page.screenshot({ path, animations: 'disabled' });
  }
}
