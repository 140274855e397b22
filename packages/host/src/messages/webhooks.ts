/** A message to a web service. */
export interface WebhookPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
}

/** HTTP requests to services that others run. */
export interface Webhooks {
  /** Settles when the service has taken the message (2xx). Redirects are not followed. @throws Error saying why it has not */
  post(message: WebhookPost): Promise<void>;
}
