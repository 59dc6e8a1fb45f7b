// A click on a number: the own phone rings, the number is called, and the call is in the log; or
// why not.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  beEmma,
  complaints,
  connectPbx,
  fitsAPhone,
  isAccessible,
  isLoaded,
  newPage,
  openOffice,
  standIn,
} from './office.js';

let office, page, pbx;
const kinds = ['asterisk', 'freeswitch'];
/** The row of the log with this name. */
const row = (name, where = page) => where.locator('li.row', { hasText: name }).first();
const number = (text) => page.getByRole('link', { name: text, exact: true });
const notice = (text) => page.getByRole('status').filter({ hasText: text });
const button = (name) => page.getByRole('button', { name, exact: true });

before(async () => {
  office = await openOffice();
  page = await newPage(office, { viewport: { width: 1440, height: 900 } });
  await beEmma(office, page);
  const { id } = await (await page.request.get('/api/v1/me')).json();
  await page.request.patch(`/api/v1/users/${id}`, { data: { phones: ['101'] } });
});

after(async () => {
  await pbx?.close();
  await office?.close();
});

/** Only this phone system is there, and nothing happens on it. */
async function connect(kind) {
  await pbx?.close();
  const { items } = await (await page.request.get('/api/v1/sources')).json();
  for (const { id } of items) await page.request.delete(`/api/v1/sources/${id}`);
  pbx = await standIn(kind, ['--scenario', 'click2dial_agent_ignores', '--speed', '2']);
  const source = { name: kind, kind, username: 'offhook', secret: 'any', address: pbx.address };
  const made = await page.request.post('/api/v1/sources', { data: source });
  assert.equal(made.status(), 201, await made.text());
  await connected((await made.json()).id);
}

async function connected(id) {
  let state;
  while (state !== 'connected') {
    const source = await (await page.request.get(`/api/v1/sources/${id}`)).json();
    state = source.connection.state;
  }
}

/** A contact with this number, opened. */
async function openContact(name, phone) {
  const made = await page.request.post('/api/v1/contacts', { data: { name, phones: [phone] } });
  await page.goto(`/contacts/${(await made.json()).id}`);
  await isLoaded(page);
}

for (const kind of kinds) {
  test(`from the click to the call: ${kind}`, async () => {
    await connect(kind);
    await openContact('Anna Lopez', '+49 30 23125771');
    const link = number('+49 30 23125771').first();
    await link.click();
    await notice('Your phone 101 rings: pick it up to call +49 30 23125771.').waitFor();
    assert.equal(await link.evaluate((link) => link === document.activeElement), true);
    await notice('Calling +49 30 23125771 …').waitFor();
    await page.getByRole('link', { name: 'To the call' }).click();
    const call = page.getByRole('complementary', { name: 'Call' });
    await call.getByText('+49 30 23125771').first().waitFor();
    // The far side answered: the call itself tells the rest.
    await notice('Calling').waitFor({ state: 'detached' });
    await page.goto('/');
    await isLoaded(page);
    await row('Anna Lopez').waitFor();
  });
}

test('from the log', async () => {
  await page.goto('/');
  await isLoaded(page);
  await number('+49 30 23125771').first().click();
  await notice('Your phone 101 rings').waitFor();
  await notice('Calling').waitFor();
  await button('Close').click();
  await notice('Calling').waitFor({ state: 'detached' });
});

test('a missed call is called back, and done', async () => {
  const tell = await connectPbx(page);
  await openContact('Marcel Herrguth', '+49 30 23125288');
  const call = { callId: 'missed', from: '493023125288' };
  await tell({ ...call, event: 'newCall' });
  await tell({ ...call, event: 'hangup', cause: 'cancel' });
  await page.goto('/');
  await page.getByRole('link', { name: /^Missed/ }).click();
  const missed = row('Marcel Herrguth');
  await missed.getByRole('link', { name: '+49 30 23125288', exact: true }).click();
  await notice('Calling +49 30 23125288 …').waitFor();
  await missed.getByRole('checkbox').check();
  await page.locator('li.row.done', { hasText: 'Marcel Herrguth' }).waitFor();
  await page.getByRole('link', { name: 'Outbound' }).click();
  await row('Marcel Herrguth').waitFor();
  await page.waitForFunction(() => document.title.startsWith('Phone'));
});

test('why nobody is called', async () => {
  for (const [ending, says] of [
    ['404', 'Your phone can not be reached'],
    ['486', 'Your phone is busy, or the call was declined on it.'],
    ['408', 'Your phone was not picked up; nobody was called.'],
  ]) {
    await openContact(`Ending ${ending}`, `+49 30 23125${ending}`);
    await number(`+49 30 23125${ending}`).first().click();
    await notice(says).waitFor();
  }
  await button('Try again').click();
  await notice('Your phone 101 rings').waitFor();
  await notice('Your phone was not picked up').waitFor();
  await isAccessible(page, 'a phone that was not picked up');
  await fitsAPhone(page);
});

test('another browser of somebody else hears nothing of it', async () => {
  const made = await page.request.post('/api/v1/users', {
    data: { login: 'ben', name: 'Ben', role: 'agent', password: 'a longer sentence' },
  });
  assert.equal(made.status(), 201, await made.text());
  const other = await newPage(office);
  await other.request.post('/api/v1/session', {
    data: { login: 'ben', password: 'a longer sentence' },
  });
  await other.goto('/');
  await isLoaded(other);
  await openContact('Samuel Lee', '+49 30 23125144');
  await number('+49 30 23125144').first().click();
  await notice('Calling +49 30 23125144 …').waitFor();
  await row('Samuel Lee', other).waitFor();
  assert.equal(await other.getByText('Your phone').count(), 0);
  assert.equal(await other.getByText('Calling +49').count(), 0);
});

test('nothing on the way was refused', () => assert.deepEqual(complaints, []));
