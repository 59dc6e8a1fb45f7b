// The first morning, by the screen alone: from the printed link to the first live call, and a session that ends.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { complaints, isAccessible, newPage, openOffice, password, signIn } from './office.js';

let office, page;

const button = (name, where = page) => where.getByRole('button', { name, exact: true });

before(async () => {
  office = await openOffice();
  page = await newPage(office, { viewport: { width: 1280, height: 800 } });
});

after(() => office?.close());

/** The only row of the log. */
const row = () => page.locator('li.row');

/** As curl would. */
async function send([, url, body]) {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body });
  assert.ok(answer.ok, await answer.text());
}

test('from the first start to the first live call', async () => {
  await page.goto(office.welcome);
  await page.getByRole('heading', { name: 'Welcome to offhook' }).waitFor();
  await isAccessible(page, 'welcome');
  await page.getByLabel('Your name').fill('Emma Taylor');
  await page.getByLabel('Login').fill('emma');
  await page.getByLabel('Password').fill(password);
  await button('Create account').click();

  await page.getByRole('heading', { name: 'Which phone system do you have?' }).waitFor();
  await isAccessible(page, 'which phone system');
  await button('Any system (webhook)').click();
  await page.getByLabel('Name', { exact: true }).fill('office');
  await button('Go on').click();

  const first = page.getByRole('status').filter({ hasText: 'Waiting for the first event' });
  await first.waitFor();
  await isAccessible(page, 'set-up');
  // Word for word what the page says to paste: where to, and what.
  const pasted = await page.getByLabel('To paste').inputValue();
  const [rings, hangsUp] = [...pasted.matchAll(/'(http[^']+)' \\\s+-d '([^']+)'/g)];
  await send(rings);
  const works = page.getByRole('status').filter({ hasText: 'It works.' });
  await works.waitFor();
  const green = await page.evaluate(() => {
    const probe = document.body.appendChild(document.createElement('i'));
    probe.style.color = 'var(--talking)';
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  });
  assert.equal(await works.evaluate((node) => getComputedStyle(node).borderColor), green);
  await isAccessible(page, 'set up');

  await works.getByRole('link').click();
  await page.waitForURL(/\/\?call=\d+$/);
  const strip = page.getByRole('list', { name: 'Ringing now' });
  await strip.getByText('+49 30 609811111').waitFor();
  await row().getByText('ringing', { exact: true }).waitFor();
  const { callId } = JSON.parse(rings[2]);
  const answer = { event: 'answer', direction: 'in', callId, user: 'Chris Miller' };
  await send([, rings[1], JSON.stringify(answer)]);
  await row()
    .getByText(/^talking 0:\d\d$/)
    .waitFor();
  await strip.waitFor({ state: 'detached' });
  await send(hangsUp);
  await row()
    .getByText(/talking/)
    .waitFor({ state: 'detached' });
  await isAccessible(page, 'the first call');
});

test('a session that ends over a half-filled form costs a password and nothing else', async () => {
  await page.getByRole('link', { name: 'Administration' }).click();
  await page.getByRole('link', { name: 'Users' }).click();
  await page.getByRole('link', { name: 'New user' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Chris Miller');
  await page.getByLabel('Login').fill('chris');
  await page.getByLabel('E-mail').fill('chris@example.com');
  await page.getByLabel('Own numbers and extensions').fill('21\n+49 30 23125741');
  await page.getByLabel('Password', { exact: true }).fill(password);

  // Somebody signs out elsewhere with the same cookie.
  const storageState = await page.context().storageState();
  const elsewhere = await newPage(office, { storageState });
  assert.equal((await elsewhere.request.delete('/api/v1/session')).status(), 204);
  await elsewhere.context().close();

  // No click by the mouse: the question may be over the page already.
  await button('Add user').dispatchEvent('click');
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
  await dialog.getByText('Nothing you typed is lost.').waitFor();
  await isAccessible(page, 'session ended over a form');
  await dialog.getByLabel('Password').fill(password);
  await button('Sign in', dialog).click();
  await dialog.waitFor({ state: 'detached' });

  await page.getByRole('link', { name: 'Chris Miller' }).waitFor();
  const { items } = await (await page.request.get('/api/v1/users')).json();
  const { name, email, phones } = items.find(({ login }) => login === 'chris');
  assert.deepEqual(
    [name, email, phones],
    ['Chris Miller', 'chris@example.com', ['21', '+49 30 23125741']],
  );
  const chris = await newPage(office);
  await signIn(chris, 'chris', password);
  await chris.context().close();
});

test('nothing on the way was refused or went wrong', () => {
  assert.deepEqual(complaints, []);
});
