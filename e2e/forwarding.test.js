// What is kept of a source's calls, and a Zammad that is told of them through an outage.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
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
} from './office.js';

let office, page, tell, zammad;
const told = [];
let away = false;
const button = (name, where = page) => where.getByRole('button', { name, exact: true });

before(async () => {
  office = await openOffice();
  page = await newPage(office, { viewport: { width: 1280, height: 900 } });
  await beEmma(office, page);
  tell = await connectPbx(page);
  zammad = createServer((request, answer) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      if (!away) told.push(JSON.parse(body));
      answer.writeHead(away ? 503 : 200, { 'content-type': 'application/json' });
      answer.end(away ? 'gone for lunch' : '{}');
    });
  });
  zammad.listen(0, '127.0.0.1');
  await once(zammad, 'listening');
});

after(async () => {
  zammad?.close();
  zammad?.closeAllConnections();
  await office?.close();
});

test('a Zammad is named, and its token is not shown again', async () => {
  await page.goto('/admin/sources/1/keeping');
  await isLoaded(page);
  await page.getByLabel('Its address for phone systems').waitFor();
  await isAccessible(page, 'kept and passed on');
  const url = `http://127.0.0.1:${zammad.address().port}/api/v1/cti/geheim`;
  const address = page.getByLabel('Its address for phone systems');
  await address.fill('zammad.example');
  await button('Save').click();
  await page.getByText('must be an address such as').first().waitFor();
  await address.fill(url);
  await page.getByRole('switch', { name: 'It may be in a private network' }).check();
  await button('Save').click();
  await page.getByText('All is told.').waitFor();
  await page.reload();
  assert.match(await address.inputValue(), /\/cti\/\*\*\*$/);
  assert.ok(!(await page.content()).includes('geheim'));
});

test('a call arrives there through an outage', async () => {
  away = true;
  await tell({ event: 'newCall', callId: 'a', from: '4917139200011' });
  await tell({ event: 'hangup', callId: 'a', cause: 'cancel' });
  const answers = page.getByRole('list', { name: 'What it answered' });
  await answers.getByText('503 gone for lunch').first().waitFor();
  await page.getByText('1 call waits to be told, 0 given up.').waitFor();
  await isAccessible(page, 'while it is away');
  away = false;
  await button('Send again').click();
  await page.getByText('All is told.').waitFor();
  const words = told.map(({ event, from, cause }) => [event, from, cause ?? ''].join(' ').trim());
  assert.deepEqual(words, ['newCall 4917139200011', 'hangup 4917139200011 cancel']);
  await fitsAPhone(page);
});

test('what is kept is typed as lists', async () => {
  await page
    .getByRole('group', { name: 'Never calls that came by' })
    .getByLabel('Numbers')
    .fill('4917666, 0180*');
  await page.getByRole('switch', { name: 'Calls between two of us as well' }).check();
  await button('Save').click();
  await page.getByText('Saved.').waitFor();
  const { config } = await (await page.request.get('/api/v1/sources/1')).json();
  assert.deepEqual(config.never, { numbers: ['4917666', '0180*'] });
  assert.deepEqual(config.record, { internal: true });
  await tell({ event: 'newCall', callId: 'b', from: '4917666' });
  await tell({ event: 'newCall', callId: 'c', from: '4917667' });
  const { items } = await (await page.request.get('/api/v1/calls')).json();
  assert.deepEqual(
    items.map(({ call_id }) => call_id),
    ['c', 'a'],
  );
});

test('nothing on the way was refused', () => assert.deepEqual(complaints, []));
