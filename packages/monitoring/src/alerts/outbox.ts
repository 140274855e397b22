import type { AlertChange, AlertSettings } from '@insula/contract';
import type { Mailer, MailServer, Webhooks } from '@insula/host';
import { isWanted, mailOf, webhookOf } from './messages.ts';

/** A message on its way to one receiver. */
export interface OutgoingMessage {
  readonly id: number;
  readonly receiver: string;
  readonly change: AlertChange;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly attempts: number;
}

/** Where messages wait: whoever is to be told is told though the daemon is restarted. */
export interface OutboxStore {
  add(receiver: string, change: AlertChange, now: number): void;
  /** Those that are due, the oldest first. */
  due(now: number): readonly OutgoingMessage[];
  /** When the next one is due; null for none. */
  nextDue(): number | null;
  retry(id: number, due: number): void;
  remove(id: number): void;
}

export interface OutboxPorts {
  readonly node: string;
  readonly store: OutboxStore;
  readonly mailer: Mailer;
  readonly webhooks: Webhooks;
  readonly mail: (MailServer & { readonly from: string }) | undefined;
  receivers(): AlertSettings['receivers'];
  log(line: string, details: Record<string, unknown>): void;
}

const second = 1000;

/** Milliseconds after which nobody wants to hear of it any more. */
const givenUpAfter = 86_400 * second;

/** 5 s, doubling, an hour at most. */
const retryDelay = (attempts: number) => Math.min(5 * second * 2 ** attempts, 3600 * second);

/** Messages to receivers, each delivered by itself, and tried again for a day. One may arrive twice, never unsaid. */
export class Outbox {
  readonly #ports: OutboxPorts;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  #isOpen = false;

  constructor(ports: OutboxPorts) {
    this.#ports = ports;
  }

  open(): void {
    this.#isOpen = true;
    this.#plan();
  }

  /** Settles when nothing is being sent any more. */
  async close(): Promise<void> {
    this.#isOpen = false;
    clearTimeout(this.#timer);
    await this.#turn;
  }

  /** Has every receiver told that wants to be. */
  take(change: AlertChange): void {
    const { store, receivers } = { store: this.#ports.store, receivers: this.#ports.receivers() };
    for (const receiver of receivers)
      if (!change.muted && isWanted(receiver, change)) store.add(receiver.name, change, Date.now());
    this.#plan();
  }

  #plan(): void {
    clearTimeout(this.#timer);
    if (!this.#isOpen) return;
    const due = this.#ports.store.nextDue();
    if (due === null) return;
    // timers take no more than 24 days
    const delay = Math.min(Math.max(0, due - Date.now()), givenUpAfter);
    this.#timer = setTimeout(() => this.#deliver(), delay).unref();
  }

  #deliver(): void {
    this.#turn = this.#turn
      .then(async () => {
        const due = this.#ports.store.due(Date.now());
        await Promise.all(due.map(async (message) => await this.#attempt(message)));
      })
      .catch((problem: unknown) => this.#ports.log('alerts cannot be told', { problem: String(problem) }))
      .finally(() => this.#plan());
  }

  async #attempt(message: OutgoingMessage): Promise<void> {
    const { store } = this.#ports;
    const receiver = this.#ports.receivers().find(({ name }) => name === message.receiver);
    if (receiver === undefined) return store.remove(message.id);
    try {
      await this.#send(receiver, message);
      store.remove(message.id);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      const now = Date.now();
      const isOver = now - message.created > givenUpAfter;
      const line = isOver ? 'an alert was not delivered' : 'an alert is not delivered yet';
      this.#ports.log(line, { receiver: receiver.name, attempts: message.attempts + 1, problem });
      if (isOver) store.remove(message.id);
      else store.retry(message.id, now + retryDelay(message.attempts));
    }
  }

  async #send(receiver: AlertSettings['receivers'][number], { id, change, created }: OutgoingMessage) {
    const { node, mail, mailer, webhooks } = this.#ports;
    const delivery = `${node}-${created}-${id}`;
    if (receiver.kind === 'webhook') {
      const options = { url: receiver.address, secret: receiver.secret ?? '', now: Date.now() };
      return await webhooks.post(webhookOf(node, change, delivery, options));
    }
    if (mail === undefined) throw new Error('node.json names no mail server');
    return await mailer.send(mail, mailOf(node, change, delivery, { from: mail.from, to: receiver.address }));
  }
}
