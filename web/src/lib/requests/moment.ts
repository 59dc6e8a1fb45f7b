/** To the second, since requests come close together; with the day where it is not today. */
export function momentOf(time: Date, now: Date, language: string): string {
  const today = time.toDateString() === now.toDateString();
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    ...(!today && { day: 'numeric', month: 'short' }),
  }).format(time);
}
