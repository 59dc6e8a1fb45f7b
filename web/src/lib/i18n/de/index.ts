import type { Dictionary } from '../en';
import { frame } from './frame';
import { phone } from './phone';
import { problem } from './problem';
import { session } from './session';

export const de: Dictionary = { frame, phone, problem, session };
