import type { WebhookPost, Webhooks } from './webhooks.ts';

/** Milliseconds that a service gets to take a message. */
const patience = 15_000;

export class HttpWebhooks implements Webhooks {
  async post({ url, headers, body }: WebhookPost): Promise<void> {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
      // what was told to one address is not for another
      redirect: 'error',
      signal: AbortSignal.timeout(patience),
    }).catch((error: unknown) => {
      const { cause, message } = error as Error;
      throw new Error(cause instanceof Error ? cause.message : message, { cause: error });
    });
    await answer.body?.cancel();
    if (!answer.ok) throw new Error(`it answered ${answer.status}`);
  }
}
