// What happens by itself: callers open where their agent sits, and nowhere else.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  beEmma,
  blockPopups,
  complaints,
  connectPbx,
  isAccessible,
  newPage,
  openOffice,
  password,
  signIn,
} from './office.js';
import { layWire } from './wire.js';

let office, emma, chris, home, pbx, contact;
let calls = 0;

/** Somebody calls, and this login takes the call. */
async function answered(by, from = '493023125741') {
  const call = { callId: `call ${++calls}`, from };
  await pbx({ ...call, event: 'newCall' });
  await pbx({ ...call, event: 'answer', user: by });
  return call;
}

/** An outbound call that everybody sees: what it is not after, did not happen before. */
async function settled(...pages) {
  const to = `4940${7000 + ++calls}`;
  await pbx({ event: 'newCall', callId: `call ${calls}`, direction: 'out', from: '1', to });
  for (const page of pages) {
    await page.goto('/');
    await page.locator('li.row', { hasText: to.slice(-4) }).waitFor();
  }
}

const pop = (page, preferences) => page.request.patch('/api/v1/me', { data: { preferences } });

before(async () => {
  office = await openOffice();
  [emma, home, chris] = await Promise.all([newPage(office), newPage(office), newPage(office)]);
  await beEmma(office, emma);
  await signIn(home, 'emma', password);
  pbx = await connectPbx(emma);
  const people = [
    ['/api/v1/users', { login: 'chris', name: 'Chris Miller', role: 'agent', password }],
    ['/api/v1/contacts', { name: 'Anna Lopez', phones: ['493023125741'] }],
  ];
  for (const [path, data] of people) {
    const made = await emma.request.post(path, { data });
    contact = await made.json();
  }
  await signIn(chris, 'chris', password);
  for (const page of [home, chris, emma]) {
    await page.goto('/');
    await page.locator('.connection.live').waitFor();
  }
});

after(() => office?.close());

test('who answers gets the caller, in the browser used last and in no other', async () => {
  await emma.keyboard.press('Shift');
  await answered('emma');
  await emma.waitForURL(`**/contacts/${contact.id}`);
  await settled(home, chris);
  for (const page of [home, chris]) assert.equal(new URL(page.url()).pathname, '/');
});

test('nothing pops for those who switched the phone off', async () => {
  await chris.getByRole('switch').click();
  await chris.getByRole('switch', { checked: false }).waitFor();
  await answered('chris');
  await chris.locator('li.row', { hasText: 'talking' }).first().waitFor();
  assert.equal(new URL(chris.url()).pathname, '/');
  await chris.getByRole('switch').click();
});

test('an unknown caller becomes a form with the number in it', async () => {
  await chris.getByRole('switch', { checked: true }).waitFor();
  await answered('chris', '492214710334');
  await chris.waitForURL(/\/contacts\/new\?number=%2B49\+?/);
  const number = chris.getByLabel('Numbers 1', { exact: true });
  assert.match((await number.inputValue()).replaceAll(' ', ''), /4710334$/);
  // The next caller has a form of their own.
  await answered('chris', '492214710335');
  await chris.waitForURL(/335/);
  assert.match((await number.inputValue()).replaceAll(' ', ''), /4710335$/);
  await chris.goto('/');
});

test('pops when it rings, for those who wish so', async () => {
  await pop(emma, { pop: ['ring'] });
  await emma.goto('/');
  await emma.locator('.connection.live').waitFor();
  await emma.keyboard.press('Shift');
  await pbx({ event: 'newCall', callId: 'rings', from: '493023125741' });
  await emma.waitForURL(`**/contacts/${contact.id}`);
  await pbx({ event: 'hangup', callId: 'rings', from: '493023125741', cause: 'cancel' });
  await pop(emma, { pop: ['answer'] });
});

test('a pop waits as a bar while somebody types, and Enter opens it', async () => {
  await emma.goto('/contacts/new');
  await emma.locator('.connection.live').waitFor();
  const name = emma.getByLabel('Name', { exact: true });
  await name.fill('half writ');
  await answered('emma');
  await emma.getByText('Anna Lopez is on the phone').waitFor();
  await isAccessible(emma, 'a pop that waits');
  await emma.keyboard.type('ten');
  assert.equal(await name.inputValue(), 'half written');
  await name.blur();
  await emma.keyboard.press('Enter');
  await emma.waitForURL(`**/contacts/${contact.id}`);
  await emma.goBack();
  assert.equal(await name.inputValue(), 'half written');
  await emma.getByRole('button', { name: 'Cancel' }).click();
  await name.waitFor({ state: 'detached' });
});

test('a half-written note is kept through a pop', async () => {
  await emma.goto('/');
  await emma.locator('.connection.live').waitFor();
  await emma.locator('li.row a.name').first().click();
  const note = emma.getByLabel('New note');
  await note.fill('wants an off');
  await note.blur();
  const at = emma.url();
  await answered('emma');
  await emma.getByText('Anna Lopez is on the phone').waitFor();
  assert.equal(emma.url(), at);
  await emma.keyboard.press('Enter');
  await emma.waitForURL(`**/contacts/${contact.id}`);
  await emma.goBack();
  assert.equal(await note.inputValue(), 'wants an off');
  await note.fill('');
});

test('what is chosen and not saved holds a pop off, and is not left unasked', async () => {
  await emma.goto('/admin/settings');
  await emma.locator('.connection.live').waitFor();
  const country = emma.getByLabel('Country');
  await country.selectOption('FR');
  await country.blur();
  const answers = [];
  let leave = false;
  const answer = (dialog) => {
    answers.push(leave);
    return leave ? dialog.accept() : dialog.dismiss();
  };
  emma.on('dialog', answer);
  const bar = emma.getByText('Anna Lopez is on the phone');
  await answered('emma');
  await bar.waitFor();
  assert.deepEqual(answers, [], 'nobody wished to leave');
  await emma.keyboard.press('Enter');
  await bar.waitFor();
  assert.equal(await country.inputValue(), 'FR');
  leave = true;
  await emma.keyboard.press('Enter');
  await emma.waitForURL(`**/contacts/${contact.id}`);
  assert.deepEqual(answers, [false, true]);
  emma.off('dialog', answer);
});

test('a page of others opens in one window, which a click opens where the browser blocks it', async () => {
  const template = `${office.url}/signin?n={number}&c={call_id}`;
  await emma.request.patch('/api/v1/settings', { data: { pop_url_template: template } });
  await blockPopups(emma);
  await emma.goto('/');
  await emma.locator('.connection.live').waitFor();
  await answered('emma');
  await emma.getByText('The browser did not let us open').waitFor();
  await isAccessible(emma, 'a pop that was blocked');
  const opened = emma.context().waitForEvent('page');
  await emma.getByRole('button', { name: /^Open/ }).click();
  const helpdesk = await opened;
  await helpdesk.waitForURL(/n=493023125741/);
  const { callId } = await answered('emma', '492214710399');
  await helpdesk.waitForURL((url) => url.searchParams.get('c') === callId);
  assert.equal(emma.context().pages().length, 2);
  assert.equal(await helpdesk.evaluate(() => window.opener), null);
  await helpdesk.close();
  await emma.request.patch('/api/v1/settings', { data: { pop_url_template: null } });
});

test('the bell falls silent in whichever tab one says so', async () => {
  await emma.goto('/');
  const heard = await emma.context().newPage();
  await heard.addInitScript(() => {
    const { setInterval, clearInterval } = window;
    window.bells = new Set();
    window.setInterval = (what, ms) => {
      const timer = setInterval(what, ms);
      // Of all that is repeated, the bell alone has this pace.
      if (ms === 3000) window.bells.add(timer);
      return timer;
    };
    window.clearInterval = (timer) => {
      window.bells.delete(timer);
      clearInterval(timer);
    };
  });
  await heard.goto('/');
  for (const page of [emma, heard]) await page.locator('.connection.live').waitFor();
  const bells = (n) => heard.waitForFunction((n) => window.bells.size === n, n);
  const rings = async (callId) => {
    await heard.keyboard.press('Shift');
    await pbx({ event: 'newCall', callId, from: '493023125741' });
    await bells(1);
  };
  await rings('loud');
  await emma.getByRole('switch').click();
  await bells(0);
  await heard.getByRole('switch', { checked: false }).waitFor();
  await pbx({ event: 'hangup', callId: 'loud', cause: 'cancel' });
  await emma.getByRole('switch').click();
  await heard.getByRole('switch', { checked: true }).waitFor();
  await rings('muted');
  await emma.getByRole('button', { name: 'Mute here' }).click();
  await bells(0);
  // It rings at one more phone.
  await heard.keyboard.press('Shift');
  await pbx({ event: 'newCall', callId: 'muted', from: '493023125741', user: 'Emma Taylor' });
  await settled(emma);
  await bells(0);
  await pbx({ event: 'hangup', callId: 'muted', cause: 'cancel' });
  await heard.close();
});

test('the small window shows what rings', async () => {
  const opened = emma.context().waitForEvent('page');
  await emma.getByRole('button', { name: /settings and sign out/ }).click();
  await emma.getByRole('menuitem', { name: 'Ring window' }).click();
  const ring = await opened;
  await ring.getByText('Nothing rings').waitFor();
  await pbx({ event: 'newCall', callId: 'small', from: '493023125741' });
  await ring.getByRole('list', { name: 'Ringing now' }).getByText('Anna Lopez').waitFor();
  await isAccessible(ring, 'ring window');
  await pbx({ event: 'hangup', callId: 'small', from: '493023125741', cause: 'cancel' });
  await ring.getByText('Nothing rings').waitFor();
  const there = emma.context().pages().length;
  await emma.goto('/contacts');
  await ring.getByRole('link', { name: 'All calls' }).click();
  await emma.waitForURL(`${office.url}/`);
  assert.equal(emma.context().pages().length, there, 'the page that is there is used');
  await ring.close();
});

test('where only the small window is open, a pop waits in it', async () => {
  const small = await newPage(office);
  await signIn(small, 'chris', password);
  await small.goto('/ring');
  await small.locator('.connection.live').waitFor();
  await small.keyboard.press('Shift');
  await answered('chris');
  await small.getByText('Anna Lopez is on the phone').waitFor();
  assert.equal(new URL(small.url()).pathname, '/ring');
  const opened = small.context().waitForEvent('page');
  await small.getByRole('button', { name: /^Open/ }).click();
  await (await opened).waitForURL(`**/contacts/${contact.id}`);
  await small.context().close();
});

test('twenty tabs share one stream, and one of them opens the caller', async () => {
  const listeners = async () => {
    const text = await (await fetch(`${office.url}/metrics`)).text();
    return Number(/^offhook_listeners (\d+)/m.exec(text)?.[1]);
  };
  await emma.goto('/');
  await emma.locator('.connection.live').waitFor();
  const before = await listeners();
  const tabs = [];
  for (let n = 0; n < 19; n++) {
    const tab = await emma.context().newPage();
    await tab.goto('/');
    await tab.locator('.connection.live').waitFor();
    tabs.push(tab);
  }
  assert.equal(await listeners(), before);
  await tabs[7].keyboard.press('Shift');
  await answered('emma');
  await tabs[7].waitForURL(`**/contacts/${contact.id}`);
  for (const tab of [emma, ...tabs].filter((tab) => tab !== tabs[7])) {
    assert.equal(new URL(tab.url()).pathname, '/');
  }
  await Promise.all(tabs.map((tab) => tab.close()));
});

test('what another browser switched off is off here once the page loads anew', async () => {
  await emma.goto('/');
  await emma.locator('.connection.live').waitFor();
  for (const [phone, country] of [
    [false, 'AT'],
    [true, 'DE'],
  ]) {
    await pop(home, { phone });
    // All numbers are read anew, and then all pages load anew.
    await home.request.patch('/api/v1/settings', { data: { country } });
    await emma.getByRole('switch', { checked: phone }).waitFor();
  }
});

test('a lost network is said, and what was missed is there when it is back', async () => {
  const wire = await layWire(office.url);
  const page = await newPage({ ...office, url: wire.url });
  await signIn(page, 'chris', password);
  await page.goto('/');
  await page.locator('.connection.live').waitFor();
  wire.cut();
  await page.locator('.connection.connecting').waitFor();
  await page.getByText('No connection to the server since').waitFor();
  await isAccessible(page, 'no connection');
  const call = { callId: 'missed', from: '4989123456' };
  await pbx({ ...call, event: 'newCall' });
  await pbx({ ...call, event: 'hangup', cause: 'cancel' });
  await pop(chris, { phone: false });
  wire.mend();
  await page.locator('.connection.live').waitFor();
  await page.getByRole('switch', { checked: false }).waitFor();
  await pop(chris, { phone: true });
  await page.locator('li.row', { hasText: '89 123456' }).waitFor();
  assert.equal(await page.locator('li.row', { hasText: '89 123456' }).count(), 1);
  await page.getByText('No connection to the server since').waitFor({ state: 'detached' });
  await page.context().close();
  await wire.close();
});

test('nothing on the way was refused or went wrong', () => {
  assert.deepEqual(complaints, []);
});
