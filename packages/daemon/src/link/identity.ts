import { X509Certificate } from 'node:crypto';
import { fault, type NodeConfig } from '@insula/contract';
import { CommandFailed, type Host } from '@insula/host';

/** Who this node is to others: a key of its own and a certificate that it signed itself; others know it by the fingerprint. */
export interface Identity {
  readonly key: string;
  readonly certificate: string;
  readonly fingerprint: string;
  readonly validUntil: Date;
}

const validDays = 3650;

/**
 * The identity of the node, made at its first use.
 * @throws CodedError host_lacks without openssl
 */
export async function nodeIdentity(
  { files, commands }: Pick<Host, 'files' | 'commands'>,
  config: NodeConfig,
): Promise<Identity> {
  const dir = `${config.stateDir}/link`;
  const paths = { key: `${dir}/key.pem`, certificate: `${dir}/certificate.pem` };
  const present = await files.readTextIfExists(paths.certificate);
  if (present === null) {
    await files.makeDir(dir, { mode: 0o700 });
    const made = { key: `${dir}/new-key.pem`, certificate: `${dir}/new-certificate.pem` };
    const argv = [
      ...[
        'openssl',
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-batch',
      ],
      ...[
        '-days',
        String(validDays),
        '-subj',
        `/CN=${config.name}`,
        '-keyout',
        made.key,
        '-out',
        made.certificate,
      ],
    ];
    try {
      await commands.run(argv);
    } catch (error) {
      if (!(error instanceof CommandFailed) || !error.isNotFound) throw error;
      const consequence = 'nodes cannot know each other, and VEs cannot migrate';
      throw fault(
        'host_lacks',
        { feature: 'openssl', consequence, remedy: 'install the package openssl' },
        { cause: error },
      );
    }
    await files.rename(made.key, paths.key);
    await files.rename(made.certificate, paths.certificate);
  }
  const certificate = present ?? (await files.readText(paths.certificate));
  const { fingerprint256, validTo } = new X509Certificate(certificate);
  return {
    key: await files.readText(paths.key),
    certificate,
    fingerprint: fingerprint256,
    validUntil: new Date(validTo),
  };
}
