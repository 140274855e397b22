import { fileURLToPath } from 'node:url';
import { eventually } from './eventually.ts';
import { makeNetworkNamespace, type NetworkNamespace, removeNetworkNamespace } from './network-namespace.ts';
import { newTag } from './owner.ts';
import { type StartedProgram, startProgram } from './programs.ts';

/** Addresses of documentation (RFC 5737): nothing else on the machine has them. */
const nodeAddress = '192.0.2.1';
const serverAddress = '192.0.2.2';

const program = fileURLToPath(new URL('internet-server.ts', import.meta.url));

/** A network behind a node: a second namespace that the node's default route leads to, with servers that tell who calls. */
export class Internet {
  readonly namespace: NetworkNamespace;
  /** The node's own address there. */
  readonly nodeAddress = nodeAddress;
  /** Of its servers: TCP 7000 says the caller's address and goes on counting; UDP 7001 is heard, see `heard`. */
  readonly serverAddress = serverAddress;
  readonly #tag: string;
  readonly #server: StartedProgram;

  private constructor(tag: string, namespace: NetworkNamespace, server: StartedProgram) {
    this.#tag = tag;
    this.namespace = namespace;
    this.#server = server;
  }

  /** Joins a namespace of its own to the node's. */
  static async behind(node: NetworkNamespace): Promise<Internet> {
    const tag = newTag();
    const namespace = await makeNetworkNamespace(tag);
    await node.run(
      'ip',
      'link',
      'add',
      'uplink',
      'type',
      'veth',
      'peer',
      'name',
      'world',
      'netns',
      namespace.name,
    );
    await node.run('ip', 'address', 'add', `${nodeAddress}/24`, 'dev', 'uplink');
    await node.run('ip', 'link', 'set', 'uplink', 'up');
    await node.run('ip', 'route', 'add', 'default', 'via', serverAddress);
    await namespace.run('ip', 'address', 'add', `${serverAddress}/24`, 'dev', 'world');
    await namespace.run('ip', 'link', 'set', 'world', 'up');
    const server = startProgram(namespace.argv([process.execPath, program]), { timeout: 3_600_000 });
    await eventually('the servers listen', () => server.output().stdout.includes('ready'));
    return new Internet(tag, namespace, server);
  }

  /** Datagrams that came in so far: `ADDRESS text`. */
  get heard(): readonly string[] {
    return this.#server
      .output()
      .stdout.split('\n')
      .filter((line) => line.startsWith('udp '))
      .map((line) => line.slice(4));
  }

  async close(): Promise<void> {
    this.#server.child.kill('SIGKILL');
    await this.#server.ended;
    // with its namespace it would go a moment later, and the next one could not be made
    await this.namespace.run('sh', '-c', 'ip link delete world || :');
    await removeNetworkNamespace(this.#tag);
  }
}
