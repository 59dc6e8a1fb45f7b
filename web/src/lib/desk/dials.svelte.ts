import { api, ask, ProblemError, textOf, type Call, type Dial } from '$lib/api';
import { t } from './texts';

/** What is being dialled for the user, or came to nothing. */
export interface Notice {
  /** The number to be read, which can be dialled again. */
  number: string;
  /** How far it is; `asking`: the phone system has not answered yet. */
  step: 'asking' | Dial['state'];
  id?: string;
  /** The user's phone. */
  phone?: string;
  /** The call that it became. */
  call?: number | undefined;
  /** Why it failed. */
  reason?: string | undefined;
  /** The same in a sentence, where it is none of ours. */
  text?: string;
}

/** Where the computer's own program for calls has to help. */
const ELSEWHERE = ['no_pbx', 'no_phone'];
/** Nothing is said of it for so long: there is nothing to be said any more. */
const STALE_MS = 60_000;
/** A phone that was picked up made a call by then, or never will. */
const NO_CALL_MS = 10_000;

/** The one number that is being dialled. */
export class Dials {
  notice = $state<Notice>();
  /** An order that another one took the place of, or that was closed: no more of it. */
  #left: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Lets the phone system dial; false where it can not and something else may. */
  async order(number: string): Promise<boolean> {
    // A second click: the first one is under way.
    if (this.#isAsking()) return true;
    this.#leave();
    this.#show({ number, step: 'asking' });
    try {
      const dial = await ask(api.POST('/api/v1/dial', { body: { to: number } }));
      // What the stream told meanwhile is newer than the answer.
      if (this.#isAsking()) this.#hear(dial);
      else if (!this.notice) this.#left = dial.id;
    } catch (problem) {
      const reason = problem instanceof ProblemError ? problem.code : undefined;
      if (reason && ELSEWHERE.includes(reason)) {
        this.drop();
        return false;
      }
      if (this.#isAsking()) this.#show({ number, step: 'failed', reason, text: textOf(problem) });
    }
    return true;
  }

  /** What becomes of one. `lead`: this tab also tells of what was ordered elsewhere. */
  hear(dial: Dial, lead: boolean): void {
    const ours = this.notice?.id === dial.id;
    if (ours || (lead && dial.id !== this.#left)) this.#hear(dial);
  }

  /** The call itself tells what follows. */
  call(call: Call): void {
    if (this.notice?.call === call.id && call.state !== 'ringing') this.drop();
  }

  drop(): void {
    this.#leave();
    this.notice = undefined;
    clearTimeout(this.#timer);
  }

  #isAsking(): boolean {
    return this.notice?.step === 'asking';
  }

  #leave(): void {
    if (this.notice?.id) this.#left = this.notice.id;
  }

  #hear({ id, from, pretty, state, reason, call_id }: Dial): void {
    this.#show({
      id,
      number: pretty,
      phone: from,
      step: state,
      reason: reason ?? undefined,
      call: call_id ?? undefined,
    });
  }

  #show(notice: Notice): void {
    this.notice = notice;
    clearTimeout(this.#timer);
    const callless = notice.step === 'calling' && notice.call === undefined;
    this.#timer = setTimeout(() => this.drop(), callless ? NO_CALL_MS : STALE_MS);
  }
}

export const dials = new Dials();

/** Reasons that have words of ours. */
const REASONS = [
  'emergency_number',
  'phone_unreachable',
  'phone_busy',
  'phone_no_answer',
  'pbx_congested',
  'pbx_refuses',
  'pbx_silent',
] as const;

/** Whether another try may do. */
export function mayTryAgain({ step, reason }: Notice): boolean {
  return step === 'failed' && reason !== 'emergency_number';
}

/** A notice as a sentence. */
export function sayDial({ number, phone = '', step, reason, text }: Notice): string {
  if (step !== 'failed') return t(`desk.dial_${step}`, { number, phone });
  const known = REASONS.find((word) => word === reason);
  return known ? t(`desk.${known}`) : (text ?? t('desk.pbx_silent'));
}
