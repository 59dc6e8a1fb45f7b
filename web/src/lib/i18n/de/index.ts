import { frame } from './frame';
import { phone } from './phone';
import { problem } from './problem';
import { session } from './session';

export const de = { frame, phone, problem, session };
