import { fault, type JournalEntry } from '@insula/contract';
import { allowed } from '../allowed.ts';
import { runInside } from '../applications/run-inside.ts';
import type { VePorts } from '../ports.ts';
import type { VeEntry } from '../registry.ts';
import { parseJournalEntry } from './parse-journal.ts';

/** Milliseconds that the journal of a VE gets to answer. */
const patience = 20_000;

/** Characters of an entry in JSON: journalctl leaves out fields above 4096 bytes, and writes bytes as lists of numbers. */
const longestLine = 65_536;

const defaultLines = 100;

interface Wanted {
  readonly service?: string | undefined;
  readonly lines?: number | undefined;
  readonly after?: string | undefined;
  readonly before?: string | undefined;
}

/**
 * Entries of the journal of a running VE, the oldest first, as its own journalctl tells them.
 * @throws CodedError wrong_state, no_journal, invalid_input, exec_failed, timeout
 */
export async function journalInside(
  ports: VePorts,
  entry: VeEntry,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<JournalEntry[]> {
  const { spec } = allowed('ve.journal', entry);
  const { init } = await ports.templateOf(spec.template);
  if (init !== 'systemd')
    throw fault('no_journal', { ve: spec.name, problem: `its init is that of ${init}` });
  const limit = AbortSignal.timeout(patience);
  const found: JournalEntry[] = [];
  const most = wanted.lines ?? defaultLines;
  try {
    const { code, last } = await runInside(ports, entry, {
      command: journalCommand(wanted),
      env: { LC_ALL: 'C' },
      signal: AbortSignal.any([signal, limit]),
      longestLine,
      line: (line) => {
        const parsed = parseJournalEntry(line);
        if (parsed !== null && found.length <= most) found.push(parsed);
      },
    });
    if (code !== 0)
      throw fault('no_journal', {
        ve: spec.name,
        problem: last.at(-1)?.slice(0, 200) ?? `exit code ${code}`,
      });
  } catch (error) {
    if (!limit.aborted) throw error;
    throw fault('timeout', { what: `the journal of ${spec.name}`, seconds: patience / 1000 });
  }
  // backwards it begins with the entry that was named
  const entries = wanted.before === undefined ? found : found.reverse();
  return entries.filter(({ cursor }) => cursor !== wanted.before).slice(-most);
}

/** Whole arguments: no value can be taken for an option. */
export function journalCommand({ service, lines = defaultLines, after, before }: Wanted): readonly string[] {
  return [
    'journalctl',
    '--no-pager',
    '--quiet',
    '--output=json',
    '--output-fields=MESSAGE,PRIORITY,SYSLOG_IDENTIFIER,_COMM,_SYSTEMD_UNIT',
    `--lines=${before === undefined ? lines : lines + 1}`,
    ...(service === undefined ? [] : [`--unit=${service.replace(/\.service$/, '')}.service`]),
    ...(after === undefined ? [] : [`--after-cursor=${after}`]),
    ...(before === undefined ? [] : [`--cursor=${before}`, '--reverse']),
  ];
}
