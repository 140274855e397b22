import type { JournalEntry } from '@insula/contract';
import { useCallback, useEffect, useRef, useState } from 'react';
import { call } from '../../../calls/client.ts';

/** Entries that are asked for at once. */
const page = 200;
/** Entries that are kept while somebody only looks on. */
const mostKept = 5000;

interface Read {
  readonly entries: readonly JournalEntry[] | undefined;
  readonly hasEarlier: boolean;
  readonly error: unknown;
}

const nothing: Read = { entries: undefined, hasEarlier: false, error: null };

/** The end of the journal of a VE or of one of its services; what was before it and what has come since are asked for. */
export function useJournal(ve: string, service: string | null) {
  const [read, setRead] = useState<Read>(nothing);
  const known = useRef(read);
  known.current = read;
  const asking = useRef(false);

  const ask = useCallback(
    async (where: { readonly after?: string; readonly before?: string }, signal?: AbortSignal) =>
      await call(
        've.journal',
        { params: { ve }, query: { lines: page, ...(service === null ? {} : { service }), ...where } },
        signal,
      ),
    [ve, service],
  );

  useEffect(() => {
    const controller = new AbortController();
    setRead(nothing);
    ask({}, controller.signal).then(
      (entries) => setRead({ entries, hasEarlier: entries.length === page, error: null }),
      (error: unknown) => {
        if (!controller.signal.aborted) setRead({ ...nothing, error });
      },
    );
    return () => controller.abort();
  }, [ask]);

  /** One question at a time, and nothing of an answer to what is no longer shown. */
  const once = useCallback(async (work: (entries: readonly JournalEntry[]) => Promise<Partial<Read>>) => {
    const { entries } = known.current;
    if (entries === undefined || asking.current) return;
    asking.current = true;
    try {
      const change = await work(entries);
      setRead((now) => (now.entries === entries ? { ...now, ...change, error: null } : now));
    } catch (error) {
      setRead((now) => ({ ...now, error }));
    } finally {
      asking.current = false;
    }
  }, []);

  const later = useCallback(
    async () =>
      await once(async (entries) => {
        const last = entries.at(-1);
        const news = await ask(last ? { after: last.cursor } : {});
        // the last of what came after: with a whole page of it, some between may be missing
        if (news.length === page) return { entries: news, hasEarlier: true };
        return news.length === 0 ? {} : { entries: [...entries, ...news].slice(-mostKept) };
      }),
    [ask, once],
  );
  const earlier = useCallback(
    async () =>
      await once(async (entries) => {
        const first = entries[0];
        const olds = first ? await ask({ before: first.cursor }) : [];
        return { entries: [...olds, ...entries], hasEarlier: olds.length === page };
      }),
    [ask, once],
  );
  return { ...read, later, earlier };
}
