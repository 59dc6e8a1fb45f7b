export { api, ask, askAll, askTagged, onSessionEnd } from './client';
export { ProblemError, errorOf, isStale, problemOf, textOf } from './problem';
export type * from './types';
