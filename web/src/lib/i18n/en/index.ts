// What the first load says. One file a room, so that work on one does not meet work on another; the
// rooms that are loaded later are spoken by their own (`lib/contacts/texts.ts` and so on).
import { frame } from './frame';
import { phone } from './phone';
import { problem } from './problem';
import { session } from './session';

export const en = { frame, phone, problem, session };
