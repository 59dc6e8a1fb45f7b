const DAY_MS = 86_400_000;

const startOfDay = (time: Date) =>
  new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime();

/** Our English counts days before months, and hours to 24. */
const localeOf = (language: string) => (language === 'en' ? 'en-GB' : language);

/** As short as it can be understood: `12:41` today, `Mon 12:41` this week, else `3 Mar, 12:41`. */
export function shortTime(time: Date, now: Date, language: string): string {
  const options: Intl.DateTimeFormatOptions = {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  };
  // Rounded, since days with a change of clocks are an hour longer or shorter.
  const days = Math.round((startOfDay(now) - startOfDay(time)) / DAY_MS);
  if (days > 0 && days < 7) options.weekday = 'short';
  else if (days !== 0) Object.assign(options, { day: 'numeric', month: 'short' });
  if (time.getFullYear() !== now.getFullYear() && Math.abs(days) >= 7) options.year = 'numeric';
  return new Intl.DateTimeFormat(localeOf(language), options).format(time);
}

/** `2 days ago`, `in 5 minutes`, `now`. */
export function relativeTime(time: Date, now: Date, language: string): string {
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const seconds = (time.getTime() - now.getTime()) / 1000;
  const away = Math.abs(seconds);
  if (away < 60) return format.format(0, 'second');
  if (away < 3600) return format.format(Math.trunc(seconds / 60), 'minute');
  if (away < 86_400) return format.format(Math.trunc(seconds / 3600), 'hour');
  return format.format(Math.trunc(seconds / 86_400), 'day');
}

/** Everything about a moment, for a tooltip. */
export function fullTime(time: Date, language: string): string {
  const options: Intl.DateTimeFormatOptions = { dateStyle: 'full', timeStyle: 'medium' };
  return new Intl.DateTimeFormat(localeOf(language), options).format(time);
}
