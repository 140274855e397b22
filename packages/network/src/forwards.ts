import { fault } from '@insula/contract';

/** One port of the node that leads to a port of a VE. */
export interface ForwardedPort {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  readonly target: number;
}

/** The most ports that one VE can have of its node. */
const mostPorts = 4_096;
const lastPort = 65_535;

/**
 * The ports of `PROTOCOL:PORT[-LAST][:PORT OF THE VE]`; a range leads to as many ports of the VE.
 * @throws CodedError invalid_input (field `forwards`)
 */
function parseForward(text: string): readonly ForwardedPort[] {
  const refuse = (problem: string) =>
    fault('invalid_input', { field: 'forwards', problem: `${text}: ${problem}` });
  const parts = /^(tcp|udp):(\d{1,5})(?:-(\d{1,5}))?(?::(\d{1,5}))?$/.exec(text);
  if (parts === null) throw refuse('no PROTOCOL:PORT[-LAST][:PORT]');
  const protocol = parts[1] === 'udp' ? 'udp' : 'tcp';
  const first = Number(parts[2]);
  const last = Number(parts[3] ?? first);
  const target = Number(parts[4] ?? first);
  if (first < 1 || target < 1 || last > lastPort || target + last - first > lastPort)
    throw refuse(`ports go from 1 to ${lastPort}`);
  if (last < first) throw refuse('the range ends before it begins');
  if (last - first >= mostPorts) throw refuse(`a VE can have ${mostPorts} ports`);
  return Array.from({ length: last - first + 1 }, (_, index) => ({
    protocol,
    port: first + index,
    target: target + index,
  }));
}

/**
 * All ports of a VE's forwards.
 * @throws CodedError invalid_input when one is named twice, or there are too many
 */
export function parseForwards(forwards: readonly string[]): readonly ForwardedPort[] {
  const ports = forwards.flatMap(parseForward);
  const problem =
    ports.length > mostPorts
      ? `${ports.length} ports: a VE can have ${mostPorts}`
      : twice(ports.map(({ protocol, port }) => `${protocol} port ${port}`));
  if (problem !== null) throw fault('invalid_input', { field: 'forwards', problem });
  return ports;
}

function twice(names: readonly string[]): string | null {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) return `${name} is named twice`;
    seen.add(name);
  }
  return null;
}
