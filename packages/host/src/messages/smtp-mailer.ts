import type { Mail, Mailer, MailServer } from './mailer.ts';

/** Milliseconds that a server gets for each of its answers. */
const patience = 15_000;

/** E-mail over SMTP (nodemailer). */
export class SmtpMailer implements Mailer {
  async send({ host, port, security, user, password }: MailServer, mail: Mail): Promise<void> {
    // most nodes never send any
    const { createTransport } = await import('nodemailer');
    const transport = createTransport({
      host,
      port,
      secure: security === 'tls',
      requireTLS: security === 'starttls',
      ignoreTLS: security === 'none',
      ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
      connectionTimeout: patience,
      greetingTimeout: patience,
      socketTimeout: patience,
      // nothing of a message is to be fetched from anywhere
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    const { from, to, subject, text, id } = mail;
    try {
      const domain = from.slice(from.lastIndexOf('@') + 1);
      await transport.sendMail({ from, to, subject, text, messageId: `<${id}@${domain}>` });
    } finally {
      transport.close();
    }
  }
}
