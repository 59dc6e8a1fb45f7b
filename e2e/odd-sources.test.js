// What phone systems send and what is set up for them: every page shows it as that text and as nothing else.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { beEmma, complaints, newPage, openOffice, standIn } from './office.js';
import { nothingRan, ODD, put, retold, shows, visit } from './odd.js';

let office, page;

const button = (name) => page.getByRole('button', { name, exact: true });
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

test('the rules of a source, and what is said to it', async () => {
  let said;
  const helpdesk = createServer((request, answer) => {
    request.resume();
    answer.writeHead(400, { 'content-type': 'text/html; charset=utf-8' });
    answer.end(said);
  });
  await once(helpdesk.listen(0, '127.0.0.1'), 'listening');
  const { id: emma } = await put(page, 'GET', '/api/v1/me');
  for (const odd of ODD) {
    said = odd;
    const name = named(odd);
    const url = `http://127.0.0.1:${helpdesk.address().port}/${path(odd)}`;
    const config = {
      inbound: {
        block_caller_ids: [
          { caller_id: '4930*', note: `blocked ${odd}` },
          { caller_id: odd, note: odd },
        ],
      },
      outbound: {
        routing_table: [{ dest: odd, caller_id: `id ${odd}`, note: odd }],
        default_caller_id: `else ${odd}`,
      },
      notify_map: [{ queue: odd, user_ids: [emma] }],
      never: { queues: [`q ${odd}`], extensions: [`x ${odd}`], numbers: [`n ${odd}`] },
      forward: { url, allow_private: true },
      [odd]: { [odd]: odd },
    };
    const source = await put(page, 'POST', '/api/v1/sources', { name, kind: 'generic', config });
    const block = { caller_id: '4940*', note: `posted ${odd}` };
    await put(page, 'POST', `/api/v1/sources/${source.id}/blocked`, block);
    const event = { event: 'newCall', direction: 'in', callId: 'a', from: '4989', to: odd };
    const told = await put(page, 'POST', source.endpoint_url, { ...event, queue: odd });
    assert.ok(told);

    const home = `/admin/sources/${source.id}`;
    await visit(page, home, [name]);
    const blocked = [odd, `blocked ${odd}`, `posted ${odd}`];
    await visit(page, `${home}/rules`, [name, ...blocked, `id ${odd}`, `else ${odd}`]);
    await visit(page, `${home}/access`, [name, odd]);
    await visit(page, `${home}/keeping`, [name, `q ${odd}`, `x ${odd}`, `n ${odd}`]);
    await shows(page, [odd.slice(0, 30)]);
    await visit(page, `${home}/requests`, [name]);
    await visit(page, `${home}/requests?open=1`, [name]);
    await button('Rename').click();
    await shows(page, [name]);
    await page.keyboard.press('Escape');
    await button('Delete').click();
    await shows(page, [`Delete ${name}`]);
  }
  await visit(page, '/admin/sources', ODD.map(named));
  await visit(page, '/', ODD.map(named));
  helpdesk.close();
  helpdesk.closeAllConnections();
});

test('requests that make no sense', async () => {
  const { endpoint_url: url } = await put(page, 'POST', '/api/v1/sources', {
    name: 'odd',
    kind: 'generic',
  });
  const ask = (url, more) => fetch(url, { method: 'POST', ...more });
  for (const odd of ODD) {
    // A header has bytes and no letters.
    const bytes = Buffer.from(odd).toString('latin1');
    const event = { event: 'newCall', direction: 'in', callId: odd, from: odd, to: odd };
    await ask(`${url}?event=${path(odd)}&${path(odd)}=${path(odd)}`, {
      headers: { 'user-agent': bytes, 'content-type': bytes, 'x-odd': bytes },
      body: odd,
    });
    await ask(url, { body: new URLSearchParams({ ...event, [odd]: odd }) });
    const headers = { 'content-type': 'application/json' };
    for (const body of [{ ...event, [odd]: { [odd]: [odd] } }, { event: odd, [odd]: odd }, odd]) {
      await ask(url, { headers, body: JSON.stringify(body) });
    }
    await ask(`${office.url}/api/v1/cti/${path(odd)}`, { body: odd });
  }
  // They are recorded by and by.
  const recorded = async () =>
    (await put(page, 'GET', '/api/v1/requests?limit=100&source=odd')).items;
  while ((await recorded()).length < 5 * ODD.length);
  const items = await recorded();
  await visit(page, '/admin/requests');
  for (const { id, sent } of items) {
    await visit(page, `/admin/requests?open=${id}`, [sent.trim().split('\n').at(-1).slice(0, 12)]);
    await button('Replay as a dry run').click();
    await page.getByRole('heading', { name: 'By the rules of now' }).waitFor();
    await nothingRan(page);
  }
  await visit(
    page,
    `/admin/requests?text=${path(ODD[0])}&source=${path(ODD[1])}&of=${path(ODD[2])}`,
    [ODD[0]],
  );
});

test('names that phone systems tell which we listen to', async (t) => {
  // FreeSWITCH's queues have a domain behind an @.
  const odd = ODD.filter((one) => !one.includes('@'))
    .join(' ')
    .slice(0, 120);
  const queue = ['--scenario', 'in_queue_answered', '--speed', '20'];
  const ami = (line) => line.replace(/^(\w*Name|Queue): (?!<).+/, (_, key) => `${key}: ami ${odd}`);
  const esl = (line) =>
    line.replace(/^([\w-]*ID-Name|CC-Queue): .*/, (_, key) => `${key}: ${path(`esl ${odd}`)}`);
  for (const [kind, retell, told] of [
    ['asterisk', ami, `ami ${odd}`],
    ['freeswitch', esl, `esl ${odd}`],
  ]) {
    const pbx = await standIn(kind, queue);
    t.after(() => pbx.close());
    const wire = await retold(pbx.address, retell);
    t.after(() => wire.close());
    const source = { name: kind, kind, address: wire.address, username: odd, secret: 'any' };
    const { id } = await put(page, 'POST', '/api/v1/sources', { ...source, enabled: false });
    await visit(page, `/admin/sources/${id}`, [told]);
    // The same call comes once more.
    await pbx.close();
    const again = await standIn(kind, queue, pbx.address);
    t.after(() => again.close());
    await put(page, 'PATCH', `/api/v1/sources/${id}`, { enabled: true });
    await visit(page, '/', [told]);
    await page.locator('li.row', { hasText: told }).first().locator('a.name').click();
    await page.getByRole('region', { name: 'Where it rang' }).waitFor();
    await shows(page, [told]);
  }
});

test('why a phone system does not let us in', async (t) => {
  const pbx = await standIn('asterisk', ['--secret', 'hush']);
  t.after(() => pbx.close());
  const why = `${ODD[0]} ${ODD[1]}`;
  const wire = await retold(pbx.address, (line) => line.replace(/^Message: .*/, `Message: ${why}`));
  t.after(() => wire.close());
  const { address } = wire;
  const source = {
    name: 'strict',
    kind: 'asterisk',
    address,
    username: why,
    trunks: ODD,
    secret: 'x',
  };
  const { id } = await put(page, 'POST', '/api/v1/sources', source);
  await visit(page, `/admin/sources/${id}`, ['Not let in', why, ODD.join(', ')]);
  await visit(page, '/admin/sources', ['strict']);
});

test('nothing on the way was refused or went wrong', () => {
  assert.deepEqual(complaints, []);
});
