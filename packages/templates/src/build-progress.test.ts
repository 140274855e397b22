import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MmdebstrapProgress } from './build-progress.ts';

const output = [
  'I: running apt-get update...',
  'Get:1 http://mirror.example trixie InRelease [140 kB]',
  'I: downloading packages with apt...',
  '0 upgraded, 2 newly installed, 0 to remove and 0 not upgraded.',
  'Get:1 http://mirror.example trixie/main amd64 libc6 amd64 [1 kB]',
  'I: extracting archives...',
  'I: installing essential packages...',
  'Unpacking libc6:amd64 (2.41) ...',
  'Setting up libc6:amd64 (2.41) ...',
  'I: installing remaining packages inside the chroot...',
  '0 upgraded, 10 newly installed, 0 to remove and 0 not upgraded.',
  'Setting up curl (8) ...',
  'I: cleaning package lists and apt cache...',
  'I: success in 20.4 seconds',
];

describe('the progress of mmdebstrap', () => {
  it('follows its stages and the packages in them', () => {
    const progress = new MmdebstrapProgress('bootstrap');
    expect(output.map((line) => progress.feed(line)).filter((step) => step !== null)).toEqual([
      { fraction: 0, text: 'reading package lists' },
      { fraction: 0.1, text: 'downloading the base system' },
      { fraction: 0.14, text: 'downloading the base system' },
      { fraction: 0.18, text: 'extracting the base system' },
      { fraction: 0.22, text: 'installing the base system' },
      { fraction: 0.29, text: 'installing the base system' },
      { fraction: 0.37, text: 'installing the base system' },
      { fraction: 0.52, text: 'installing packages' },
      { fraction: 0.53, text: 'installing packages' },
      { fraction: 0.97, text: 'cleaning up' },
      { fraction: 0.99, text: 'done' },
    ]);
  });

  it('never goes back and never passes the end, whatever it reads', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('bootstrap' as const, 'install' as const),
        fc.array(fc.oneof(fc.constantFrom(...output), fc.string())),
        (mode, lines) => {
          const progress = new MmdebstrapProgress(mode);
          const seen = lines
            .map((line) => progress.feed(line)?.fraction)
            .filter((fraction) => fraction !== undefined);
          expect(seen).toEqual([...seen].sort((left, right) => left - right));
          expect(seen.every((fraction) => fraction >= 0 && fraction <= 1)).toBe(true);
        },
      ),
    );
  });
});
