import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RecordingCommandRunner } from '../commands/fake-command-runner.ts';
import { FakeProcesses } from '../processes/fake-processes.ts';
import { LinuxConmon } from './linux-conmon.ts';

describe('a restore whose conmon has ended', () => {
  const gone = 4711;
  let bundle: string;
  beforeEach(() => {
    bundle = mkdtempSync(join(tmpdir(), 'ins-conmon-'));
    write('conmon.pid', String(gone));
    write('conmon.sync', '');
    write('conmon.err', '');
  });
  afterEach(() => rmSync(bundle, { recursive: true }));

  const write = (name: string, text: string) => writeFileSync(join(bundle, name), text);
  const failure = async () => {
    const conmon = new LinuxConmon(
      { commands: new RecordingCommandRunner(), processes: new FakeProcesses() },
      { program: 'conmon', runc: '/usr/sbin/runc', runcRoot: bundle },
    );
    return await conmon.restored({ bundle, conmonPidFile: join(bundle, 'conmon.pid') }).catch(String);
  };

  test('is told of with what CRIU logged as errors, before anything else', async () => {
    write('restore.log', '(00.1)      1: Error (criu/files.c:1): Can not open a file\n');
    write('conmon.sync', '{"data": -1, "message": "runc failed"}\n');
    write('conmon.err', 'conmon says');
    expect(await failure()).toContain('Can not open a file');
  });

  test('is told of with the words of runc, where CRIU has none', async () => {
    write('conmon.sync', '{"data": -1, "message": "runc failed"}\n');
    write('conmon.err', 'conmon says');
    expect(await failure()).toContain('runc failed');
  });

  test('is told of with the words of conmon, where it could not pass any on', async () => {
    write('conmon.err', '[conmon:e]: Failed to create container\n');
    expect(await failure()).toContain('[conmon:e]: Failed to create container');
  });

  test('is told of where nobody said anything', async () => {
    expect(await failure()).toContain('ended without a word');
  });
});
