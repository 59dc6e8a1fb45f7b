// Sources: from the first question to the first call, their rules, and two administrators at once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { beEmma, complaints, fitsAPhone, isAccessible, newPage, openOffice } from './office.js';

let office, page, url, id;

const send = async (event) => {
  const body = JSON.stringify({ to: '493023125700', ...event });
  const headers = { 'content-type': 'application/json' };
  return (await fetch(url, { method: 'POST', headers, body })).json();
};

/** The URL in the lines to paste. */
const pasted = async () => /http[^']+/.exec(await page.getByLabel('To paste').inputValue())[0];

before(async () => {
  office = await openOffice();
  page = await newPage(office);
  await beEmma(office, page);
});

after(() => office?.close());

test('from the first question to the first call', async () => {
  await page.goto('/admin');
  await page.getByText('No source yet').waitFor();
  await isAccessible(page, 'no source');
  await page.getByRole('link', { name: 'New source' }).click();
  await page.getByRole('button', { name: /webhook/ }).click();
  await page.getByLabel('Name', { exact: true }).fill('office');
  await isAccessible(page, 'a new source');
  await fitsAPhone(page);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByText('Waiting for the first event').waitFor();
  url = await pasted();
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/api\/v1\/cti\/[\w-]{20,}$/);
  const token = url.split('/').pop();
  assert.ok(!page.url().includes(token), 'the token is not in the address');
  const kept = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }]),
  );
  assert.ok(!kept.includes(token), 'the token is not stored');
  await isAccessible(page, 'set-up');
  await fitsAPhone(page);
  await send({ event: 'newcall', callId: 'a' });
  await page.getByText("The last request was refused: Invalid 'direction'!").waitFor();
  await isAccessible(page, 'a refused event');
  await send({ event: 'newCall', direction: 'in', callId: 'a', from: '4930555777' });
  await page.getByText('It works.').waitFor();
  await page.getByRole('link', { name: '+49 30 555777' }).waitFor();
  await isAccessible(page, 'set up');
  await send({ event: 'hangup', direction: 'in', callId: 'a', cause: 'cancel' });
  id = /sources\/(\d+)/.exec(page.url())[1];
});

test('a reload no longer knows the URL, and a new one works beside the old', async () => {
  const old = url;
  await page.reload();
  await page.getByText('is shown once').waitFor();
  assert.match(await pasted(), /:\d+\/api\/v1\/cti\/TOKEN$/);
  await page.getByRole('button', { name: 'New URL' }).click();
  await page.getByText('Keep it now').waitFor();
  url = await pasted();
  assert.notEqual(url, old);
  for (const one of [old, url]) {
    const answer = await fetch(
      `${one}?event=newCall&direction=out&from=1&to=2&callId=${one.length}`,
      {
        method: 'POST',
      },
    );
    assert.equal(answer.status, 200);
  }
});

test('caller IDs are put in order, tried and kept', async () => {
  await page.getByRole('link', { name: 'Rules' }).click();
  for (const [dest, caller] of [
    ['49*', '4930100'],
    ['4989*', '4989200'],
  ]) {
    await page.getByRole('button', { name: 'Add a row' }).click();
    await page.getByLabel('Destination').last().fill(dest);
    await page.getByLabel('Caller ID').last().fill(caller);
  }
  await page.getByText('Never counts: row 1 takes its calls.').waitFor();
  const tester = page.getByLabel('Number', { exact: true }).last();
  await tester.fill('089 123456');
  await page.getByText('+49 89 123456 sees +49 30 100.').waitFor();
  await isAccessible(page, 'rules');
  await page.getByRole('button', { name: 'Move 4989* up' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('+49 89 123456 sees +49 89 200.').waitFor();
  await fitsAPhone(page);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).waitFor({ state: 'detached' });
  const call = { event: 'newCall', direction: 'out', callId: 'b', from: '22', to: '4989123456' };
  assert.match(JSON.stringify(await send(call)), /4989200/);
});

test('a blocked number says before it is saved what it would have done', async () => {
  await page.request.post('/api/v1/contacts', { data: { name: 'Anna', phones: ['4930555777'] } });
  await page.getByRole('button', { name: 'Block a number' }).click();
  const number = page.getByLabel('Number', { exact: true }).first();
  await number.fill('spam');
  await page.getByText('There is no number in this.').waitFor();
  assert.ok(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled());
  await number.fill('4930555*');
  await page.getByText('it would have rejected 1 call. It rejects a number of Anna.').waitFor();
  await isAccessible(page, 'a number being blocked');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).waitFor({ state: 'detached' });
  const call = { event: 'newCall', direction: 'in', callId: 'c', from: '4930555777' };
  assert.match(JSON.stringify(await send(call)), /reject/);
});

/** Gives the source another name, beside what is not saved yet. */
async function rename(name) {
  await page.getByRole('button', { name: 'Rename' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
}

test('two administrators do not overwrite each other unseen', async () => {
  const path = `/api/v1/sources/${id}`;
  const stored = async () => (await (await page.request.get(path)).json()).config;
  const save = page.getByRole('button', { name: 'Save', exact: true });
  const put = (data) => page.request.put(`${path}/config`, { data });
  await page.getByLabel('Otherwise').fill('4930998');
  await put({ ...(await stored()), never: { queues: ['private'] } });
  await rename('front office');
  await save.click();
  await save.waitFor({ state: 'detached' });
  const { never, outbound } = await stored();
  assert.deepEqual([never, outbound.default_caller_id], [{ queues: ['private'] }, '4930998']);

  await page.getByLabel('Otherwise').fill('4930999');
  await put({ ...(await stored()), outbound: { ...outbound, routing_table: [] } });
  await rename('office');
  await save.click();
  await page.getByText('Somebody else changed this source').waitFor();
  assert.equal(await page.getByLabel('Otherwise').inputValue(), '4930999');
  await isAccessible(page, 'a source changed twice');
  await page.getByRole('button', { name: 'Show theirs' }).click();
  await page.waitForFunction(() => !document.body.innerText.includes('Destination'));
});

test('who sees what', async () => {
  await page.getByRole('link', { name: 'Who sees what' }).click();
  await page.getByText('Everybody sees and hears all calls').waitFor();
  await page.getByRole('button', { name: 'Add a queue' }).click();
  await page.getByLabel('Queue').fill('Support');
  await page.getByRole('group', { name: 'Support' }).getByLabel('Emma Taylor').check();
  await isAccessible(page, 'who sees what');
  await fitsAPhone(page);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).waitFor({ state: 'detached' });
  const { config } = await (await page.request.get(`/api/v1/sources/${id}`)).json();
  const { id: emma } = await (await page.request.get('/api/v1/me')).json();
  assert.deepEqual(config.notify_map, [{ queue: 'Support', user_ids: [emma] }]);
});

test('who a user of sipgate is here', async () => {
  const users = '/api/v1/users';
  const kim = { login: 'kim', name: 'Kim Lee', email: 'kim@example.org', role: 'agent' };
  const kims = (await (await page.request.post(users, { data: kim })).json()).id;
  const gone = { remote_user_id: 'w7', user_id: 'left@example.org' };
  const map = [{ remote_user_id: 'w1', user_id: 'Kim@example.org' }, gone];
  const config = { inbound: {}, outbound: {}, user_remote_map: map };
  const data = { name: 'cloud', kind: 'sipgate', config };
  const made = await (await page.request.post('/api/v1/sources', { data })).json();
  await page.goto(`/admin/sources/${made.id}/access`);
  const chosen = (place) => page.getByLabel('User here').nth(place).locator('option:checked');
  const says = async (place, text) => assert.equal(await chosen(place).innerText(), text);
  await page.getByLabel('User at sipgate').first().waitFor();
  await says(0, 'Kim Lee');
  await says(1, 'left@example.org (nobody here)');
  await page.getByRole('button', { name: 'Say who somebody is' }).click();
  await page.getByText('2 fields are not right yet.').waitFor();
  await page.getByText('Choose who it is here.').waitFor();
  await isAccessible(page, 'who somebody is');
  await fitsAPhone(page);
  const save = page.getByRole('button', { name: 'Save', exact: true });
  assert.ok(await save.isDisabled());
  await page.getByLabel('User at sipgate').last().fill('w0');
  await page.getByLabel('User here').last().selectOption({ label: 'Emma Taylor' });
  await save.click();
  await save.waitFor({ state: 'detached' });
  const kept = async () => {
    const answer = await page.request.get(`/api/v1/sources/${made.id}`);
    return (await answer.json()).config.user_remote_map;
  };
  const { id: emma } = await (await page.request.get('/api/v1/me')).json();
  // What was not touched stands there as it did.
  assert.deepEqual(await kept(), [...map, { remote_user_id: 'w0', user_id: emma }]);
  await page.getByRole('button', { name: 'Remove w7' }).click();
  await page.getByLabel('User here').first().selectOption({ label: 'Emma Taylor' });
  await save.click();
  await save.waitFor({ state: 'detached' });
  const remote = (id) => ({ remote_user_id: id, user_id: emma });
  assert.deepEqual(await kept(), [remote('w1'), remote('w0')]);
  await page.getByRole('link', { name: 'Kim Lee' }).click();
  await page.waitForURL(new RegExp(`/admin/users/${kims}$`));
  // Another kind has nothing of it.
  await page.goto(`/admin/sources/${id}/access`);
  await page.getByRole('link', { name: 'Kim Lee' }).waitFor();
  assert.equal(await page.getByLabel('User here').count(), 0);
});

test('its requests, and the list of sources', async () => {
  await page.getByRole('link', { name: 'Requests' }).last().click();
  await page.getByText('newCall').first().waitFor();
  await page
    .getByRole('row', { name: /newCall/ })
    .first()
    .getByRole('link')
    .click();
  const panel = page.getByRole('complementary', { name: 'Request' });
  await panel.getByText('"event": "newCall"').first().waitFor();
  await isAccessible(page, 'a request of a source');
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'Sources' }).click();
  await page.getByText(/last event/).waitFor();
  await isAccessible(page, 'sources');
  await fitsAPhone(page);
});

test('nothing on the way was refused or went wrong', () => {
  assert.deepEqual(complaints, []);
});
