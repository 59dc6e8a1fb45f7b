// One call and all that is done with it: the drawer, notes, blocking, keys, filters, the long log.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  beEmma,
  complaints,
  connectPbx,
  fitsAPhone,
  isAccessible,
  newPage,
  openOffice,
  password,
  signIn,
} from './office.js';
import { nothingRan, ODD } from './odd.js';

let office, page, pbx;
let calls = 0;

const row = (text) => page.locator('li.row', { hasText: text });
const drawer = () => page.getByRole('complementary', { name: 'Call' });
const strip = () => page.getByRole('list', { name: 'Ringing now' });

/** Makes it through the API, as the one who is signed in. */
async function make(path, data) {
  const made = await page.request.post(path, { data });
  assert.ok(made.ok(), await made.text());
  return made.json();
}

/** A call that nobody answers. */
async function missed(from, more = {}) {
  const call = { callId: `call ${++calls}`, from, ...more };
  await pbx({ ...call, event: 'newCall' });
  await pbx({ ...call, event: 'hangup', cause: 'cancel' });
}

async function open(address = '/') {
  await page.goto(address);
  await page.locator('.connection.live').waitFor();
}

before(async () => {
  office = await openOffice();
  page = await newPage(office);
  await beEmma(office, page);
  pbx = await connectPbx(page);
  await make('/api/v1/contacts', {
    name: 'Anna Lopez',
    organization: 'Awesome Ltd',
    phones: ['493023125771'],
  });
  // Nothing leads away from the log.
  const preferences = { pop: [], notifications: false };
  await page.request.patch('/api/v1/me', { data: { preferences } });
});

after(() => office?.close());

test('a call opens beside the log and tells what happened', async () => {
  await missed('493023125771');
  const call = { callId: 'told', from: '493023125771', user: 'Chris Miller' };
  await pbx({ ...call, event: 'newCall' });
  await open();
  await row('Anna Lopez').first().getByRole('link', { name: 'Anna Lopez' }).click();
  await page.waitForURL(/\?call=\d+/);
  await drawer().getByText('Rang at Chris Miller').waitFor();
  await drawer()
    .getByText(/ringing 0:/)
    .waitFor();
  await pbx({ ...call, event: 'answer', answeringNumber: 'emma' });
  await drawer()
    .getByText(/Emma Taylor took it after \d+ second/)
    .waitFor();
  await pbx({ ...call, event: 'hangup', cause: 'normalClearing' });
  await drawer().getByText('Ended', { exact: true }).waitFor();
  await drawer().getByText('Awesome Ltd').waitFor();
  const tel = drawer().locator('.number a');
  assert.equal(await tel.getAttribute('href'), 'tel:+493023125771');
  await drawer().getByRole('img', { name: '2 calls in 30 days, 1 missed' }).waitFor();
  await isAccessible(page, 'a call');
  await fitsAPhone(page);
});

test('what is half written waits while one looks at other calls', async () => {
  const note = () => drawer().getByLabel('New note');
  await note().fill('wants an off');
  await drawer().locator('section a').first().click();
  await drawer().getByText('The caller gave up').waitFor();
  assert.equal(await note().inputValue(), '');
  // The log goes on meanwhile.
  await missed('492214710301');
  await row('4710301').waitFor();
  await page.goBack();
  await drawer().getByText('Emma Taylor took it').waitFor();
  assert.equal(await note().inputValue(), 'wants an off');
  await note().pressSequentially('er');
  await note().blur();
  await drawer().getByRole('button', { name: 'Keep note' }).click();
  await drawer().locator('article', { hasText: 'wants an offer' }).waitFor();
  assert.equal(await note().inputValue(), '');
});

test('the address opens the call, Escape closes it, and the back button as well', async () => {
  await page.reload();
  await drawer().locator('article', { hasText: 'wants an offer' }).waitFor();
  await row('Anna Lopez').first().waitFor();
  await page.keyboard.press('Escape');
  await drawer().waitFor({ state: 'detached' });
  assert.equal(new URL(page.url()).search, '');
  const focused = page.locator('li.row a.name:focus');
  await focused.waitFor();
  assert.match(await focused.innerText(), /Anna Lopez/);
  await focused.press('Enter');
  await drawer().getByText('Emma Taylor took it').waitFor();
  await page.goBack();
  await drawer().waitFor({ state: 'detached' });
  // Back leads to no call that was closed, nor through those that were open before it.
  await row('Anna Lopez').first().locator('a.name').press('Enter');
  await drawer().getByText('Emma Taylor took it').waitFor();
  const first = page.url();
  await row('Anna Lopez').last().locator('a.name').click();
  await page.waitForURL((url) => url.href !== first);
  await page.keyboard.press('Escape');
  await drawer().waitFor({ state: 'detached' });
  await page.goBack();
  await row('Anna Lopez').first().waitFor();
  assert.equal(new URL(page.url()).search, '');
  assert.equal(await drawer().count(), 0);
});

test('a caller that is not there says so, and goes on', async () => {
  await open('/?call=999999');
  await drawer().getByText('The call could not be loaded.').waitFor();
  await isAccessible(page, 'no such call');
  await page.keyboard.press('Escape');
  await drawer().waitFor({ state: 'detached' });
});

test('a caller is blocked from the log, and rejected the next time', async () => {
  await missed('492214710366');
  await row('4710366').waitFor();
  await row('4710366').locator('a.name').click();
  await drawer().getByRole('button', { name: 'Block' }).click();
  const dialog = page.getByRole('dialog', { name: /^Block \+49 221 4710366/ });
  await dialog.getByText('would have rejected 1 call.').waitFor();
  await isAccessible(page, 'blocking');
  await dialog.getByLabel('Reason').fill('sells windows');
  await dialog.getByLabel('Until').selectOption({ label: '7 days' });
  await dialog.getByRole('button', { name: 'Block' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('+49 221 4710366 is blocked.').waitFor();
  await pbx({ event: 'newCall', callId: 'blocked', from: '492214710366' });
  await row('4710366').getByText('blocked', { exact: true }).waitFor();
  const { items } = await (await page.request.get('/api/v1/sources')).json();
  const [entry] = items[0].config.inbound.block_caller_ids;
  assert.equal(entry.note, 'sells windows');
  const days = (Date.parse(entry.expires_at) - Date.now()) / 86_400_000;
  assert.ok(days > 6.9 && days <= 7, entry.expires_at);
});

test('agents have no button for what they may not do', async () => {
  await make('/api/v1/users', { login: 'chris', name: 'Chris Miller', role: 'agent', password });
  const agent = await newPage(office);
  await signIn(agent, 'chris', password);
  await agent.goto('/');
  await agent.locator('li.row a.name').first().click();
  const aside = agent.getByRole('complementary', { name: 'Call' });
  await aside.getByRole('button', { name: /^(Done|Open again)$/ }).waitFor();
  assert.equal(await aside.getByRole('button', { name: 'Block' }).count(), 0);
  await agent.context().close();
});

test('after a reload the strip shows what rings for me alone', async () => {
  const kim = { login: 'kim', name: 'Kim', phones: ['777'] };
  await page.request.post('/api/v1/users', { data: kim });
  await pbx({ event: 'newCall', callId: 'kims', from: '493023188001', user: '777' });
  await pbx({ event: 'newCall', callId: 'everybodys', from: '493023188002' });
  await open();
  await strip().getByText('23188002').waitFor();
  assert.equal(await strip().getByText('23188001').count(), 0);
  await row('23188001').waitFor();
  for (const callId of ['kims', 'everybodys']) {
    await pbx({ event: 'hangup', callId, cause: 'cancel' });
  }
  await strip().waitFor({ state: 'detached' });
});

test('what rings says what is known, opens, and is muted here', async () => {
  await open();
  await missed('493023125771');
  await pbx({ event: 'newCall', callId: 'others', from: '492214710302', user: 'Chris Miller' });
  await strip().getByText('Never called before').waitFor();
  const fresh = strip().getByRole('link', { name: 'New contact' });
  assert.match(await fresh.getAttribute('href'), /^\/contacts\/new\?number=.*4710302&call=\d+$/);
  await pbx({ event: 'newCall', callId: 'mine', from: '493023125771', user: 'Emma Taylor' });
  const first = strip().getByRole('listitem').first();
  await first.getByText('Anna Lopez').waitFor();
  await first.getByText(/Last call .*missed/).waitFor();
  await first.getByText('2 missed calls open').waitFor();
  await first.getByText('wants an offer').waitFor();
  await isAccessible(page, 'known callers');
  await fitsAPhone(page);
  const other = await page.context().newPage();
  await other.goto('/');
  await other.getByRole('list', { name: 'Ringing now' }).waitFor();
  await first.getByRole('button', { name: 'Mute here' }).click();
  await strip().getByText('Anna Lopez').waitFor({ state: 'detached' });
  await other
    .getByRole('list', { name: 'Ringing now' })
    .getByText('Anna Lopez')
    .waitFor({ state: 'detached' });
  await other.close();
  await row('Anna Lopez').getByText('ringing', { exact: true }).waitFor();
  await strip().getByRole('link', { name: 'Open' }).click();
  await drawer().getByText('Rang at Chris Miller').waitFor();
  for (const callId of ['others', 'mine']) await pbx({ event: 'hangup', callId, cause: 'cancel' });
  await strip().waitFor({ state: 'detached' });
});

test('keys alone, from signing in to done', async () => {
  await page.context().clearCookies();
  await page.goto('/');
  await page.getByLabel('Login').focus();
  await page.keyboard.type('emma');
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await page.locator('li.row').first().waitFor();
  await page.locator('.connection.live').waitFor();
  const focused = () => page.evaluate(() => document.activeElement?.matches('li.row a.name'));
  for (let n = 0; n < 40 && !(await focused()); n++) await page.keyboard.press('Tab');
  assert.ok(await focused(), 'Tab leads to the log');
  await page.keyboard.press('Home');
  const place = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('li.row a.name')].indexOf(document.activeElement),
    );
  assert.equal(await place(), 0);
  await page.keyboard.press('ArrowDown');
  assert.equal(await place(), 1);
  await page.keyboard.press('End');
  assert.equal(await place(), (await page.locator('li.row').count()) - 1);
  await page.keyboard.press('Home');
  const first = page.locator('li.row').first().getByRole('checkbox', { checked: false });
  await first.waitFor();
  await page.keyboard.press('Space');
  await first.waitFor({ state: 'detached' });
  await page.keyboard.press('Enter');
  await drawer().waitFor();
  await page.keyboard.press('Escape');
  await drawer().waitFor({ state: 'detached' });
  assert.equal(await place(), 0);
  await page.keyboard.press('b');
  await page.getByRole('dialog', { name: /^Block/ }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  // As a click on the number does: the phone system dials.
  const dial = { id: 'a', source: 'pbx', from: '101', to: '49', pretty: '+49', state: 'ringing' };
  await page.route('**/api/v1/dial', (route) => route.fulfill({ json: dial }));
  await page.keyboard.press('c');
  const notice = page.getByRole('region', { name: 'Dialling' });
  await notice.getByText('Your phone 101 rings: pick it up to call +49.').waitFor();
  await notice.getByRole('button', { name: 'Close' }).click();
});

test('who is called can not be blocked', async () => {
  await pbx({ event: 'newCall', callId: 'out', direction: 'out', from: '22', to: '4989123457' });
  await row('89 123457').locator('a.name').focus();
  await page.keyboard.press('b');
  await page.keyboard.press('Enter');
  await drawer().getByRole('link', { name: 'Call back' }).waitFor();
  assert.equal(await page.getByRole('dialog').count(), 0);
  assert.equal(await drawer().getByRole('button', { name: 'Block' }).count(), 0);
  await pbx({ event: 'hangup', callId: 'out', cause: 'cancel' });
  await page.keyboard.press('Escape');
  await drawer().waitFor({ state: 'detached' });
});

test('? tells the keys, and letters can be switched off', async () => {
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keys' });
  await dialog.getByText('block the caller').waitFor();
  await isAccessible(page, 'keys');
  const kept = page.waitForResponse((answer) => answer.request().method() === 'PATCH');
  await dialog.getByRole('switch', { name: 'Single letters are commands' }).click();
  await kept;
  await dialog.getByText('block the caller').waitFor({ state: 'detached' });
  await dialog.getByRole('switch', { name: 'Low rows' }).click();
  await page.locator('li.row.compact').first().waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await page.keyboard.press('Home');
  await page.locator('li.row a.name').first().focus();
  await page.keyboard.press('b');
  await page.keyboard.press('?');
  // Had a letter opened anything, the drawer would not be the next thing that opens.
  await page.keyboard.press('Enter');
  await drawer().waitFor();
  assert.equal(await page.getByRole('dialog').count(), 0);
  await page.request.patch('/api/v1/me', {
    data: { preferences: { single_keys: true, compact: false } },
  });
});

test('a number is given to whom it may be, at once', async () => {
  await make('/api/v1/contacts', { name: 'Marcel Herrguth', note: 'at times +49 221 4710355' });
  await missed('492214710355');
  await open();
  await row('Marcel Herrguth?').locator('a.name').click();
  const give = drawer().getByRole('button', { name: 'Assign to Marcel Herrguth' });
  await isAccessible(page, 'a caller who may be somebody');
  await give.click();
  await page.getByText('+49 221 4710355 belongs to Marcel Herrguth now.').waitFor();
  await give.waitFor({ state: 'detached' });
});

test('contacts follow the address, and the address what is searched', async () => {
  await open('/contacts?q=Anna');
  const contact = (name) => page.locator('main').getByRole('link', { name });
  const field = page.getByLabel('Search contacts');
  await contact('Anna Lopez').waitFor();
  await field.fill('Marcel');
  await contact('Marcel Herrguth').click();
  await page.getByRole('heading', { name: 'Marcel Herrguth' }).waitFor();
  await page.goBack();
  await contact('Marcel Herrguth').waitFor();
  assert.equal(await field.inputValue(), 'Marcel');
  await page.getByRole('link', { name: 'Contacts', exact: true }).click();
  await contact('Anna Lopez').waitFor();
  assert.equal(await field.inputValue(), '');
});

test('filters stand in the address, for the list, the CSV and what is marked done', async () => {
  await missed('492214710303', { queue: 'Sales' });
  await missed('492214710304', { queue: 'Support' });
  await open();
  await row('4710303').waitFor();
  await page.getByLabel('Queue').selectOption({ label: 'Sales' });
  await row('4710304').waitFor({ state: 'detached' });
  await page.getByLabel('Period').selectOption({ label: 'Last 7 days' });
  await page.getByRole('link', { name: /^Missed/ }).click();
  await page.waitForURL((url) => url.searchParams.get('show') === 'missed');
  await page.reload();
  await row('4710303').waitFor();
  assert.equal(await page.locator('li.row').count(), 1);
  await isAccessible(page, 'filters');
  await fitsAPhone(page);
  const address = await page.getByRole('link', { name: 'Save as CSV' }).getAttribute('href');
  const csv = await (await page.request.get(address)).text();
  assert.equal(csv.trim().split('\n').length, 2, csv);
  assert.match(csv, /4710303/);
  // The others stay as they are.
  await missed('492214710303', { queue: 'Sales' });
  await page.getByRole('button', { name: 'Mark all done' }).click();
  await page.getByText(/2 missed calls marked as done/).waitFor();
  await page.getByRole('link', { name: 'All', exact: true }).click();
  await page.waitForURL((url) => !url.searchParams.has('show'));
  await page.getByLabel('Queue').selectOption({ label: 'Support' });
  await row('4710304').getByRole('checkbox', { checked: false }).waitFor();
  await page.goBack();
  await page.waitForURL((url) => url.searchParams.get('queue') === 'Sales');
  await page.getByRole('link', { name: 'Mine' }).click();
  await page.waitForURL((url) => url.searchParams.get('show') === 'mine');
  await page.getByText('There are no such calls').waitFor();
  // What I missed and made comes in by itself, and is there after a reload; nothing of others.
  await missed('492214710305', { queue: 'Sales', user: 'emma' });
  await missed('492214710306', { queue: 'Sales', user: 'chris' });
  const out = { callId: 'out of mine', direction: 'out', from: '22', to: '492214710307' };
  await pbx({ ...out, event: 'newCall', queue: 'Sales', user: 'emma' });
  await row('4710307').waitFor();
  await pbx({ ...out, event: 'hangup', cause: 'busy' });
  await row('4710307').getByText('busy', { exact: true }).waitFor();
  const mine = async () => {
    await row('4710305').waitFor();
    await row('4710307').waitFor();
    assert.equal(await page.locator('li.row').count(), 2);
  };
  await mine();
  await page.reload();
  await mine();
});

test('a long log is drawn where it is seen, and stays where it is read', async () => {
  await page.setViewportSize({ width: 1280, height: 720 });
  for (let from = 0; from < 240; from += 20) {
    const some = Array.from({ length: 20 }, (_, n) => missed(`4930700${1000 + from + n}`));
    await Promise.all(some);
  }
  await open();
  await page.locator('li.row a.name').first().focus();
  const box = page.locator('.box');
  const oldest = row('Anna Lopez').last();
  const deadline = Date.now() + 20_000;
  while (!(await oldest.isVisible()) && Date.now() < deadline) await page.keyboard.press('End');
  await oldest.waitFor();
  assert.ok((await page.locator('li.row').count()) < 60, 'only what is seen is drawn');
  await page.keyboard.press('PageUp');
  await page.keyboard.press('PageUp');
  const read = page.locator('li.row:focus-within');
  const before = { name: await read.innerText(), ...(await read.boundingBox()) };
  await missed('492214710377');
  const chip = page.getByRole('button', { name: '1 new call' });
  await chip.waitFor();
  await page.waitForFunction(
    (y) =>
      Math.abs(document.querySelector('li.row:focus-within')?.getBoundingClientRect().y - y) < 2,
    before.y,
  );
  assert.equal(await read.innerText(), before.name);
  await chip.click();
  await row('4710377').waitFor();
  assert.equal(await box.evaluate((node) => node.scrollTop), 0);
  await chip.waitFor({ state: 'detached' });
});

/** An endpoint of this kind, told of things as forms. */
async function provider(kind) {
  const { endpoint_url } = await make('/api/v1/sources', { name: `${kind} <b>`, kind });
  return async (form) => {
    const answer = await fetch(endpoint_url, { method: 'POST', body: new URLSearchParams(form) });
    assert.ok(answer.ok, await answer.text());
  };
}

test('whatever comes in, by whichever door, is text', async () => {
  const sipgate = await provider('sipgate');
  const placetel = await provider('placetel');
  for (const [n, odd] of ODD.entries()) {
    const call = { callId: `odd${n} ${odd}`, from: odd, to: odd, user: odd, queue: odd, odd };
    await pbx({ ...call, event: 'newCall' });
    await pbx({ ...call, event: 'answer', answeringNumber: odd });
    await pbx({ ...call, event: 'hangup', cause: odd });
    await pbx({
      event: 'newCall',
      callId: `out${n}`,
      direction: 'out',
      from: odd,
      to: odd,
      user: odd,
    });
    const id = `sipgate${n}${odd}`;
    const form = { event: 'newCall', direction: 'in', callId: id, from: odd, to: odd };
    await sipgate({ ...form, 'user[]': odd, 'userId[]': odd, xcid: odd, diversion: odd });
    await sipgate({ event: 'hangup', direction: 'in', callId: id, cause: odd });
    const call_id = `placetel${n}${odd}`;
    await placetel({ event: 'IncomingCall', from: odd, to: odd, call_id, direction: 'in' });
    await placetel({ event: 'CallAccepted', from: odd, to: odd, call_id, peer: odd });
    await placetel({ event: 'HungUp', from: odd, to: odd, call_id, type: odd });
  }
  await make('/api/v1/contacts', {
    name: ODD[0],
    organization: ODD[1],
    phones: ['4930999001'],
    note: ODD.join(' '),
  });
  await missed('4930999001', { user: ODD[1], queue: ODD[0] });
  await pbx({ event: 'newCall', callId: 'rings oddly', from: '4930999001', user: ODD[0] });
  await open();
  await strip().getByText(ODD[1]).waitFor();
  const answer = await page.request.get('/api/v1/calls?limit=30');
  const { items } = await answer.json();
  const sources = new Set(items.map(({ source }) => source));
  assert.deepEqual([...sources].sort(), ['office', 'placetel <b>', 'sipgate <b>']);
  const odd = items.filter((call) => JSON.stringify(call).includes('taken='));
  assert.ok(odd.length >= 8, `${odd.length} odd calls`);
  for (const { id } of items.slice(0, 20)) {
    await page.goto(`/?call=${id}`);
    const note = drawer().getByLabel('New note');
    await note.fill(ODD.join('\n'));
    await drawer().getByRole('button', { name: 'Keep note' }).click();
    await drawer().locator('article', { hasText: ODD[0] }).waitFor();
    await nothingRan(page);
  }
  await drawer().getByText(ODD[0]).first().waitFor();
  await isAccessible(page, 'odd texts');
  await fitsAPhone(page);
  await page.goto(`/?q=${encodeURIComponent(`${ODD[1]} nobody`)}`);
  await page.getByText(`Nothing found for “${ODD[1]} nobody”`).waitFor();
  await nothingRan(page);
  await pbx({ event: 'hangup', callId: 'rings oddly', cause: 'cancel' });
});

test('nothing on the way was refused or went wrong', () => {
  assert.deepEqual(complaints, []);
});
