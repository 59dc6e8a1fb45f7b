// How soon the screen shows what a PBX says, and what a day of calls costs a browser: prints the figures of
// ../bench/README.md. Needs `cargo build --release -p offhook`.
import { beEmma, connectPbx, newPage, openOffice } from './office.js';

/** Calls, of three events each. */
const LISTED = 200;
const EVENTS_A_SECOND = 50;
const MEASURED_EVENTS = 3_000;
const MANY_EVENTS = 12_000;
const MANY_A_SECOND = 200;

const office = await openOffice('release');
try {
  const page = await newPage(office);
  await beEmma(office, page);
  const pbx = await connectPbx(page);
  await play(pbx, LISTED * 3, 500);

  for (const phone of [false, true]) {
    await page.request.patch('/api/v1/me', { data: { preferences: { phone } } });
    await page.goto('/');
    await page.locator('main li.row').first().waitFor();
    await page.evaluate(watchRows);
    const told = await play(pbx, MEASURED_EVENTS, EVENTS_A_SECOND);
    await settled(page);
    const shown = await page.evaluate(() => window.shown);
    const delays = told
      .map(({ row, at }) => shown[row] - at)
      .filter((delay) => Number.isFinite(delay))
      .sort((a, b) => a - b);
    const at = (share) => delays[Math.floor((delays.length - 1) * share)].toFixed(1);
    console.log(
      `${phone ? 'up to 20 ring here as well' : 'nothing rings here'}: ` +
        `p50 ${at(0.5)} ms, p90 ${at(0.9)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms; ` +
        `${delays.length} of ${told.length} drawn`,
    );
  }

  await page.reload();
  await page.locator('main li.row').first().waitFor();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  const steps = 4;
  console.log(`before: ${await memory(devtools)}`);
  for (let step = 1; step <= steps; step += 1) {
    await play(pbx, MANY_EVENTS / steps, MANY_A_SECOND);
    await settled(page);
    console.log(`after ${(MANY_EVENTS / steps) * step} events: ${await memory(devtools)}`);
  }
} finally {
  await office.close();
}

/** Plays calls of newCall, answer and hangup at an even pace; says when which row had to change. */
async function play(pbx, events, perSecond) {
  const run = Math.random().toString(36).slice(2);
  const begun = now();
  const told = [];
  const answers = [];
  for (let i = 0; i < events; i += 1) {
    const due = begun + (i * 1000) / perSecond;
    if (due > now()) await new Promise((next) => setTimeout(next, due - now()));
    // Twenty calls at a time, as in an office: each rings, is answered and ends while others do.
    const lap = Math.floor(i / 60);
    const event = ['newCall', 'answer', 'hangup'][Math.floor((i % 60) / 20)];
    const caller = `49301${String(lap * 20 + (i % 20)).padStart(6, '0')}`;
    const callId = `${run}-${caller}`;
    told.push({ row: `${callId} ${event}`, at: now() });
    answers.push(pbx({ event, callId, from: caller, user: callId, cause: 'normalClearing' }));
  }
  await Promise.all(answers);
  return told;
}

/** Notes when each row was first drawn in each of its states; a row is known by the name on our side. */
function watchRows() {
  const words = { ringing: 'newCall', talking: 'answer', done: 'hangup' };
  window.shown = {};
  const look = () => {
    const time = performance.timeOrigin + performance.now();
    for (const row of document.querySelectorAll('main li.row')) {
      const event = words[Object.keys(words).find((word) => row.classList.contains(word))];
      window.shown[`${row.querySelector('.side').textContent.trim()} ${event}`] ??= time;
    }
  };
  look();
  let waiting = false;
  new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      look();
    });
  }).observe(document.querySelector('main'), {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
  });
}

/** Nothing rings or talks any more. */
async function settled(page) {
  await page
    .locator('main li.row:is(.ringing, .talking)')
    .first()
    .waitFor({ state: 'detached', timeout: 30_000 });
}

async function memory(devtools) {
  await devtools.send('HeapProfiler.collectGarbage');
  const { metrics } = await devtools.send('Performance.getMetrics');
  const of = (name) => metrics.find((metric) => metric.name === name).value;
  return `${(of('JSHeapUsedSize') / 2 ** 20).toFixed(1)} MiB of heap, ${of('Nodes')} nodes`;
}

function now() {
  return performance.timeOrigin + performance.now();
}
