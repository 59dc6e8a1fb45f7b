// Texts that do harm where a page takes them for more than texts, and what would show that one did.
import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import { isLoaded } from './office.js';

export const ODD = [
  '<img src=x onerror=taken=1>',
  '"><script>taken=1</script>',
  '{@html "<b>x</b>"} {{7*7}} ${7*7}',
  '\u202Eמשה כהן\u202C שלום',
  '👩‍👩‍👧‍👦 ' + 'Z̷a̷l̷g̷o '.repeat(20).trim(),
];

/** No text became an element, an address or a program. */
export async function nothingRan(page) {
  const made =
    'img:not([src="/icon.svg"]), main script, main b, [role=dialog] b, [onerror], [href^="javascript:" i]';
  const found = await page.locator(made).evaluateAll((all) => all.map((one) => one.outerHTML));
  assert.deepEqual(found, [], page.url());
  assert.equal(await page.evaluate(() => window.taken), undefined, page.url());
}

/** All of these can be read on the page, in its fields as well, and none did anything. */
export async function shows(page, texts) {
  for (const text of texts) {
    await page
      .waitForFunction((text) => {
        const fields = [...document.querySelectorAll('input, textarea')].map(({ value }) => value);
        return [document.body.innerText, ...fields].some((one) => one.includes(text));
      }, text.trim())
      .catch((error) => assert.fail(`${page.url()} does not show ${text}: ${error.message}`));
  }
  await nothingRan(page);
}

/** Goes there, where all of these can be read. */
export async function visit(page, address, texts = []) {
  await page.goto(address);
  await isLoaded(page);
  await shows(page, texts);
}

/** Makes or changes it through the API, as the one who is signed in. */
export async function put(page, method, path, data) {
  const answer = await page.request.fetch(path, { method, data });
  assert.ok(answer.ok(), await answer.text());
  return answer.json();
}

/** Leads to the PBX at `address`; each line of what it says goes through `retell` on its way. */
export async function retold(address, retell) {
  const [host, port] = address.split(':');
  const ends = new Set();
  const server = createServer((near) => {
    const far = connect(Number(port), host);
    ends.add(near);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ]) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
    near.pipe(far);
    let heard = Buffer.alloc(0);
    far.on('data', (some) => {
      heard = Buffer.concat([heard, some]);
      for (let end; (end = endOfMessage(heard)); heard = heard.subarray(end)) {
        near.write(withLength(heard.subarray(0, end).toString().replace(/^.*$/gm, retell)));
      }
    });
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    address: `127.0.0.1:${server.address().port}`,
    close() {
      ends.forEach((end) => end.destroy());
      return new Promise((closed) => server.close(closed));
    },
  };
}

/** Where the first message ends: a line of AMI, or a head of the event socket with the body it announces. */
function endOfMessage(heard) {
  if (!/^Content-/.test(heard.toString('latin1', 0, 8))) return heard.indexOf('\n') + 1;
  const head = heard.indexOf('\n\n') + 2;
  const length = /^Content-Length: (\d+)/m.exec(heard.toString('latin1', 0, head))?.[1] ?? 0;
  return head > 1 && heard.length >= head + Number(length) ? head + Number(length) : 0;
}

function withLength(message) {
  const head = message.indexOf('\n\n') + 2;
  const length = Buffer.byteLength(message.slice(head));
  return message.replace(/^(Content-Length: )\d+/, `$1${length}`);
}
