import type { Mail, Mailer, MailServer } from './mailer.ts';
import type { WebhookPost, Webhooks } from './webhooks.ts';

/** Keeps what was sent; while `failure` is set, nothing is taken. */
export class FakeMailer implements Mailer {
  readonly sent: { readonly server: MailServer; readonly mail: Mail }[] = [];
  failure: Error | null = null;

  async send(server: MailServer, mail: Mail): Promise<void> {
    if (this.failure !== null) throw this.failure;
    this.sent.push({ server, mail });
  }
}

export class FakeWebhooks implements Webhooks {
  readonly posted: WebhookPost[] = [];
  failure: Error | null = null;

  async post(message: WebhookPost): Promise<void> {
    if (this.failure !== null) throw this.failure;
    this.posted.push(message);
  }
}
