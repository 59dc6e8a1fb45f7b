// A phone system that we listen to: from the set-up page to the first live call with its legs.
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
  standIn,
} from './office.js';

const ONE_CALL = ['--scenario', 'in_ringgroup_second_answers', '--secret', 'hush', '--speed', '2'];

let office, page, pbx;
const button = (name, where = page) => where.getByRole('button', { name, exact: true });
const connection = () => page.getByRole('status', { name: 'Connection' });

before(async () => {
  office = await openOffice();
  page = await newPage(office, { viewport: { width: 1280, height: 900 } });
  await beEmma(office, page);
  pbx = await standIn('asterisk', ONE_CALL);
});

after(async () => {
  await pbx?.close();
  await office?.close();
});

test('a phone system is connected, and what is wrong is said', async () => {
  await page.goto('/admin/sources/new');
  await button('FreePBX').click();
  await page.getByRole('button', { name: 'FreePBX', pressed: true }).waitFor();
  const file = page.getByLabel('Into /etc/asterisk/manager_custom.conf');
  const secret = await page.getByLabel('Secret', { exact: true }).inputValue();
  assert.match(secret, /^[a-z0-9]{20}$/);
  assert.ok((await file.inputValue()).includes(`secret = ${secret}`));
  assert.match(await file.inputValue(), /^write = reporting$/m);
  await page.getByRole('switch', { name: 'People may dial through it' }).check();
  assert.match(await file.inputValue(), /^write = reporting,originate$/m);
  await isAccessible(page, 'set-up of FreePBX');
  await page.getByLabel('Address of the phone system').fill('not an address');
  await button('Connect').click();
  await page.getByText('must be HOST or HOST:PORT').waitFor();
  await page.getByLabel('Address of the phone system').fill(pbx.address);
  await button('Connect').click();
  await connection().getByText('Not let in').waitFor();
  await connection().getByText('Authentication failed').waitFor();
  await isAccessible(page, 'not let in');
});

test('the first call is there, live, with its legs', async () => {
  await page.getByLabel('Secret', { exact: true }).fill('hush');
  await button('Save').click();
  // For a minute it is listened to, and nothing kept.
  const preview = page.getByRole('region', { name: 'What it would bring' });
  await connection().getByText('Connected').waitFor();
  await preview.getByText('1 call, 1 would be kept').waitFor();
  const heard = preview.getByRole('row').filter({ hasText: '+49 89 99998100' });
  await heard.getByText('kept', { exact: true }).waitFor();
  await isAccessible(page, 'a preview');
  const calls = async () => (await (await page.request.get('/api/v1/calls')).json()).items;
  assert.deepEqual(await calls(), []);
  // What is kept can be changed, and shows at once in what was heard.
  await preview.getByRole('link', { name: 'Change what is kept' }).click();
  const never = page.getByRole('group', { name: 'Never calls that came by' });
  await never.getByLabel('Numbers').fill('089*');
  await button('Save').click();
  await button('Save').waitFor({ state: 'hidden' });
  await page.getByRole('link', { name: 'Set up' }).click();
  await heard.getByText('not kept: never to be').waitFor();
  await page.getByRole('link', { name: 'Kept and passed on' }).click();
  await never.getByLabel('Numbers').fill('');
  await button('Save').click();
  await button('Save').waitFor({ state: 'hidden' });
  await page.getByRole('link', { name: 'Set up' }).click();
  await heard.getByText('kept', { exact: true }).waitFor();
  await button('Switch on', preview).click();
  // The same call comes once more.
  const { address } = pbx;
  await pbx.close();
  pbx = await standIn('asterisk', ONE_CALL, address);
  await connection().getByText('Connected').waitFor();
  const first = page.getByText('It works. The newest call:');
  await first.waitFor();
  await isAccessible(page, 'connected');
  await page.getByRole('link', { name: '+49 89 99998100' }).click();
  await isLoaded(page);
  const call = page.getByRole('complementary', { name: 'Call' });
  const legs = call.getByRole('region', { name: 'Where it rang' });
  const leg = (number) => legs.getByRole('listitem').filter({ hasText: number });
  await leg('102').getByText('took it').waitFor();
  await leg('101').getByText('taken elsewhere').waitFor();
  await leg('103').getByText('taken elsewhere').waitFor();
  await call.getByText('102 took it after').waitFor();
  await call.getByText('Ended').waitFor();
  await leg('102')
    .getByText(/rang 0:0\d, talked 0:0\d/)
    .waitFor();
  await isAccessible(page, 'a call with legs');
});

test('a click on a number lets the phone system dial', async () => {
  const { id } = await (await page.request.get('/api/v1/me')).json();
  const call = page.getByRole('complementary', { name: 'Call' });
  const users = `/api/v1/users/${id}`;
  await page.request.patch(users, { data: { phones: ['101'] } });
  await call.getByRole('link', { name: '+49 89 99998100' }).click();
  await page.getByText('Your phone 101 rings: pick it up to call +49 89 99998100.').waitFor();
  assert.equal((await page.request.patch(users, { data: { permissions: [] } })).status(), 200);
  const refused = await page.request.post('/api/v1/dial', { data: { to: '08999998100' } });
  assert.equal(refused.status(), 403);
  await page.goto(`/admin/users/${id}`);
  const dials = page.getByRole('switch', { name: 'May dial' });
  assert.equal(await dials.isChecked(), false);
  await dials.check();
  await button('Save').click();
  await page.getByText('Saved', { exact: true }).waitFor();
  await isAccessible(page, 'a user who may dial');
  const { permissions } = await (await page.request.get('/api/v1/me')).json();
  assert.deepEqual(permissions, ['dial']);
});

test('it fits a phone', async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto('/admin/sources/new');
  await button('FreeSWITCH').click();
  await page.getByLabel('Into /etc/freeswitch/autoload_configs/acl.conf.xml').waitFor();
  await fitsAPhone(page);
  await page.goto('/admin/sources/1');
  await connection().waitFor();
  await fitsAPhone(page);
});

test('nothing on the way was refused', () => assert.deepEqual(complaints, []));
