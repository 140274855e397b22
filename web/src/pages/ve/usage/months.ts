import { language } from '../../../text/index.ts';

/** The node keeps three years. */
const most = 36;

const names = new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** Months of accounts, as `2026-11`, which are those of UTC: from now back to a time, as far as they are kept. */
export function monthsSince(since: string, now: Date = new Date()): readonly string[] {
  const back = (count: number) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - count, 1)).toISOString().slice(0, 7);
  const months = Array.from({ length: most }, (_, count) => back(count));
  return months.filter((month, count) => count === 0 || month >= since.slice(0, 7));
}

/** A month in words. */
export const monthName = (month: string): string => names.format(new Date(`${month}-01T00:00:00Z`));
