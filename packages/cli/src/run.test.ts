import { fault, type Operation } from '@insula/contract';
import { describe, expect, test } from 'vitest';
import {
  FakeDaemon,
  fakeOperation,
  fakeVe,
  operationEvent,
  refuse,
  sendEvents,
} from './client/fake-daemon.ts';
import { type FakeContext, fakeContext } from './fake-context.ts';
import { run } from './run.ts';

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function insula(
  daemon: FakeDaemon | undefined,
  line: string,
  context: FakeContext = fakeContext(),
): Promise<Ran> {
  const socket = daemon?.socketPath ?? '/nowhere/insulad.sock';
  const code = await run(line.split(' '), {
    ...context,
    environment: { ...context.environment, INSULA_SOCKET: socket },
  });
  return { code, out: context.stdout.text, err: context.stderr.text };
}

/** A daemon on which changes of VEs succeed at once, or fail as given by name. */
async function node(failures: Readonly<Record<string, ReturnType<typeof fault>>> = {}): Promise<FakeDaemon> {
  const daemon = await FakeDaemon.start();
  const operations = new Map<string, Operation>();
  daemon.on('GET /v1/ves', () => [
    fakeVe({ ctid: 101, name: 'web1' }),
    fakeVe({ ctid: 102, name: 'web2', state: 'stopped' }),
    fakeVe({ ctid: 103, name: 'db', addresses: [] }),
  ]);
  for (const name of ['web1', 'web2', 'db', 'x']) {
    for (const verb of ['start', 'stop']) {
      daemon.on(`POST /v1/ves/${name}/${verb}`, ({ query }) => {
        const operation = fakeOperation({ id: `${verb}-${name}`, kind: `ve.${verb}`, name });
        if (query['dryRun'] === 'true') {
          return {
            kind: operation.kind,
            target: operation.target,
            steps: [{ action: 'mount', title: 'mount the root', undo: true }],
          };
        }
        operations.set(operation.id, operation);
        return operation;
      });
    }
  }
  daemon.on('GET /v1/events', (seen, response) => {
    const operation =
      operations.get(seen.query['operation'] ?? '') ?? fakeOperation({ id: seen.query['operation'] ?? '' });
    const failure = failures[operation.target.name];
    const end: Operation = failure
      ? { ...operation, state: 'failed', message: failure.message, error: failure.toProblem() }
      : { ...operation, state: 'succeeded', progress: 1, message: 'running' };
    sendEvents([operationEvent(1, operation), operationEvent(2, end)])(seen, response);
  });
  return daemon;
}

describe('reading', () => {
  test('a list is a table, filtered and sorted as asked', async () => {
    await using daemon = await node();
    const { code, out } = await insula(daemon, 'list --filter state=running -o name,ctid -s -ctid');
    expect(code).toBe(0);
    expect(out).toBe('NAME  CTID\ndb     103\nweb1   101\n');
  });

  test('a column of names is all that a script needs', async () => {
    await using daemon = await node();
    expect((await insula(daemon, 'list --no-header -o name')).out).toBe('web1\nweb2\ndb\n');
  });

  test('--json is the answer of the API', async () => {
    await using daemon = await node();
    const { out } = await insula(daemon, 'list --json --filter name=db');
    expect(JSON.parse(out)).toEqual([fakeVe({ ctid: 103, name: 'db', addresses: [] })]);
  });

  test('several VEs are shown one after the other, and what is missing is told', async () => {
    await using daemon = await node();
    daemon
      .on('GET /v1/ves/web1', () => ({ name: 'web1', ctid: 101 }))
      .on('GET /v1/ves/x', refuse('ve_not_found', { ve: 'x' }));
    const { code, out, err } = await insula(daemon, 'show web1 x');
    expect(code).toBe(3);
    expect(out).toContain('name: web1');
    expect(err).toBe('insula: no VE x\nhint: `insula list` shows the VEs of this node\n');
  });

  test('doctor ends with 8 when something needed is missing', async () => {
    await using daemon = await node();
    const finding = {
      feature: 'criu',
      state: 'degraded',
      found: '',
      consequence: 'no live migration',
      remedy: 'install it',
    };
    daemon.on('GET /v1/node/findings', () => [finding]);
    expect(await insula(daemon, 'doctor')).toMatchObject({
      code: 0,
      out: expect.stringContaining('no live migration'),
    });
    daemon.on('GET /v1/node/findings', () => [finding, { ...finding, state: 'missing' }]);
    expect((await insula(daemon, 'doctor')).code).toBe(8);
  });
});

describe('changing', () => {
  test('the end of the operation is waited for and told', async () => {
    await using daemon = await node();
    expect(await insula(daemon, 'start web1')).toEqual({ code: 0, out: 'web1: running\n', err: '' });
  });

  test('--no-wait prints the id of the operation', async () => {
    await using daemon = await node();
    expect(await insula(daemon, 'start web1 --no-wait')).toEqual({ code: 0, out: 'start-web1\n', err: '' });
  });

  test('--json prints the operation as it ended', async () => {
    await using daemon = await node();
    expect(JSON.parse((await insula(daemon, 'start web1 --json')).out)).toMatchObject({
      id: 'start-web1',
      state: 'succeeded',
    });
  });

  test('--quiet prints nothing when all went well', async () => {
    await using daemon = await node();
    expect(await insula(daemon, 'start web1 -q')).toEqual({ code: 0, out: '', err: '' });
  });

  test('--dry-run prints the steps', async () => {
    await using daemon = await node();
    const { out } = await insula(daemon, 'start web1 --dry-run');
    expect(out).toBe(
      've.start of ve web1 would do:\nSTEP  TITLE           CAN BE UNDONE\n   1  mount the root  yes\n',
    );
    expect(daemon.seen[0]?.query).toEqual({ dryRun: 'true' });
  });

  test('a failed operation ends with the exit code of its error and says where its log is', async () => {
    await using daemon = await node({ web1: fault('start_failed', { ve: 'web1', problem: 'init ended' }) });
    const { code, out, err } = await insula(daemon, 'start web1');
    expect(code).toBe(8);
    expect(out).toBe('');
    expect(err).toContain('insula: VE web1 did not start: init ended\nhint: ');
    expect(err).toContain('insula operation show start-web1');
  });

  test('several targets have a result each, a summary, and the code of the first that failed', async () => {
    await using daemon = await node({ web2: fault('no_space', { path: '/pool', free: 1, needed: 2 }) });
    const { code, out, err } = await insula(daemon, 'start web1 web2 db');
    expect(code).toBe(6);
    expect(out.split('\n').sort()).toEqual(['', 'db: running', 'web1: running']);
    expect(err).toContain('insula: web2: not enough space in /pool');
    expect(err).toContain('2 of 3 succeeded; failed: web2\n');
  });

  test('work on the node as a whole tells what it found', async () => {
    await using daemon = await node();
    const target = { kind: 'node', id: 'n1', name: 'n1' } as const;
    const begun = { ...fakeOperation({ id: 'verify' }), target };
    const ended = { ...begun, state: 'succeeded', result: { objects: 3, damaged: [] } } as const;
    daemon.on('POST /v1/vzfs/verify', () => begun);
    daemon.on('GET /v1/events', sendEvents([operationEvent(1, ended)]));
    const { code, out } = await insula(daemon, 'vzfs verify');
    expect(code).toBe(0);
    expect(out).toMatch(/^objects:\s+3\ndamaged:\s+-\n$/);
  });

  test('several targets with --json are one list', async () => {
    await using daemon = await node({ web2: fault('no_space', { path: '/pool', free: 1, needed: 2 }) });
    const { out } = await insula(daemon, 'start web1 web2 --json');
    expect(JSON.parse(out)).toMatchObject([
      { target: 'web1', operation: { state: 'succeeded' } },
      { target: 'web2', error: { code: 'no_space' } },
    ]);
  });

  test('the same target twice is one', async () => {
    await using daemon = await node();
    expect((await insula(daemon, 'start web1 web1')).out).toBe('web1: running\n');
  });

  test('--all takes the VEs whose state fits, and those that pass the filters', async () => {
    await using daemon = await node();
    await insula(daemon, 'stop --all');
    const posts = daemon.seen.filter(({ method }) => method === 'POST').map(({ path }) => path);
    expect(posts.sort()).toEqual(['/v1/ves/db/stop', '/v1/ves/web1/stop']);
    const { out } = await insula(daemon, 'stop --all --filter name~web');
    expect(out).toBe('web1: running\n');
  });

  test('--all without a fitting VE does nothing and says so', async () => {
    await using daemon = await node();
    expect(await insula(daemon, 'stop --all --filter name=none')).toMatchObject({
      code: 0,
      err: expect.stringContaining('no VE'),
    });
  });

  test('targets are needed, and not together with --all', async () => {
    await using daemon = await node();
    expect(await insula(daemon, 'stop')).toMatchObject({
      code: 2,
      err: expect.stringContaining('ve is missing'),
    });
    expect((await insula(daemon, 'stop web1 --all')).code).toBe(2);
    expect((await insula(daemon, 'stop web1 --filter name=x')).code).toBe(2);
  });

  test('a field that the daemon refuses is named as the option that it came from', async () => {
    await using daemon = await node();
    daemon.on('POST /v1/ves', refuse('invalid_input', { field: 'dns.servers.0', problem: 'is no address' }));
    const { code, err } = await insula(daemon, 'create x --template debian-12 --dns-servers nonsense');
    expect(code).toBe(2);
    expect(err).toBe(
      'insula: --dns-servers: is no address\nhint: --dns-servers: Name servers; empty: those of the node\n',
    );
  });
});

describe('losing a VE', () => {
  const destroyable = async () => {
    const daemon = await node();
    daemon.on('DELETE /v1/ves/web1', () => fakeOperation({ id: 'destroy-web1' }));
    return daemon;
  };
  const deletions = (daemon: FakeDaemon) => daemon.seen.filter(({ method }) => method === 'DELETE').length;

  test('where nobody can be asked it needs --yes', async () => {
    await using daemon = await destroyable();
    expect(await insula(daemon, 'destroy web1')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--yes'),
    });
    expect(deletions(daemon)).toBe(0);
    expect((await insula(daemon, 'destroy web1 --yes')).code).toBe(0);
    expect(deletions(daemon)).toBe(1);
  });

  test('on a terminal the name must be typed', async () => {
    await using daemon = await destroyable();
    for (const [typed, code] of [
      ['web2', 2],
      ['y', 2],
      ['web1', 0],
    ] as const) {
      const context = fakeContext({ terminal: true });
      context.stdin.end(`${typed}\n`);
      expect((await insula(daemon, 'destroy web1', context)).code).toBe(code);
    }
    expect(deletions(daemon)).toBe(1);
  });

  test('the end of the input is no yes', async () => {
    await using daemon = await destroyable();
    const context = fakeContext({ terminal: true });
    context.stdin.end();
    expect(await insula(daemon, 'destroy web1', context)).toMatchObject({
      code: 2,
      err: expect.stringContaining('not confirmed'),
    });
    expect(deletions(daemon)).toBe(0);
  });

  test('a dry run needs no confirmation', async () => {
    await using daemon = await node();
    daemon.on('DELETE /v1/ves/web1', () => ({
      kind: 've.destroy',
      target: fakeOperation().target,
      steps: [],
    }));
    expect((await insula(daemon, 'destroy web1 --dry-run')).code).toBe(0);
  });
});

describe('errors', () => {
  test('a daemon that is not there is exit code 7 with its socket and a hint', async () => {
    const { code, err } = await insula(undefined, 'list');
    expect(code).toBe(7);
    expect(err).toBe(
      'insula: insulad does not answer at /nowhere/insulad.sock: there is no such socket\nhint: start it: `systemctl start insulad`, or ./quickstart\n',
    );
  });

  test('with --json they are problems, one a line', async () => {
    const { err } = await insula(undefined, 'list --json');
    expect(JSON.parse(err)).toMatchObject({ code: 'daemon_unavailable', hint: expect.any(String) });
    expect(JSON.parse((await insula(undefined, 'lits --json')).err)).toMatchObject({ code: 'usage' });
  });

  test('wrong use is exit code 2, also for values', async () => {
    expect((await insula(undefined, 'lits')).code).toBe(2);
    expect((await insula(undefined, 'set web1 --ram 3Q')).code).toBe(2);
    expect(await insula(undefined, 'set web1')).toMatchObject({
      code: 2,
      err: expect.stringContaining('nothing to change'),
    });
  });

  test('exec, enter and console have 125 for everything that is not the command', async () => {
    for (const line of [
      'exec web1 -- true',
      'enter web1',
      'console web1',
      'exec',
      'exec web1 --frob -- true',
    ]) {
      expect((await insula(undefined, line)).code).toBe(125);
    }
  });

  test('--debug shows requests and answers with their times', async () => {
    await using daemon = await node();
    const { err } = await insula(daemon, 'list --debug');
    expect(err).toMatch(/^> GET \/v1\/ves\n< 200 in [\d.]+ ms\n {2}\[\{"uuid"/);
  });

  test('text from the other side cannot act on the terminal', async () => {
    await using daemon = await node();
    daemon.on('GET /v1/ves/x', refuse('ve_not_found', { ve: '\u001b[2Jx\nhint: all is well' }));
    const { err } = await insula(daemon, 'show x');
    expect(err).not.toContain('\u001b');
    expect(err.trimEnd().split('\n')).toHaveLength(2);
  });
});

describe('words about insula itself', () => {
  test('help has topics, commands and a nearest one', async () => {
    expect((await insula(undefined, 'help exit-codes')).out).toContain('125');
    expect((await insula(undefined, 'help parameters')).out).toContain('physpages, ram');
    expect((await insula(undefined, 'help filters')).out).toContain('key!=value');
    expect((await insula(undefined, 'help operation list')).out).toContain(
      'insula operation list --state running',
    );
    expect(await insula(undefined, 'help creat')).toMatchObject({
      code: 2,
      err: expect.stringContaining('did you mean create?'),
    });
  });

  test('the version is told without a daemon, too', async () => {
    expect(await insula(undefined, 'version --json')).toMatchObject({ code: 0 });
    expect((await insula(undefined, '--version')).out).toBe('development\n');
  });
});
