import { createHmac } from 'node:crypto';
import { type AlertChange, type AlertLevel, type AlertReceiver, alertLevels } from '@insula/contract';
import type { Mail, WebhookPost } from '@insula/host';

/** Whether a receiver is to be told of a change: of what reaches its level, and of the end of that. */
export function isWanted({ from }: Pick<AlertReceiver, 'from'>, { before, level }: AlertChange): boolean {
  const rank = (one: AlertLevel) => alertLevels.indexOf(one);
  return Math.max(rank(before), rank(level)) >= rank(from);
}

const meanings: Readonly<Record<AlertLevel, string>> = {
  green: 'it is as it should be again',
  yellow: 'it nears its limit',
  red: 'it is over what is healthy',
  black: 'something was refused',
};

/** A change of an alert for people. */
export function mailOf(
  node: string,
  change: AlertChange,
  id: string,
  route: Pick<Mail, 'from' | 'to'>,
): Mail {
  const { level, before, name, ruleName, metric, value, threshold, at, uuid } = change;
  const what = uuid === null ? `node ${name}` : `VE ${name}`;
  const lines = [
    `${what} on ${node}: ${ruleName} is ${level.toUpperCase()} (was ${before}): ${meanings[level]}.`,
    '',
    `metric     ${metric}`,
    `value      ${value ?? 'unknown'}`,
    ...(threshold === null ? [] : [`threshold  ${threshold}`]),
    `time       ${at}`,
    ...(uuid === null ? [] : [`UUID       ${uuid}`]),
  ];
  // one line, whatever the rule is called
  const subject = `[insula ${node}] ${level.toUpperCase()}: ${what}, ${ruleName}`.replaceAll(/\s+/g, ' ');
  return { ...route, id, subject, text: `${lines.join('\n')}\n` };
}

/** What a webhook's signature is made of. */
function signatureOf(secret: string, seconds: number, body: string): string {
  return createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
}

/**
 * A change of an alert for a program. `Insula-Signature: t=SECONDS,v1=HEX` is HMAC-SHA-256 with the secret of the receiver over
 * `SECONDS.BODY`: who checks it and the time is safe from forged and from repeated messages. `Insula-Delivery` is the same in every
 * attempt to deliver one message.
 */
export function webhookOf(
  node: string,
  change: AlertChange,
  delivery: string,
  { url, secret, now }: { readonly url: string; readonly secret: string; readonly now: number },
): WebhookPost {
  const body = JSON.stringify({ kind: 'alert', node, alert: change });
  const seconds = Math.floor(now / 1000);
  return {
    url,
    body,
    headers: {
      'user-agent': 'insula',
      'insula-delivery': delivery,
      'insula-signature': `t=${seconds},v1=${signatureOf(secret, seconds, body)}`,
    },
  };
}
