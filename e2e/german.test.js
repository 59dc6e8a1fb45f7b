// The page in German: nothing is left in English.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { englishIn, germanIn, lookedFor, shownOn } from './catalogue.js';
import { beEmma, complaints, connectPbx, isLoaded, newPage, openOffice } from './office.js';

let office, page, places;

before(async () => {
  office = await openOffice();
  page = await newPage(office, { viewport: { width: 1280, height: 800 }, locale: 'de-DE' });
  await page.goto(office.welcome);
  await page.getByLabel('Passwort').first().waitFor();
  assert.deepEqual(englishIn(await shownOn(page)), [], 'welcome');
  await beEmma(office, page);
  const pbx = await connectPbx(page);
  const post = async (path, data) => {
    const answer = await page.request.post(`/api/v1/${path}`, { data });
    assert.ok(answer.ok(), await answer.text());
    return (await answer.json()).id;
  };
  const contact = await post('contacts', { name: 'Anna Lopez', phones: ['+49 30 23125741'] });
  const user = await post('users', { login: 'chris', name: 'Chris Miller', phones: ['21'] });
  await post('tokens', { name: 'x1' });
  const listened = await post('sources', {
    name: 'keller',
    kind: 'freeswitch',
    enabled: false,
    address: '127.0.0.1:9',
    secret: 'x',
  });
  const missed = { callId: 'a', from: '493023125741' };
  await pbx({ event: 'newCall', ...missed });
  await pbx({ event: 'hangup', ...missed, cause: 'cancel' });
  const answered = { callId: 'b', from: '493023125742' };
  await pbx({ event: 'newCall', ...answered });
  await pbx({ event: 'answer', ...answered, user: 'Emma Taylor' });
  await pbx({ event: 'newCall', callId: 'c', from: '493023125741' });
  const { items } = await (await page.request.get('/api/v1/sources')).json();
  const source = items.find(({ name }) => name === 'office').id;
  places = [
    '/',
    '/?call=1',
    '/?call=2',
    '/?show=missed',
    '/?q=niemand',
    '/contacts',
    '/contacts/new',
    `/contacts/${contact}`,
    `/contacts/${contact}/merge`,
    '/admin/sources',
    '/admin/sources/new',
    `/admin/sources/${source}`,
    `/admin/sources/${source}/rules`,
    `/admin/sources/${source}/access`,
    `/admin/sources/${source}/requests`,
    `/admin/sources/${listened}`,
    `/admin/sources/${listened}/keeping`,
    '/admin/requests',
    '/admin/requests?open=1',
    '/admin/users',
    '/admin/users/new',
    `/admin/users/${user}`,
    '/admin/tokens',
    '/admin/settings',
    '/me',
    '/ring',
    '/signin',
  ];
});

after(() => office?.close());

/** The texts of a page once it has all of them. */
async function shownAt(place) {
  await page.goto(place);
  await page.locator('main').first().waitFor();
  if (place !== '/signin' && place !== '/ring') await isLoaded(page);
  if (place.includes('call='))
    await page.getByRole('complementary').locator('h2').first().waitFor();
  return shownOn(page);
}

test('no English text stands where there is a German one', async () => {
  assert.ok(lookedFor > 400, `${lookedFor} texts`);
  const [left, seen] = [{}, new Set()];
  for (const place of places) {
    const shown = await shownAt(place);
    const found = englishIn(shown);
    if (found.length > 0) left[place] = found;
    for (const key of germanIn(shown)) seen.add(key);
  }
  assert.deepEqual(left, {});
  // The walk has been where the texts are.
  assert.ok(seen.size > 200, `${seen.size} German texts seen`);
});

test('the check sees English where there is some', async () => {
  await page.request.patch('/api/v1/me', { data: { preferences: { language: 'en' } } });
  const found = englishIn(await shownAt('/admin/settings'));
  assert.ok(found.length > 15, found.join('\n'));
  assert.deepEqual(complaints, []);
});
