// Whatever text is put into whatever field, every page shows it as that text and as nothing else.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { beEmma, complaints, newPage, openOffice, password, signIn } from './office.js';
import { nothingRan, ODD, put, shows, visit } from './odd.js';

let office, page;

const button = (name, where = page) => where.getByRole('button', { name, exact: true });
const path = (text) => encodeURIComponent(text);
/** A source's name has at most a hundred characters. */
const named = (odd) => [...odd].slice(0, 80).join('').trim();

before(async () => {
  office = await openOffice();
  page = await newPage(office, { viewport: { width: 1280, height: 900 } });
  await beEmma(office, page);
  await put(page, 'PATCH', '/api/v1/me', { preferences: { pop: [], notifications: false } });
});

after(() => office?.close());

test('what people are called, and what they type to sign in', async () => {
  for (const [n, odd] of ODD.entries()) {
    await put(page, 'PATCH', '/api/v1/me', { preferences: { [odd]: odd } });
    await put(page, 'POST', '/api/v1/users', {
      login: odd,
      name: `name ${odd}`,
      email: odd,
      password,
    });
    const phones = [odd];
    const user = await put(page, 'POST', '/api/v1/users', {
      login: `login${n}`,
      name: odd,
      phones,
    });
    await visit(page, `/admin/users/${user.id}`, [odd]);
    await button('Delete this user').click();
    await shows(page, [`Delete ${odd}`]);
  }
  await visit(page, '/admin/users', ODD);
  await visit(page, '/me');

  const other = await newPage(office);
  for (const odd of ODD) {
    await other.goto('/signin');
    await other.getByLabel('Login').fill(`${odd} not`);
    await other.getByLabel('Password').fill(odd);
    await button('Sign in', other).click();
    await other.getByText('Login or password is wrong').waitFor();
    await nothingRan(other);
    await signIn(other, odd, password);
    await other.goto('/me');
    await shows(other, [`name ${odd}`, odd]);
    await other.context().clearCookies();
  }
  await other.context().close();
});

test('what a token is for', async () => {
  for (const name of ODD) await put(page, 'POST', '/api/v1/tokens', { name });
  await visit(page, '/admin/tokens', ODD);
  for (const odd of ODD) {
    await page.getByRole('row').filter({ hasText: odd }).getByRole('button').click();
    await shows(page, [odd]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByLabel('What it is for').fill(odd);
    await button('Make token').click();
    await page.getByLabel('Token', { exact: true }).waitFor();
    await shows(page, [odd]);
    await page.reload();
  }
});

test('the addresses of the settings', async () => {
  const source = { name: 'office', kind: 'generic' };
  const { id } = await put(page, 'POST', '/api/v1/sources', source);
  for (const odd of ODD) {
    const pop_url_template = `https://crm.example/?${odd}={name}`;
    const public_url = `https://offhook.example/${odd}`;
    await put(page, 'PATCH', '/api/v1/settings', { pop_url_template, public_url });
    await visit(page, '/admin/settings', [pop_url_template]);
    await visit(page, `/admin/sources/${id}`);
    await button('New URL').click();
    await page.getByText('Keep it now').waitFor();
    await shows(page, ['https://offhook.example/']);
  }
  await put(page, 'PATCH', '/api/v1/settings', { pop_url_template: null, public_url: null });
});

test('all that is known of a contact, and what two become', async () => {
  const made = [];
  for (const [n, odd] of ODD.entries()) {
    const fields = {
      name: odd,
      organization: `of ${odd}`,
      phones: [`493099900${n}`, odd],
      emails: [odd, `${odd}@example.com`],
      url: `https://example.com/${odd}`,
      note: `note ${odd}\n${ODD.join('\n')}`,
    };
    const contact = await put(page, 'POST', '/api/v1/contacts', fields);
    made.push(contact.id);
    await visit(page, `/contacts/${contact.id}`, [
      odd,
      `of ${odd}`,
      `note ${odd}`,
      ...fields.emails,
    ]);
    await button('Edit').click();
    await shows(page, [odd, `of ${odd}`, fields.url]);
  }
  const all = ODD.join(' ');
  await visit(page, `/contacts?q=${path(all)}`);
  await page.getByLabel('Search contacts').fill(all);
  await shows(page, [`Nobody found for “${all}”`]);
  await visit(page, `/contacts/new?number=${path(all)}&name=${path(all)}&call=1`, [all]);
  await visit(page, `/contacts?assign=${path(all)}`, [all]);
  await visit(page, '/contacts', ODD);
  for (const [n, odd] of ODD.entries()) {
    const other = { name: `double ${odd}`, organization: `double of ${odd}`, emails: [odd] };
    const { id } = await put(page, 'POST', '/api/v1/contacts', other);
    await visit(page, `/contacts/${made[n]}/merge`, [`double ${odd}`]);
    const both = [odd, `double ${odd}`, `of ${odd}`, `double of ${odd}`];
    await visit(page, `/contacts/${made[n]}/merge?with=${id}`, both);
    const choice = { from: id, name: `merged ${odd}`, note: odd, emails: [`merged ${odd}`] };
    await put(page, 'POST', `/api/v1/contacts/${made[n]}/merge`, choice);
    await visit(page, `/contacts/${made[n]}`, [`merged ${odd}`, odd]);
    await button('Delete').click();
    await shows(page, [`merged ${odd}`]);
  }
});

test('who rings, in the log, beside it, in the small window and in the search', async () => {
  const { endpoint_url } = await put(page, 'POST', '/api/v1/sources', {
    name: 'rings',
    kind: 'generic',
  });
  for (const [n, odd] of ODD.entries()) {
    const call = { direction: 'in', callId: `rings ${n}`, from: `493099900${n}`, to: '4930' };
    await put(page, 'POST', endpoint_url, { ...call, event: 'newCall', queue: odd });
  }
  const names = ODD.map((odd) => `merged ${odd}`);
  await visit(page, '/', names);
  await visit(page, '/ring', names);
  const { items } = await put(page, 'GET', '/api/v1/calls?limit=5');
  for (const { id } of items) {
    await put(page, 'POST', `/api/v1/calls/${id}/notes`, { text: ODD.join('\n') });
    await visit(page, `/?call=${id}`, [...ODD]);
  }
  await button('Block').click();
  await page.getByRole('dialog').waitFor();
  await nothingRan(page);
  await page.keyboard.press('Escape');
  for (const odd of ODD) {
    await page.getByRole('combobox', { name: /^Search name/ }).fill(odd.slice(0, 20));
    await page.getByRole('option', { name: `merged ${odd.slice(0, 12)}` }).waitFor();
    await shows(page, [`merged ${odd}`]);
  }
  for (const [n] of ODD.entries()) {
    const over = { event: 'hangup', direction: 'in', callId: `rings ${n}`, cause: 'cancel' };
    await put(page, 'POST', endpoint_url, over);
  }
});

test('nothing on the way was refused or went wrong', () => {
  assert.deepEqual(complaints, []);
});
