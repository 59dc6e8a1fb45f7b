/** How long a caller stays blocked. */
export const EXPIRIES = ['never', 'day', 'week', 'month', 'date'] as const;
export type Expiry = (typeof EXPIRIES)[number];

const DAYS = { day: 1, week: 7, month: 30 };

/** When it ends (RFC 3339), or null for never. A date is meant to its end, here. */
export function expiryOf(expiry: Expiry, date: string, now: Date): string | null {
  if (expiry === 'never') return null;
  if (expiry !== 'date') return new Date(now.getTime() + DAYS[expiry] * 86_400_000).toISOString();
  const end = new Date(`${date}T23:59:59`);
  return Number.isNaN(end.getTime()) ? null : end.toISOString();
}
