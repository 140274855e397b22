import { createHmac } from 'node:crypto';
import type { AlertChange } from '@insula/contract';
import { FakeMailer, FakeWebhooks } from '@insula/host';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Outbox, type OutboxStore, type OutgoingMessage } from './outbox.ts';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

const change: AlertChange = {
  at: '2026-11-28T12:00:00.000Z',
  before: 'green',
  rule: 1,
  ruleName: 'memory\r\nBcc: x@example.org',
  uuid: 'u1',
  name: 'web1',
  metric: 'memoryShare',
  level: 'red',
  value: 0.99,
  threshold: 0.98,
  since: '2026-11-28T12:00:00.000Z',
  muted: false,
};

/** Messages in memory. */
class MemoryOutbox implements OutboxStore {
  rows: (OutgoingMessage & { readonly due: number })[] = [];
  #next = 1;
  add(receiver: string, one: AlertChange, now: number) {
    this.rows.push({ id: this.#next, receiver, change: one, created: now, due: now, attempts: 0 });
    this.#next += 1;
  }
  due(now: number) {
    return this.rows.filter((row) => row.due <= now);
  }
  nextDue() {
    return this.rows.length === 0 ? null : Math.min(...this.rows.map(({ due }) => due));
  }
  retry(id: number, due: number) {
    this.rows = this.rows.map((row) => (row.id === id ? { ...row, due, attempts: row.attempts + 1 } : row));
  }
  remove(id: number) {
    this.rows = this.rows.filter((row) => row.id !== id);
  }
}

const hook = {
  name: 'hook',
  kind: 'webhook' as const,
  address: 'https://h.example/x',
  from: 'yellow' as const,
  secret: 'sixteen-letters!',
};
const ops = { name: 'ops', kind: 'email' as const, address: 'ops@example.org', from: 'red' as const };

function make(receivers: readonly (typeof hook | typeof ops)[] = [hook, ops]) {
  const store = new MemoryOutbox();
  const [mailer, webhooks] = [new FakeMailer(), new FakeWebhooks()];
  const lines: string[] = [];
  const outbox = new Outbox({
    node: 'node1',
    store,
    mailer,
    webhooks,
    mail: { host: 'mx', port: 25, security: 'starttls', from: 'insula@example.org' },
    receivers: () => [...receivers],
    log: (line, { receiver }) => lines.push(`${line}: ${String(receiver)}`),
  });
  outbox.open();
  return { store, mailer, webhooks, outbox, lines };
}

test('every receiver is told by its way, signed and in one line', async () => {
  const { store, mailer, webhooks, outbox } = make();
  outbox.take(change);
  await vi.advanceTimersByTimeAsync(10);
  const [post] = webhooks.posted;
  const [, seconds, hex] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(post?.headers['insula-signature'] ?? '') ?? [];
  expect(hex).toBe(createHmac('sha256', hook.secret).update(`${seconds}.${post?.body}`).digest('hex'));
  expect(JSON.parse(post?.body ?? '')).toEqual({ kind: 'alert', node: 'node1', alert: change });
  const [{ mail } = { mail: null }] = mailer.sent;
  expect(mail?.subject).toBe('[insula node1] RED: VE web1, memory Bcc: x@example.org');
  expect(mail).toMatchObject({ from: 'insula@example.org', to: 'ops@example.org' });
  expect(store.rows).toEqual([]);
});

test('a receiver is told from its level on, and of the end of it; who is muted of nothing', async () => {
  const { mailer, webhooks, outbox } = make();
  outbox.take({ ...change, level: 'yellow' });
  outbox.take({ ...change, before: 'red', level: 'green' });
  outbox.take({ ...change, muted: true });
  await vi.advanceTimersByTimeAsync(10);
  expect(mailer.sent).toHaveLength(1);
  expect(webhooks.posted).toHaveLength(2);
});

test('what is not taken is tried again, later and later, without keeping others waiting', async () => {
  const { mailer, webhooks, outbox, store } = make();
  webhooks.failure = new Error('it answered 503');
  outbox.take(change);
  await vi.advanceTimersByTimeAsync(10);
  expect(mailer.sent).toHaveLength(1);
  expect(store.rows).toMatchObject([{ receiver: 'hook', attempts: 1 }]);
  await vi.advanceTimersByTimeAsync(60_000);
  const [{ attempts } = { attempts: 0 }] = store.rows;
  expect(attempts).toBeGreaterThan(2);
  expect(attempts).toBeLessThan(7);
  webhooks.failure = null;
  await vi.advanceTimersByTimeAsync(200_000);
  expect(webhooks.posted).toHaveLength(1);
  expect(store.rows).toEqual([]);
});

test('after a day it is given up, and said so', async () => {
  const { webhooks, outbox, store, lines } = make([hook]);
  webhooks.failure = new Error('gone');
  outbox.take(change);
  await vi.advanceTimersByTimeAsync(26 * 3_600_000);
  expect(store.rows).toEqual([]);
  expect(lines.at(-1)).toBe('an alert was not delivered: hook');
});

test('nothing is sent once it is closed, and it waits for the next daemon', async () => {
  const { outbox, store, webhooks } = make([hook]);
  await outbox.close();
  outbox.take(change);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(webhooks.posted).toEqual([]);
  expect(store.rows).toHaveLength(1);
});
