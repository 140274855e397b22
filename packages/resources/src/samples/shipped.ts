import type { Sample } from '@insula/contract';

const mebi = 2 ** 20;
const gibi = 2 ** 30;

const size = (name: string, description: string, scale: number): Sample => ({
  name,
  description,
  shipped: true,
  parameters: {
    physpages: { barrier: Math.floor(460 * mebi * scale), limit: Math.floor(512 * mebi * scale) },
    swappages: Math.floor(512 * mebi * scale),
    cpuunits: Math.floor(1000 * scale),
    cpulimit: Math.max(50, Math.floor(100 * scale)),
    numproc: Math.floor(400 * scale),
    diskspace: Math.floor(5 * gibi * scale),
  },
});

/** The samples that every node has. */
export const shippedSamples: readonly Sample[] = [
  {
    name: 'light',
    description: 'A small service that is idle most of the time',
    shipped: true,
    parameters: {
      physpages: { barrier: 224 * mebi, limit: 256 * mebi },
      swappages: 256 * mebi,
      cpuunits: 500,
      cpulimit: 50,
      numproc: 200,
      numfile: 8192,
      diskspace: 2 * gibi,
    },
  },
  {
    name: 'basic',
    description: 'An ordinary server',
    shipped: true,
    parameters: {
      physpages: { barrier: 460 * mebi, limit: 512 * mebi },
      swappages: 512 * mebi,
      vmguarpages: 64 * mebi,
      cpuunits: 1000,
      cpulimit: 100,
      numproc: 400,
      numfile: 16_384,
      diskspace: 5 * gibi,
    },
  },
  {
    name: 'web',
    description: 'A web server with an application behind it',
    shipped: true,
    parameters: {
      physpages: { barrier: 920 * mebi, limit: gibi },
      swappages: gibi,
      vmguarpages: 256 * mebi,
      cpuunits: 2000,
      cpulimit: 200,
      numproc: 800,
      numfile: 65_536,
      diskspace: 10 * gibi,
    },
  },
  {
    name: 'database',
    description: 'A database: memory it can count on, a share of the disks, no swap',
    shipped: true,
    parameters: {
      physpages: 2 * gibi,
      swappages: 0,
      vmguarpages: gibi,
      shmpages: gibi,
      cpuunits: 3000,
      cpulimit: 200,
      numproc: 1000,
      numfile: 131_072,
      diskspace: 40 * gibi,
      ioprio: 6,
    },
  },
  {
    name: 'unlimited',
    description: 'Everything that the node has: for a VE that is alone or trusted',
    shipped: true,
    parameters: {},
  },
  size('S', 'Size S: 512 MiB, one core', 1),
  size('M', 'Size M: 1 GiB, two cores', 2),
  size('L', 'Size L: 2 GiB, four cores', 4),
  size('XL', 'Size XL: 4 GiB, eight cores', 8),
];
