import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ask, type Me } from '$lib/api';

vi.mock('$lib/api', () => ({
  api: { GET: vi.fn(), PATCH: vi.fn() },
  ask: vi.fn(),
  onSessionEnd: vi.fn(),
}));

/** Answers of the server, in the order asked, once the test lets them come. */
let answers: { give: (me?: unknown) => void; refuse: () => void }[];
const channels: BroadcastChannel[] = [];

const me = (preferences: object, id = 1) => ({
  id,
  preferences: { phone: true, sound: true, theme: null, ...preferences },
});

beforeEach(() => {
  answers = [];
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined });
  vi.stubGlobal('document', { documentElement: { dataset: {} } });
  vi.stubGlobal(
    'BroadcastChannel',
    class extends BroadcastChannel {
      constructor(name: string) {
        super(name);
        channels.push(this);
      }
    },
  );
  vi.mocked(ask).mockImplementation(
    () =>
      new Promise((give, fail) => {
        answers.push({ give, refuse: () => fail(new Error('not kept')) });
      }),
  );
});

afterEach(() => {
  channels.splice(0).forEach((channel) => channel.close());
  vi.unstubAllGlobals();
});

/** A tab in which this user is signed in. */
async function tab(user: ReturnType<typeof me>) {
  vi.resetModules();
  const { session } = await import('./session.svelte');
  const started = session.start();
  answers.pop()?.give(user);
  await started;
  return session;
}

type Tab = Awaited<ReturnType<typeof tab>>;
const preferences = (tab: Tab) => (tab.me as Me).preferences;

test('what is changed in one tab counts in all of this user, and is taken back in all', async () => {
  const [one, other] = [await tab(me({})), await tab(me({}))];
  const someoneElse = await tab(me({}, 2));
  const kept = one.prefer({ phone: false });
  await vi.waitFor(() => expect(preferences(other).phone).toBe(false));
  answers.pop()?.give();
  await kept;
  const refused = one.prefer({ sound: false });
  await vi.waitFor(() => expect(preferences(other).sound).toBe(false));
  answers.pop()?.refuse();
  await expect(refused).rejects.toThrow('not kept');
  expect(preferences(one)).toMatchObject({ phone: false, sound: true });
  await vi.waitFor(() => expect(preferences(other).sound).toBe(true));
  expect(preferences(other).phone).toBe(false);
  expect(preferences(someoneElse).phone).toBe(true);
});

test('the theme is changed in all tabs', async () => {
  const [one] = [await tab(me({})), await tab(me({}))];
  // Of the tab that hears it; both write on one page here.
  delete document.documentElement.dataset.theme;
  void one.prefer({ theme: 'dark' });
  await vi.waitFor(() => expect(document.documentElement.dataset.theme).toBe('dark'));
});

test('a browser whose tabs can not talk does without', async () => {
  vi.stubGlobal('BroadcastChannel', undefined);
  const one = await tab(me({}));
  void one.prefer({ phone: false });
  expect(preferences(one).phone).toBe(false);
});

test('what another browser changed is taken over, unless something newer was changed here', async () => {
  const one = await tab(me({}));
  const renewed = one.renew();
  answers.pop()?.give(me({ phone: false }));
  await renewed;
  expect(preferences(one).phone).toBe(false);
  const saved = one.prefer({ phone: true });
  const late = one.renew();
  answers.pop()?.give(me({ phone: false }));
  await late;
  expect(preferences(one).phone, 'while it is saved').toBe(true);
  const later = one.renew();
  const again = one.prefer({ sound: false });
  answers.shift()?.give();
  answers.pop()?.give();
  await Promise.all([saved, again]);
  answers.pop()?.give(me({ phone: false }));
  await later;
  expect(preferences(one), 'asked before').toMatchObject({ phone: true, sound: false });
});
