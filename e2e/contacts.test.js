// Contacts: made, found, changed by two people at once, merged.
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
} from './office.js';

let office, page, pbx;

const make = async (fields) => {
  const made = await page.request.post('/api/v1/contacts', { data: fields });
  assert.ok(made.ok(), await made.text());
  return made.json();
};
const entries = () => page.locator('main li');

before(async () => {
  office = await openOffice();
  page = await newPage(office);
  await beEmma(office, page);
  pbx = await connectPbx(page);
});

after(() => office?.close());

test('the first contact, with a word on what is wrong before it is right', async () => {
  await page.goto('/contacts');
  await page.getByText('No contacts yet').waitFor();
  await isAccessible(page, 'no contacts');
  await page.getByRole('link', { name: 'New contact' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('A name or an organisation is needed.').waitFor();
  await page.getByLabel('Name', { exact: true }).fill('Anna Lopez');
  await page.getByLabel('Numbers 1').fill('nobody');
  await page.getByText('There is no number in this.').waitFor();
  await isAccessible(page, 'a contact being made');
  await page.getByLabel('Numbers 1').fill('030 23125771');
  await page.getByLabel('Numbers 2').fill('0221 4710334');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Anna Lopez' }).waitFor();
  await page.getByRole('link', { name: '+49 221 4710334' }).waitFor();
  await isAccessible(page, 'a contact');
  await fitsAPhone(page);
});

test('an unknown caller becomes a contact, and the log knows the name', async () => {
  await pbx({ event: 'newCall', callId: 'a', from: '4930111222' });
  await pbx({ event: 'hangup', callId: 'a', from: '4930111222', cause: 'cancel' });
  await page.getByRole('link', { name: 'Phone', exact: true }).click();
  const row = page.locator('li.row', { hasText: '+49 30 111222' });
  await row.getByRole('link', { name: 'New contact' }).click();
  assert.equal(await page.getByLabel('Numbers 1').inputValue(), '+49 30 111222');
  await page.getByLabel('Name', { exact: true }).fill('Samuel Lee');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.waitForURL(/\/\?call=/);
  await page.locator('li.row', { hasText: 'Samuel Lee' }).waitFor();
  const drawer = page.getByRole('complementary', { name: 'Call' });
  await drawer.getByRole('link', { name: '+49 30 111222' }).waitFor();
  await drawer.getByRole('link', { name: 'Samuel Lee' }).click();
  await page.getByText('1 open missed call').waitFor();
});

test('a number is given to somebody who is there already', async () => {
  await page.goto(`/contacts?assign=${encodeURIComponent('+49 30 999888')}`);
  await page.getByText('Whose number is +49 30 999888?').waitFor();
  await page.getByLabel('Search contacts').fill('anna');
  await page.getByRole('link', { name: /Anna Lopez/ }).click();
  await page.getByText('+49 30 999888 belongs to Anna Lopez now.').waitFor();
  await page.getByRole('link', { name: '+49 30 999888' }).waitFor();
});

test('notes on the calls with a contact stand beside it, as they are written', async () => {
  const { items } = await (await page.request.get('/api/v1/contacts?q=Samuel')).json();
  const [contact] = items;
  await page.request.patch(`/api/v1/contacts/${contact.id}`, { data: { note: 'or 040 7654321' } });
  await page.goto(`/contacts/${contact.id}`);
  await page.getByText('stands in the note').waitFor();
  const calls = await page.request.get(`/api/v1/calls?contact_id=${contact.id}`);
  const { id } = (await calls.json()).items[0];
  for (const text of ['wants an offer', 'got one']) {
    await page.request.post(`/api/v1/calls/${id}/notes`, { data: { text } });
    await page.locator('article', { hasText: text }).waitFor();
  }
  assert.match(await page.locator('article').first().innerText(), /got one/);
  await isAccessible(page, 'a contact with notes');
  await fitsAPhone(page);
});

test('two people change one contact, and neither overwrites the other unseen', async () => {
  const { id } = await make({ name: 'Maria Sol', phones: ['4930777'] });
  await page.goto(`/contacts/${id}`);
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByLabel('Organisation').fill('Typed here');
  await page.request.patch(`/api/v1/contacts/${id}`, { data: { note: 'written there' } });
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Somebody else changed this contact').waitFor();
  assert.equal(await page.getByLabel('Organisation').inputValue(), 'Typed here');
  await isAccessible(page, 'a contact changed twice');
  await page.getByRole('button', { name: 'Show theirs' }).click();
  await page.waitForFunction(() => document.querySelector('textarea')?.value === 'written there');
  await page.getByLabel('Organisation').fill('Typed again');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Typed again').waitFor();
  await page.getByText('written there').waitFor();
});

test('doubles are merged, field by field', async () => {
  const one = await make({ name: 'M. Herrguth', phones: ['4930231'], note: 'first' });
  const two = await make({ name: 'Marcel Herrguth', organization: 'Awesome', phones: ['4930232'] });
  await page.goto(`/contacts/${one.id}`);
  await page.getByRole('link', { name: 'Merge …' }).click();
  await page.getByLabel('Search contacts').fill('Marcel');
  await page.getByRole('link', { name: /Marcel Herrguth/ }).click();
  await page
    .getByRole('group', { name: 'Name' })
    .getByLabel(/Marcel/)
    .check();
  await isAccessible(page, 'merging');
  await fitsAPhone(page);
  await page.getByRole('button', { name: 'Merge' }).click();
  await page.getByRole('heading', { name: 'Marcel Herrguth' }).waitFor();
  const merged = await (await page.request.get(`/api/v1/contacts/${one.id}`)).json();
  assert.deepEqual(
    [merged.organization, merged.phones, merged.note],
    ['Awesome', ['4930231', '4930232'], 'first'],
  );
  assert.equal((await page.request.get(`/api/v1/contacts/${two.id}`)).status(), 404);
});

test('a contact is deleted after a question', async () => {
  const { id } = await make({ name: 'Gone Soon' });
  await page.goto(`/contacts/${id}`);
  await page.getByRole('button', { name: 'Delete' }).click();
  await isAccessible(page, 'deleting');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.waitForURL('**/contacts');
  await page.getByText('Gone Soon was deleted.').waitFor();
});

test('the list grows as one scrolls and shrinks as one types', async () => {
  for (let n = 0; n < 120; n++) await make({ name: `Person ${n}`, phones: [`4940${1000 + n}`] });
  await page.goto('/contacts');
  await entries().nth(49).waitFor();
  await entries().nth(49).scrollIntoViewIfNeeded();
  await entries().nth(99).waitFor();
  await page.getByLabel('Search contacts').fill('person 77');
  await page.waitForFunction(() => document.querySelectorAll('main li').length === 1);
  await isAccessible(page, 'contacts');
  await fitsAPhone(page);
  await page.getByLabel('Search contacts').fill('nobody at all');
  await page.getByText('Nobody found for “nobody at all”').waitFor();
});

test('the search on top leads to calls, contacts and pages, by keys alone', async () => {
  await page.goto('/me');
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'Search name, number, call …' });
  const suggestions = page.getByRole('listbox', { name: 'Suggestions' });
  const chosen = suggestions.getByRole('option', { selected: true });
  await field.pressSequentially('samu');
  await suggestions.getByRole('option', { name: 'Samuel Lee' }).waitFor();
  assert.equal(await chosen.textContent().then((text) => text.trim()), 'Calls with “samu”');
  await isAccessible(page, 'suggestions');
  await field.press('ArrowDown');
  assert.match(await chosen.textContent(), /Samuel Lee/);
  await field.press('Enter');
  await page.getByRole('heading', { name: 'Samuel Lee' }).waitFor();
  await suggestions.waitFor({ state: 'detached' });

  await field.fill('sett');
  await suggestions.getByRole('option', { name: 'My settings' }).waitFor();
  await field.press('Escape');
  await suggestions.waitFor({ state: 'detached' });
  assert.equal(await field.inputValue(), 'sett');
  await field.press('End');
  await field.pressSequentially('i');
  await suggestions.getByRole('option', { name: 'My settings' }).click();
  await page.waitForURL('**/me');

  await field.fill('30 111');
  await suggestions.waitFor();
  await field.press('Enter');
  await page.waitForURL((url) => url.pathname === '/' && url.searchParams.get('q') === '30 111');
  await page.locator('main li', { hasText: 'Samuel Lee' }).waitFor();
});

test('nothing on the way was refused or went wrong', () => {
  assert.deepEqual(complaints, []);
});
