export { dayOf } from './day';
export { duration } from './duration';
export { initials } from './initials';
export { telLink } from './tel';
export { fullTime, relativeTime, shortTime } from './time';
