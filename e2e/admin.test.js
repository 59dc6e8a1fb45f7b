// What an administrator does besides the sources, and everybody's own settings.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  beEmma,
  complaints,
  fitsAPhone,
  isAccessible,
  isLoaded,
  newPage,
  openOffice,
  password,
} from './office.js';

let office, page, endpoint;

/** Tells the PBX's endpoint something, which it may refuse. */
const tell = (body, headers = {}) =>
  fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

const button = (name, where = page) => where.getByRole('button', { name, exact: true });
const requestRows = () => page.locator('tbody tr');

before(async () => {
  office = await openOffice();
  page = await newPage(office, { viewport: { width: 1280, height: 800 } });
  await beEmma(office, page);
  const answer = await page.request.post('/api/v1/sources', {
    data: { name: 'office', kind: 'generic' },
  });
  endpoint = (await answer.json()).endpoint_url;
});

after(() => office?.close());

test('a refused request is seen as it comes, opened and replayed', async () => {
  await page.goto('/admin/requests');
  await page.getByText('No requests yet').waitFor();
  await isAccessible(page, 'no requests');
  await tell({ event: 'boo', password: 'geheim' }, { authorization: 'Basic c2VjcmV0' });
  const refused = requestRows().filter({ hasText: '422' });
  await refused.getByRole('link').click();
  const panel = page.getByRole('complementary', { name: 'Request' });
  await panel.getByText('"event": "boo"').waitFor();
  await panel.getByText('Nothing: the request was refused').waitFor();
  await panel.getByText('Send one of newCall, answer, hangup').waitFor();
  await button('Replay as a dry run', panel).click();
  await panel.getByText('The same as then').waitFor();
  const curl = await panel.getByLabel('Copy as curl').inputValue();
  assert.ok(curl.includes(`${office.url}/api/v1/cti/TOKEN`), curl);
  const seen = (await page.content()) + curl;
  for (const secret of ['geheim', 'c2VjcmV0', new URL(endpoint).pathname.split('/').at(-1)]) {
    assert.ok(!seen.includes(secret), secret);
  }
  await isAccessible(page, 'a request');

  // What comes meanwhile neither closes it nor moves the focus out of it.
  await tell({
    event: 'newCall',
    direction: 'in',
    from: '030123',
    to: '22',
    callId: 'a',
    foo: '1',
  });
  await requestRows().filter({ hasText: 'newCall' }).waitFor();
  await panel.getByText('The same as then').waitFor();
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });
  assert.match(await page.evaluate(() => document.activeElement.id), /^request-/);
});

test('a request is found again, says what was ignored and leads to its call', async () => {
  await page.getByLabel('Status').selectOption({ label: 'Refused' });
  await requestRows().filter({ hasText: 'newCall' }).waitFor({ state: 'detached' });
  await page.getByLabel('Status').selectOption({ label: 'Every status' });
  await page.getByLabel('Text in it').fill('"foo"');
  await requestRows().filter({ hasText: '422' }).waitFor({ state: 'detached' });
  await requestRows().getByRole('link').click();
  const panel = page.getByRole('complementary', { name: 'Request' });
  await button('Replay as a dry run', panel).click();
  await panel.getByText('Put through').waitFor();
  await panel.getByText('foo', { exact: true }).waitFor();
  const call = panel.getByRole('link', { name: 'Open the call' });
  assert.match(await call.getAttribute('href'), /^\/\?call=\d+$/);
  // The address alone leads a colleague to the same place.
  await page.reload();
  await panel.getByText('"event": "newCall"').first().waitFor();
  await page.getByLabel('Text in it').fill('no such text');
  await page.getByText('No request fits').waitFor();
});

test('a new user signs in elsewhere, agents see no administration', async () => {
  await page.goto('/admin/users');
  await page.getByRole('link', { name: 'New user' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Chris Miller');
  await page.getByLabel('Login').fill('EMMA');
  await page.getByText('Somebody else signs in with this.').waitFor();
  await page.getByLabel('Login').fill('chris');
  await page.getByLabel('Own numbers and extensions').fill('21\n2-1');
  await page.getByText('2-1 stands here twice.').waitFor();
  await isAccessible(page, 'new user');
  await page.getByLabel('Own numbers and extensions').fill('21');
  await button('Generate').click();
  await button('Add user').click();
  const handed = await page.getByLabel('Password', { exact: true }).inputValue();
  await isAccessible(page, 'a password to hand over');

  const other = await newPage(office);
  await other.goto('/signin');
  await other.getByLabel('Login').fill('chris');
  await isAccessible(other, 'sign-in');
  await other.getByLabel('Password').fill('not this one');
  await other.getByRole('button', { name: 'Sign in', exact: true }).click();
  await other.getByText('Login or password is wrong').waitFor();
  await isAccessible(other, 'a wrong password');
  await other.getByLabel('Password').fill(handed);
  await other.getByRole('button', { name: 'Sign in', exact: true }).click();
  await other.getByRole('link', { name: /^Phone/ }).waitFor();
  assert.equal(await other.getByRole('link', { name: 'Administration' }).count(), 0);
  await other.goto('/admin/users');
  await other.getByText('Only for administrators').waitFor();
  await isAccessible(other, 'only for administrators');
  await other.goto('/no/such/page');
  await other.getByText('There is nothing at this address.').waitFor();
  await isAccessible(other, 'no such page');
  await other.getByRole('link', { name: 'To the calls' }).click();
  await other.getByRole('link', { name: /^Phone/ }).waitFor();

  await page.goto('/admin/users');
  await page.getByRole('link', { name: 'Chris Miller' }).waitFor();
  assert.ok(!(await page.content()).includes(handed));
  await isAccessible(page, 'users');
  await other.context().close();
});

test('two administrators change one user and lose nothing', async () => {
  await page.getByRole('link', { name: 'Chris Miller' }).click();
  const id = await page.waitForURL(/\/admin\/users\/\d+$/).then(() => page.url().split('/').at(-1));
  await page.getByLabel('Name', { exact: true }).fill('Chris M.');
  await page.request.patch(`/api/v1/users/${id}`, {
    data: { name: 'Christopher Miller', email: 'chris@example.com' },
  });
  await button('Save').click();
  const stale = page.getByRole('status').filter({ hasText: 'Somebody else changed this' });
  await stale.getByText('Name: Christopher Miller').waitFor();
  assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Chris M.');
  assert.equal(await page.getByLabel('E-mail').inputValue(), 'chris@example.com');
  await isAccessible(page, 'changed meanwhile');
  await button('Save mine over it', stale).click();
  await page.getByText('Saved', { exact: true }).waitFor();
  const read = async () => (await page.request.get(`/api/v1/users/${id}`)).json();
  let saved = await read();
  assert.deepEqual([saved.name, saved.email], ['Chris M.', 'chris@example.com']);

  await page.getByLabel('Name', { exact: true }).fill('Mine');
  await page.request.patch(`/api/v1/users/${id}`, { data: { name: 'Theirs' } });
  await button('Save').click();
  await button('Show theirs', stale).click();
  await stale.waitFor({ state: 'detached' });
  assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Theirs');

  // What the form does not show is in nobody's way.
  await page.getByLabel('Name', { exact: true }).fill('Chris M.');
  await page.request.patch(`/api/v1/users/${id}`, { data: {} });
  const kept = page.waitForResponse(
    (answer) => answer.request().method() === 'PATCH' && answer.ok(),
  );
  await button('Save').click();
  await kept;
  saved = await read();
  assert.equal(saved.name, 'Chris M.');
  assert.equal(await stale.count(), 0);
});

test('nobody locks themselves out', async () => {
  await page.goto('/admin/users');
  await page.getByRole('link', { name: 'Emma Taylor' }).click();
  await page.getByText('Your own role is for another administrator').waitFor();
  assert.equal(await page.getByLabel('Role').count(), 0);
  assert.equal(await button('Delete this user').count(), 0);
});

test('a token works until it is revoked, and is shown once', async () => {
  await page.goto('/admin/tokens');
  await page.getByLabel('What it is for').fill('wallboard');
  await button('Make token').click();
  const token = await page.getByLabel('Token', { exact: true }).inputValue();
  await isAccessible(page, 'a new token');
  const ask = () =>
    fetch(`${office.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal((await ask()).status, 200);
  await page.reload();
  await button('Revoke: wallboard').click();
  assert.ok(!(await page.content()).includes(token));
  const dialog = page.getByRole('dialog');
  await isAccessible(page, 'revoke?');
  await button('Revoke', dialog).click();
  await button('Revoke: wallboard').waitFor({ state: 'detached' });
  assert.equal((await ask()).status, 401);
});

test('a user is deleted after a question', async () => {
  await page.goto('/admin/users');
  await page.getByRole('link', { name: 'Chris M.' }).click();
  await button('Delete this user').click();
  await button('Delete', page.getByRole('dialog')).click();
  await page.getByRole('link', { name: 'Emma Taylor' }).waitFor();
  await page.getByRole('link', { name: 'Chris M.' }).waitFor({ state: 'detached' });
});

test('settings: wrong ones are refused beside the field, less is kept after a question', async () => {
  await page.goto('/admin/settings');
  const kept = page.getByLabel('Days calls are kept');
  await kept.fill('-1');
  await page.getByText('A number from 0 to 36,500.').waitFor();
  assert.ok(await button('Save').isDisabled());
  await kept.fill('30');
  await page.getByText('Calls older than 30 days will be deleted').waitFor();
  await button('Zammad: new ticket').click();
  await page.getByText('customer_phone=%2B493023125741').waitFor();
  await page.getByLabel('Address to open').fill('https://crm.example/?who={name}&n={phone}');
  await page.getByText('{phone} means nothing').waitFor();
  await isAccessible(page, 'settings');
  await page.getByLabel('Address to open').fill('https://crm.example/?who={name}');

  // Somebody else is quicker.
  await page.request.patch('/api/v1/settings', { data: { retention_days: 90, view_limit: 80 } });
  await button('Save').click();
  await button('Save and delete', page.getByRole('dialog')).click();
  await page.getByText('Days calls are kept: 90').waitFor();
  assert.equal(await kept.inputValue(), '30');
  assert.equal(await page.getByLabel('Calls in Zammad’s log').inputValue(), '80');
  await button('Save').click();
  await button('Save and delete', page.getByRole('dialog')).click();
  await page.getByText('Saved', { exact: true }).waitFor();
  const settings = await (await page.request.get('/api/v1/settings')).json();
  assert.deepEqual(
    [settings.retention_days, settings.view_limit, settings.pop_url_template],
    [30, 80, 'https://crm.example/?who={name}'],
  );
});

test('my own settings are kept, and my password changed', async () => {
  await page.goto('/');
  await page.getByRole('button', { name: /settings and sign out/ }).click();
  await page.getByRole('menuitem', { name: 'My settings' }).click();
  await page.getByLabel('when it rings for me').check();
  await page.getByLabel('when I answer').uncheck();
  await page.getByRole('switch', { name: 'Low rows' }).click();
  await page.getByLabel('Present password').fill('not this one');
  await page.getByLabel('New password').fill('another longer sentence');
  await button('Change password').click();
  await page.getByText('That is not the present password.').waitFor();
  await isAccessible(page, 'my settings');
  await page.getByLabel('Present password').fill(password);
  await button('Change password').click();
  await page.getByText('The password was changed.').waitFor();
  const { preferences } = await (await page.request.get('/api/v1/me')).json();
  assert.deepEqual([preferences.pop, preferences.compact], [['ring'], true]);
});

test('German, and nothing wider than a phone', async () => {
  for (const address of [
    '/admin/requests',
    '/admin/requests?open=1',
    '/admin/users',
    '/admin/users/new',
    '/admin/tokens',
    '/admin/settings',
    '/me',
  ]) {
    await page.goto(address);
    await page.locator('main h1').waitFor();
    await isLoaded(page);
    await fitsAPhone(page);
  }
  await page.goto('/me');
  await page.getByLabel('Language').selectOption({ label: 'Deutsch' });
  await page.getByRole('heading', { name: 'Meine Einstellungen' }).waitFor();
  for (const [address, heading] of [
    ['/admin/requests', 'Anfragen'],
    ['/admin/users', 'Benutzer'],
    ['/admin/tokens', 'Token'],
    ['/admin/settings', 'Einstellungen'],
  ]) {
    await page.goto(address);
    await page.getByRole('heading', { name: heading, level: 1 }).waitFor({ state: 'attached' });
    await isAccessible(page, `${address} in German`);
  }
});

test('nothing on the way was refused or went wrong', () => {
  assert.deepEqual(complaints, []);
});
