import { createHash } from 'node:crypto';
import { criuDir } from './criu.ts';
import { folderPrefix, kernelPrefix, tagNumber, testRoot } from './owner.ts';

/** Everything of a node's configuration that a test may want otherwise. */
export type ConfigChange = Readonly<Record<string, unknown>> & {
  readonly network?: Readonly<Record<string, unknown>>;
};

export interface NodePaths {
  readonly dir: string;
  readonly config: string;
  readonly log: string;
  readonly state: string;
  readonly run: string;
  readonly pool: string;
  readonly templates: string;
  readonly socket: string;
  readonly database: string;
}

export function nodePaths(tag: string): NodePaths {
  const dir = `${testRoot}/${folderPrefix}${tag}`;
  return {
    dir,
    config: `${dir}/node.json`,
    log: `${dir}/insulad.log`,
    state: `${dir}/state`,
    run: `${dir}/run`,
    pool: `${dir}/pool`,
    templates: `${dir}/templates`,
    socket: `${dir}/run/insulad.sock`,
    database: `${dir}/state/insula.db`,
  };
}

const idsPerVe = 65_536;
const rangesPerNode = 100;

/**
 * First host id of a node's VEs: above the range that a real node on this machine uses, and another one for every node, so that
 * what one leaves behind is never mistaken for another's. Kernel quotas count per id, too.
 */
function firstIdOf(tag: string): number {
  const slot = createHash('sha256').update(tag).digest().readUInt16BE() % 300;
  return 0x8000_0000 + slot * rangesPerNode * idsPerVe;
}

/** The configuration of the node with this tag: nothing in it is shared with another node. */
export function nodeConfig(tag: string, name: string, change: ConfigChange = {}) {
  const paths = nodePaths(tag);
  const { network, ...rest } = change;
  return {
    name,
    stateDir: paths.state,
    runDir: paths.run,
    pool: paths.pool,
    templatesDir: paths.templates,
    criuDir,
    link: { address: '::', port: 4434 },
    api: { port: 0 },
    cgroupParent: cgroupParentOf(tag),
    interfacePrefix: 'ts',
    idRange: { first: firstIdOf(tag), count: rangesPerNode },
    ...rest,
    network: {
      pool: `10.${100 + (tagNumber(tag) % 100)}.0.0/22`,
      gateway: '169.254.101.1',
      table: tableOf(tag),
      ...network,
    },
  };
}

export type TestNodeConfig = ReturnType<typeof nodeConfig>;

export function cgroupParentOf(tag: string): string {
  return `${kernelPrefix}${tag}`;
}

/** The nftables table of a node; it differs though each node has a network of its own, for the one that builds templates has not. */
export function tableOf(tag: string): string {
  return `insula_${tag.replace('-', '_')}`;
}
