// A person's way from the first start to the first calls, in a real browser.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { complaints, connectPbx, isAccessible, newPage, openOffice, password } from './office.js';

let office, page, pbx;

/** The row of the log with this name or number. */
const row = (text) => page.locator('li.row', { hasText: text });

before(async () => {
  office = await openOffice();
  page = await newPage(office);
});

after(() => office?.close());

test('the link makes the first administrator and leads to the first question', async () => {
  await page.goto(office.welcome);
  await page.getByLabel('Your name').fill('Emma Taylor');
  await page.getByLabel('Login').fill('emma');
  await page.getByLabel('Password').fill('short');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.locator('[aria-invalid=true]').waitFor();
  await isAccessible(page, 'welcome');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('heading', { name: 'Which phone system do you have?' }).waitFor();
  await page.getByRole('link', { name: 'Phone', exact: true }).click();
  await page.getByText('No calls yet').waitFor();
  await page.getByRole('link', { name: 'Set up a phone system' }).waitFor();
  await isAccessible(page, 'no calls');
});

test('a call appears by itself, rings, is taken and ends', async () => {
  pbx = await connectPbx(page);
  // What pops is told elsewhere (desk.test.js); here one stays at the log.
  await page.request.patch('/api/v1/me', { data: { preferences: { pop: [] } } });
  await page.reload();
  await page.locator('.connection.live').waitFor();
  const call = { callId: 'a', from: '493023125741', user: 'Chris Miller' };
  await pbx({ ...call, event: 'newCall' });
  const strip = page.getByRole('list', { name: 'Ringing now' });
  await strip.getByText('+49 30 23125741').waitFor();
  await row('+49 30 23125741').getByText('ringing', { exact: true }).waitFor();
  await isAccessible(page, 'ringing');
  await pbx({ ...call, event: 'answer', answeringNumber: '22' });
  await strip.waitFor({ state: 'detached' });
  await page.getByText('Chris Miller took the call').waitFor();
  await row('+49 30 23125741')
    .getByText(/talking 0:0/)
    .waitFor();
  await pbx({ ...call, event: 'hangup', cause: 'normalClearing' });
  await row('+49 30 23125741')
    .getByText(/talking/)
    .waitFor({ state: 'detached' });
});

test('a missed call is counted, and done with a way back', async () => {
  for (const [callId, from] of [
    ['b', '492214710334'],
    ['c', '492214710335'],
  ]) {
    await pbx({ event: 'newCall', callId, from });
    await pbx({ event: 'hangup', callId, from, cause: 'cancel' });
  }
  await page.waitForFunction(() => document.title.startsWith('(2)'));
  await row('4710334').getByRole('checkbox').check();
  await page.waitForFunction(() => document.title.startsWith('(1)'));
  await page.getByRole('link', { name: 'Contacts' }).click();
  await page.waitForFunction(() => document.title.startsWith('(1) Contacts'));
  await page.goBack();
  await page.getByRole('link', { name: /^Missed/ }).click();
  await row('23125741').waitFor({ state: 'detached' });
  assert.equal(await page.locator('li.row').count(), 1);
  await page.getByRole('button', { name: 'Mark all done' }).click();
  await page.waitForFunction(() => document.title.startsWith('Phone'));
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.waitForFunction(() => document.title.startsWith('(1)'));
  await isAccessible(page, 'missed');
});

test('what could not be marked as done does not look so', async () => {
  await page.goto('/');
  await page.route('**/api/v1/calls/done', (route) => route.abort());
  const box = row('4710335').getByRole('checkbox');
  await box.dispatchEvent('click');
  await page.getByText('That could not be saved.').waitFor();
  await row('4710335').getByRole('checkbox', { checked: false }).waitFor();
  await page.unroute('**/api/v1/calls/done');
});

test('which way a call went is seen on a phone as well', async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  const call = { callId: 'out', direction: 'out', from: '22', to: '4989123456' };
  await pbx({ ...call, event: 'newCall' });
  await pbx({ ...call, event: 'hangup', cause: 'cancel' });
  await row('89 123456').getByRole('img', { name: 'Outbound call' }).waitFor();
  await page.setViewportSize({ width: 1280, height: 720 });
});

test('names and numbers from outside are shown as text', async () => {
  await page.goto('/');
  const odd = '<img src=x onerror=document.title="taken">';
  await pbx({
    event: 'newCall',
    callId: 'd',
    from: odd,
    user: odd,
    queue: odd,
  });
  await row('<img src=x').waitFor();
  assert.equal(await page.locator('main img').count(), 0);
  await pbx({ event: 'hangup', callId: 'd', from: odd, cause: 'cancel' });
});

test('a session that ends asks for the password over the page and goes on', async () => {
  await page.context().clearCookies();
  // No click by the mouse: the question may be over the page already, when the page itself asked the server.
  await row('4710335').getByRole('checkbox').dispatchEvent('click');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Password').fill(password);
  await isAccessible(page, 'session ended');
  await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.locator('.connection.live').waitFor();
});

test('German, by the menu, from then on', async () => {
  await page.getByRole('button', { name: /settings and sign out/ }).click();
  await page.getByRole('menuitemradio', { name: 'Deutsch' }).click();
  await page.getByRole('link', { name: /^Verpasst/ }).waitFor();
  await page.reload();
  await page.getByRole('link', { name: /^Verpasst/ }).waitFor();
});

test('nothing on the way was refused or went wrong', () => {
  assert.deepEqual(complaints, []);
});
