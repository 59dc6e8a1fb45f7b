// Takes the pictures in ../docs/screenshots, of the demo's data. Needs `cargo build -p offhook`; afterwards
// `pngquant --force --ext .png 64 docs/screenshots/*.png` makes them small.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import { browserOptions, isLoaded, newPage, openOffice, program, standIn } from './office.js';

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

let pbx;
const browser = await chromium.launch(browserOptions);
try {
  const context = await browser.newContext({ baseURL: url, locale: 'en-GB' });
  const page = await context.newPage();
  await takeWelcome();
  await page.goto('/signin');
  await take(page, 'sign-in', [wide, narrow]);
  await page.request.post('/api/v1/session', { data: { login: 'admin', password } });

  const first = async (list) =>
    (await (await page.request.get(`/api/v1/${list}`)).json()).items[0].id;
  const source = `/admin/sources/${await first('sources')}`;
  const contacts = await (await page.request.get('/api/v1/contacts?limit=2')).json();
  const [one, other] = contacts.items.map(({ id }) => id);
  const pages = {
    phone: '/',
    call: `/?call=${await first('calls?missed=true&limit=1')}`,
    contacts: '/contacts',
    contact: `/contacts/${one}`,
    merge: `/contacts/${one}/merge?with=${other}`,
    'new-contact': '/contacts/new?number=%2B49+30+23125771',
    sources: '/admin/sources',
    'new-source': '/admin/sources/new',
    'source-set-up': source,
    'source-rules': `${source}/rules`,
    'source-access': `${source}/access`,
    'source-keeping': `${source}/keeping`,
    'source-requests': `${source}/requests`,
    requests: '/admin/requests',
    request: `/admin/requests?open=${await first('requests?limit=1')}`,
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
  await takeListening(page);
  await takeRinging(page, contacts.items[0].phones[0]);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto('/');
  await take(page, 'phone-dark', [wide, narrow]);
} finally {
  await browser.close();
  await pbx?.close();
  demo.kill('SIGTERM');
}

/** What is seen first: a server without anybody. */
async function takeWelcome() {
  const office = await openOffice();
  const page = await newPage(office);
  await page.goto(office.welcome);
  await take(page, 'welcome', [wide, narrow]);
  await office.close();
}

/** The small window while somebody calls. */
async function takeRinging(page, from) {
  const source = { name: 'reception', kind: 'generic' };
  const made = await page.request.post('/api/v1/sources', { data: source });
  const { endpoint_url } = await made.json();
  const call = { direction: 'in', callId: 'rings', from, to: '493023125700' };
  await page.request.post(endpoint_url, { data: { ...call, event: 'newCall' } });
  await page.goto('/ring');
  await page.getByRole('list', { name: 'Ringing now' }).waitFor();
  await take(page, 'ring', [{ width: 360, height: 480 }]);
  await page.request.post(endpoint_url, { data: { ...call, event: 'hangup', cause: 'cancel' } });
}

/** A PBX that is listened to, and a call of it. */
async function takeListening(page) {
  await page.goto('/admin/sources/new');
  await page.getByRole('button', { name: 'FreePBX', exact: true }).click();
  await take(page, 'source-pbx-new', [wide, narrow]);
  pbx = await standIn('asterisk', [
    ...['--scenario', 'in_ringgroup_second_answers', '--scenario', 'in_blind_transfer'],
    ...['--speed', '20', '--pause', '0.1'],
  ]);
  const source = { name: 'freepbx', kind: 'asterisk', username: 'offhook', secret: 'any' };
  const made = await page.request.post('/api/v1/sources', {
    data: { ...source, address: pbx.address },
  });
  const { id } = await made.json();
  await takePreview(page);
  const calls = `/api/v1/calls?source_id=${id}`;
  let transferred;
  do {
    const { items } = await (await page.request.get(calls)).json();
    transferred = items.find((call) => call.state === 'ended' && call.transferred_to.length > 0);
  } while (!transferred);
  await page.goto(`/admin/sources/${id}`);
  await take(page, 'source-pbx', [wide, narrow]);
  await page.goto(`/?call=${transferred.id}`);
  await take(page, 'call-transferred', [wide, narrow]);
}

/** What a PBX would bring, before its source is switched on. */
async function takePreview(page) {
  const busy = await standIn('asterisk', ['--scenario', 'mixed_1', '--speed', '8']);
  const source = { name: 'branch', kind: 'asterisk', username: 'offhook', secret: 'any' };
  const config = { inbound: {}, outbound: {}, never: { extensions: ['108'] } };
  const made = await page.request.post('/api/v1/sources', {
    data: { ...source, address: busy.address, config, enabled: false },
  });
  const { id } = await made.json();
  await page.goto(`/admin/sources/${id}`);
  await page.getByRole('row').nth(8).waitFor();
  await busy.close();
  await take(page, 'source-preview', [wide, narrow]);
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
