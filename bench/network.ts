import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { VeDetail } from '@insula/contract';
import { BenchNode } from './bench-node.ts';
import { printSeries, Series } from './measure.ts';

/**
 * What the node's network costs: throughput and small packets between VE and host, and between VEs, beside a bare pair of veth
 * devices in the same run; what the network adds to a start; what one VE more costs the ruleset when many are there; how exact rates
 * are; and how many pings a restart of the daemon loses. Needs iperf3 and ping.
 */
const rounds = Number(process.argv[2] ?? 3);
const template = process.argv[3] ?? 'busybox';
const many = 1_000;

const run = (file: string, ...args: readonly string[]) => execFileSync(file, args, { encoding: 'utf8' });
const inNamespace = (pid: number, ...command: readonly string[]) =>
  run('nsenter', `--net=/proc/${pid}/ns/net`, '--', ...command);

/** Somebody in a network namespace, who can be connected to. */
interface Place {
  readonly pid: number;
  readonly address: string;
}

/** Gigabits a second of one stream, once it has found its speed. */
async function stream(from: Place, to: Place): Promise<number> {
  const server = spawn(
    'nsenter',
    [`--net=/proc/${to.pid}/ns/net`, '--', 'iperf3', '-s', '-1', '-B', to.address],
    { stdio: 'ignore' },
  );
  await delay(300);
  const report = inNamespace(from.pid, 'iperf3', '-c', to.address, '-t', '4', '-O', '1', '-J');
  server.kill();
  const { end } = JSON.parse(report) as {
    readonly end: { readonly sum_received: { readonly bits_per_second: number } };
  };
  return end.sum_received.bits_per_second / 1e9;
}

/** Gigabits a second and microseconds there and back, from one place to another. */
async function measure(
  from: Place,
  to: Place,
): Promise<{ readonly gigabits: number; readonly microseconds: number }> {
  const gigabits = await stream(from, to);
  const ping = inNamespace(from.pid, 'ping', '-i', '0.002', '-c', '1500', to.address);
  const times = [...ping.matchAll(/time=([\d.]+) ms/g)]
    .map(([, time]) => Number(time))
    .toSorted((a, b) => a - b);
  return {
    gigabits,
    microseconds: (times[Math.floor(times.length / 2)] ?? Number.NaN) * 1000,
  };
}

/** Two namespaces with nothing but a pair of devices between them. */
function barePair(): { readonly places: readonly [Place, Place]; remove(): void } {
  const holders = [0, 1].map(() => spawn('unshare', ['--net', '--', 'sleep', '600'], { stdio: 'ignore' }));
  const pids = holders.map(({ pid }) => pid ?? 0);
  return {
    places: [
      { pid: pids[0] ?? 0, address: '198.18.0.1' },
      { pid: pids[1] ?? 0, address: '198.18.0.2' },
    ],
    remove: () => {
      for (const holder of holders) holder.kill();
    },
  };
}

function joinPair([one, other]: readonly [Place, Place]): void {
  inNamespace(
    one.pid,
    'ip',
    'link',
    'add',
    'bare',
    'type',
    'veth',
    'peer',
    'name',
    'bare',
    'netns',
    String(other.pid),
  );
  for (const { pid, address } of [one, other]) {
    inNamespace(pid, 'ip', 'address', 'add', `${address}/30`, 'dev', 'bare');
    inNamespace(pid, 'ip', 'link', 'set', 'bare', 'up');
  }
}

const node = new BenchNode();
await node.start();
const pair = barePair();
try {
  await delay(500);
  joinPair(pair.places);
  const place = async (name: string): Promise<Place> => {
    const { init, addresses } = await node.get<VeDetail>(`/v1/ves/${name}`);
    return { pid: init ?? 0, address: addresses[0] ?? '' };
  };
  for (const name of ['one', 'two']) await node.create(name, template, true);
  const [one, two] = [await place('one'), await place('two')];
  const host: Place = { pid: process.pid, address: '169.254.119.1' };
  const paths = [
    { name: 'bare pair of veth', from: pair.places[0], to: pair.places[1] },
    { name: 'VE to host', from: one, to: host },
    { name: 'host to VE', from: host, to: one },
    { name: 'VE to VE', from: one, to: two },
  ].map((path) => ({ ...path, gigabits: new Series(path.name), microseconds: new Series(path.name) }));
  for (let round = 0; round < rounds; round += 1) {
    for (const { from, to, gigabits, microseconds } of paths) {
      const found = await measure(from, to);
      gigabits.add(found.gigabits);
      microseconds.add(found.microseconds);
    }
  }
  const base = paths[0];
  console.log('\nVEs beside a bare pair of devices, medians of the rounds');
  console.table(
    Object.fromEntries(
      paths.map(({ name, gigabits, microseconds }) => {
        const [speed, time] = [gigabits.quantile(0.5), microseconds.quantile(0.5)];
        return [
          name,
          {
            'Gbit/s': speed.toFixed(2),
            'of bare': (speed / (base?.gigabits.quantile(0.5) ?? 1)).toFixed(2),
            'µs there and back': time.toFixed(1),
            'times bare': (time / (base?.microseconds.quantile(0.5) ?? 1)).toFixed(2),
          },
        ];
      }),
    ),
  );

  printSeries('what the network adds to a start', await restarted());

  const exactness: Record<string, object> = {};
  for (const megabits of [10, 100, 500]) {
    const rates = [`in:1:${megabits}000`, `out:1:${megabits}000`];
    await node.change('PATCH', '/v1/ves/one', { rates });
    const [out, into] = [await stream(one, host), await stream(host, one)];
    // what is measured is the content: of a full packet 1448 of 1514 bytes
    const share = (gigabits: number) => ((gigabits * 1000) / (megabits * (1448 / 1514))).toFixed(3);
    exactness[`${megabits} Mbit/s`] = { 'out, of the rate': share(out), 'in, of the rate': share(into) };
  }
  await node.change('PATCH', '/v1/ves/one', { rates: [] });
  console.log('\nrates: content that arrived, as a part of what the rate lets through');
  console.table(exactness);

  const pinging = spawn('ping', ['-i', '0.01', '-c', '800', '-W', '2', '-q', one.address]);
  let said = '';
  pinging.stdout.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  await delay(500);
  await node.restart();
  await once(pinging, 'close');
  console.log(`\npings over a restart of the daemon: ${/\d+ packets transmitted.*loss/.exec(said)?.[0]}`);

  // the ruleset with many VEs: elements of VEs that are not there cost packets and updates what real ones would
  const elements = Array.from({ length: many }, (_, index) => {
    const number = index + 10_000;
    return `"inb${number}" . 02:49:4e:00:${(number >> 8).toString(16).padStart(2, '0')}:${(number & 255).toString(16).padStart(2, '0')} . 10.119.${8 + (index >> 8)}.${index & 255}`;
  });
  for (const family of ['inet', 'arp']) {
    execFileSync('nft', ['-f', '-'], {
      input: `add element ${family} insula_bench bound4 { ${elements.join(', ')} }\n`,
    });
  }
  printSeries(`the same beside ${many} VEs`, await restarted());
} finally {
  pair.remove();
  await node.remove();
}

async function restarted(): Promise<readonly Series[]> {
  const series = new Map([
    ['connect-network', new Series('links, addresses and routes (ip)')],
    ['claim-addresses', new Series('rules (nft), while namespaces are made')],
  ]);
  for (let round = 0; round < 20; round += 1) {
    const { steps } = await node.change('POST', '/v1/ves/two/restart', { timeout: 0 });
    for (const { action, milliseconds } of steps) series.get(action)?.add(milliseconds ?? Number.NaN);
  }
  return [...series.values()];
}
