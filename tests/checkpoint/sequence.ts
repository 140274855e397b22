import { join } from 'node:path';
import {
  eventually,
  type NetworkNamespace,
  type StartedProgram,
  startProgram,
  type TestNode,
} from '../harness/index.ts';

const port = 7000;

/** Answers every line with itself, one process for each connection; Perl is in every Debian system. */
const echoServer = `
use IO::Socket::INET; $SIG{CHLD} = 'IGNORE'; $| = 1;
my $s = IO::Socket::INET->new(LocalPort => ${port}, Listen => 9, ReuseAddr => 1) or die "no socket: $!";
while (my $c = $s->accept) { next if fork; $c->autoflush(1); while (defined(my $l = <$c>)) { print $c $l } exit }
`;

/** A connection into a VE that counts. */
export class Sequence {
  readonly #client: StartedProgram;

  private constructor(client: StartedProgram) {
    this.#client = client;
  }

  /** Starts the server inside, as a child of init, and a client in a network namespace. */
  static async open(node: TestNode, ve: string, address: string, from: NetworkNamespace): Promise<Sequence> {
    await node.exec(ve, ['sh', '-c', 'cat >/root/echo.pl'], { input: echoServer });
    // twice forked: init adopts it
    await node.inside(ve, '(setsid perl /root/echo.pl </dev/null >/root/echo.log 2>&1 &)');
    await eventually(
      'the server listens',
      async () =>
        (await node.exec(ve, `grep -q :${port.toString(16).toUpperCase()} /proc/net/tcp`)).code === 0,
    );
    return Sequence.connect(address, from);
  }

  static async connect(address: string, from: NetworkNamespace): Promise<Sequence> {
    const client = join(import.meta.dirname, 'sequence-client.ts');
    const argv = [process.execPath, '--disable-warning=ExperimentalWarning', client, address, String(port)];
    const sequence = new Sequence(startProgram(from.argv(argv), { timeout: 600_000 }));
    await sequence.goesOn();
    return sequence;
  }

  get count(): number {
    return this.#numbers('count');
  }

  /** Longest time without an answer, in milliseconds. */
  get gap(): number {
    return this.#numbers('gap');
  }

  /** Settles when 100 more numbers came back. @throws Error when one is lost or the connection has ended */
  async goesOn(): Promise<void> {
    const { count } = this;
    await eventually('100 more numbers come back', async () => {
      const { stdout } = this.#client.output();
      if (stdout.includes('failed')) throw new Error(stdout.slice(stdout.indexOf('failed')));
      return this.count > count + 100;
    });
  }

  end(): void {
    this.#client.child.kill('SIGKILL');
  }

  #numbers(name: 'count' | 'gap'): number {
    const found = [...this.#client.output().stdout.matchAll(new RegExp(`${name} (\\d+)`, 'g'))].at(-1)?.[1];
    return Number(found ?? 0);
  }
}
