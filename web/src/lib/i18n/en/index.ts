// One file a page, so that work on one does not meet work on another.
import { frame } from './frame';
import { phone } from './phone';
import { problem } from './problem';
import { session } from './session';

export const en = { frame, phone, problem, session };

/** What every language must say. */
export type Dictionary = typeof en;
