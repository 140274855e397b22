import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { CodedError } from '@insula/contract';
import { CommandFailed, FakeFiles, RecordingCommandRunner } from '@insula/host';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { AcmeCertificate, isDue, isGood, reasonIn } from './acme-certificate.ts';

const day = 86_400_000;
const domains = ['panel.example.org', 'node1.example.org'];
const dir = '/state/tls/acme';
const work = mkdtempSync(`${tmpdir()}/insula-acme-`);
afterAll(() => rmSync(work, { recursive: true }));

function made(names: readonly string[], days: number) {
  const [key, out] = [`${work}/key`, `${work}/certificate`];
  const alternatives = `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`;
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=x'],
      ...['-addext', alternatives, '-days', String(days), '-keyout', key, '-out', out],
    ],
    { stdio: 'ignore' },
  );
  return { key: readFileSync(key, 'utf8'), certificate: readFileSync(out, 'utf8') };
}

const good = made(domains, 90);

describe('a certificate', () => {
  test('is good while it is valid, for all domains and with its key', () => {
    const now = Date.now();
    expect(isGood(good, domains, now)).toBe(true);
    expect(isGood(good, ['panel.example.org'], now)).toBe(true);
    expect(isGood(good, [...domains, 'third.example.org'], now)).toBe(false);
    expect(isGood(good, domains, now + 91 * day)).toBe(false);
    expect(isGood({ ...good, key: made(domains, 90).key }, domains, now)).toBe(false);
    expect(isGood({ ...good, certificate: good.certificate.slice(0, 200) }, domains, now)).toBe(false);
    expect(isGood({ ...good, key: '' }, domains, now)).toBe(false);
  });

  test.each([
    { days: 365, early: 334, late: 336 },
    { days: 90, early: 59, late: 61 },
    { days: 6, early: 3, late: 5 },
  ])('for $days days is replaced after $late, and not after $early', ({ days, early, late }) => {
    const keypair = made(domains, days);
    expect(isDue(keypair, Date.now() + early * day)).toBe(false);
    expect(isDue(keypair, Date.now() + late * day)).toBe(true);
  });
});

describe('a certificate by ACME', () => {
  let files: FakeFiles;
  let commands: RecordingCommandRunner;
  let acme: AcmeCertificate;
  const signal = new AbortController().signal;
  beforeEach(() => {
    files = new FakeFiles();
    commands = new RecordingCommandRunner();
    const settings = {
      server: 'https://acme.example.org:14000/dir',
      email: 'ops@example.org',
      acceptTerms: true,
      authority: '/etc/acme.pem',
    } as const;
    acme = new AcmeCertificate({ files, commands, dir, domains, settings });
  });
  const keep = async ({ key, certificate }: { readonly key: string; readonly certificate: string }) => {
    const path = `${dir}/acme.example.org_14000/certificates/panel.example.org`;
    await files.makeDir(`${dir}/acme.example.org_14000/certificates`);
    await files.writeAtomic(`${path}.key`, key);
    await files.writeAtomic(`${path}.crt`, certificate);
  };

  test('is asked for where there is none, and found afterwards', async () => {
    expect(await acme.kept()).toBeNull();
    expect(await acme.renewWhenDue(signal)).toBe(true);
    expect(commands.commands[0]).toMatchObject({
      argv: expect.arrayContaining([
        '--accept-tos',
        '--email=ops@example.org',
        '--server=https://acme.example.org:14000/dir',
        '--domains=panel.example.org',
        '--domains=node1.example.org',
        'run',
      ]),
      env: { LEGO_CA_CERTIFICATES: '/etc/acme.pem' },
    });
    await keep(good);
    expect(await acme.kept()).toEqual(good);
    expect(await acme.renewWhenDue(signal)).toBe(false);
    expect(commands.commands).toHaveLength(1);
  });

  test('is asked for without what an attempt that was cut off has left', async () => {
    const left = `${dir}/proofs/.well-known/acme-challenge`;
    await files.makeDir(left);
    await files.writeAtomic(`${left}/token`, 'proof');
    expect(await acme.proof('token')).toBe('proof');
    await acme.renewWhenDue(signal);
    expect(await acme.proof('token')).toBeNull();
  });

  test('is not asked for again at once, also not by the next daemon', async () => {
    await acme.renewWhenDue(signal);
    expect(await acme.renewWhenDue(signal)).toBe(false);
    vi.useFakeTimers({ now: Date.now() + 16 * 60_000 });
    try {
      expect(await acme.renewWhenDue(signal)).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  test('that is refused is told of with the reason of the server', async () => {
    const stderr =
      '2026/11/29 14:00:21 [INFO] [x.example] acme: Trying to solve HTTP-01\n2026/11/29 14:00:21 Could not obtain certificates:\n\terror: one or more domains had a problem:\n[x.example] acme: error: 400 :: could not resolve URL\n';
    expect(reasonIn(stderr)).toBe(
      'Could not obtain certificates: error: one or more domains had a problem: [x.example] acme: error: 400 :: could not resolve URL',
    );
    commands.answer(['lego'], { exitCode: 1, stderr });
    await expect(acme.renewWhenDue(signal)).rejects.toThrow(/1: Could not obtain.*could not resolve URL$/);
  });

  test('without lego is told of, and asked for as soon as there is one', async () => {
    const missing = { exitCode: null, signal: null, stdout: '', stderr: '', timedOut: false };
    commands.answer(['lego'], ({ argv }) => {
      throw new CommandFailed({ ...missing, argv, isCanceled: false, isMaxOutput: false, isNotFound: true });
    });
    const refused = await acme.renewWhenDue(signal).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(CodedError);
    expect(refused).toMatchObject({ code: 'host_lacks', cause: expect.any(CommandFailed) });
    commands.answer(['lego'], {});
    expect(await acme.renewWhenDue(signal)).toBe(true);
  });
});
