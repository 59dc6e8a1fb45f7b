export { api, ask, askTagged, onSessionEnd } from './client';
export { ProblemError, errorOf, problemOf, textOf } from './problem';
export type * from './types';
