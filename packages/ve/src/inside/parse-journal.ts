import type { JournalEntry } from '@insula/contract';

/** Characters of a text that are told. */
const longestText = 4096;

/** The farthest times that Date has, in microseconds. */
const farthest = 8_640_000_000_000_000_000;

/** An entry of `journalctl --output=json` (systemd.io/JOURNAL_EXPORT_FORMATS, "Journal JSON Format"); null for a line that is none. */
export function parseJournalEntry(line: string): JournalEntry | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const fields = value as Readonly<Record<string, unknown>>;
  const at = Number(textOf(fields['__REALTIME_TIMESTAMP']));
  const cursor = textOf(fields['__CURSOR']);
  if (!Number.isFinite(at) || Math.abs(at) > farthest || cursor === '') return null;
  const priority = Number(textOf(fields['PRIORITY']) || 'none');
  const unit = textOf(fields['_SYSTEMD_UNIT']);
  return {
    at: new Date(at / 1000).toISOString(),
    source: (textOf(fields['SYSLOG_IDENTIFIER']) || textOf(fields['_COMM'])).slice(0, 256),
    service: unit.endsWith('.service') ? unit.slice(0, -'.service'.length) : null,
    priority: Number.isInteger(priority) && priority >= 0 && priority <= 7 ? priority : null,
    text: textOf(fields['MESSAGE']).slice(0, longestText),
    cursor,
  };
}

/** Text, the bytes of what is none, the first of several; of what is too long journalctl says null. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return '';
  const [first] = value as readonly unknown[];
  if (typeof first !== 'number') return first === undefined ? '' : textOf(first);
  return Buffer.from(value.filter((byte): byte is number => typeof byte === 'number')).toString();
}
