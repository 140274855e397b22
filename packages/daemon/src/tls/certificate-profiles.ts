import { isIP } from 'node:net';

const head = `[req]
prompt = no
distinguished_name = name
string_mask = utf8only
[name]
`;

/** The name in a certificate: letters, digits and what host and user names have; nothing that the configuration could be broken with. */
function commonName(name: string): string {
  return `CN = ${name.replaceAll(/[^A-Za-z0-9._ -]/g, '-').slice(0, 64)}\n`;
}

/** The configuration with which openssl makes the authority of a node: it signs end entities only (RFC 5280 §4.2.1.9). */
export function authorityProfile(nodeName: string): string {
  return `${head}${commonName(`Insula authority of ${nodeName}`)}[extensions]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
`;
}

/** The configuration for the certificate of the node's API, valid for these host names and addresses. */
export function serverProfile(nodeName: string, names: readonly string[]): string {
  const alternatives = names.map((name) => `${isIP(name) === 0 ? 'DNS' : 'IP'}:${name}`);
  return `${head}${commonName(nodeName)}[extensions]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = ${alternatives.join(', ')}
`;
}

/** The configuration for the certificate of a user. */
export function clientProfile(): string {
  return `[extensions]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
`;
}
