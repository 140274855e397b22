/** An SMTP server and how to speak to it. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** none: nothing is encrypted; starttls: refused where it cannot be; tls: from the first byte on. */
  readonly security: 'none' | 'starttls' | 'tls';
  readonly user?: string | undefined;
  readonly password?: string | undefined;
}

export interface Mail {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  /** Plain text. */
  readonly text: string;
  /** Tells the message apart for good: one that is sent twice has it twice. */
  readonly id: string;
}

/** E-mail. */
export interface Mailer {
  /** Settles when the server has taken the message. @throws Error saying why it has not */
  send(server: MailServer, mail: Mail): Promise<void>;
}
