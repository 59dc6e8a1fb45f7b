import type { Dictionary } from '../en';
import { admin } from './admin';
import { contacts } from './contacts';
import { frame } from './frame';
import { phone } from './phone';
import { problem } from './problem';
import { session } from './session';

export const de: Dictionary = { admin, contacts, frame, phone, problem, session };
