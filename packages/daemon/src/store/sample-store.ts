import { fault, Sample, type SampleContent } from '@insula/contract';
import type { Host } from '@insula/host';
import { checkParameters, nearestName, shippedSamples } from '@insula/resources';
import { Compile } from 'typebox/compile';

interface StorePorts {
  readonly files: Host['files'];
  /** A file for each sample of the administrator's. */
  readonly dir: string;
}

const check = Compile(Sample);

/** The samples of a node: those shipped, and a folder with the administrator's own. */
export class SampleStore {
  readonly #ports: StorePorts;

  constructor(ports: StorePorts) {
    this.#ports = ports;
  }

  /** All there are, by name; a file that is none is passed over. */
  async list(): Promise<Sample[]> {
    const { files, dir } = this.#ports;
    const names = (await files.list(dir)).flatMap(({ name, kind }) =>
      kind === 'file' && name.endsWith('.json') ? [name.slice(0, -5)] : [],
    );
    const own = await Promise.all(names.map(async (name) => await this.#read(name)));
    return [...shippedSamples, ...own.filter((sample) => sample !== null)];
  }

  /** @throws CodedError sample_not_found */
  async find(name: string): Promise<Sample> {
    const found = shippedSamples.find((sample) => sample.name === name) ?? (await this.#read(name));
    if (found !== null) return found;
    const names = (await this.list()).map((sample) => sample.name);
    const nearest = nearestName(name, names);
    const suggestion = nearest === null ? `there are ${names.join(', ')}` : `did you mean ${nearest}?`;
    throw fault('sample_not_found', { sample: name, suggestion });
  }

  /** @throws CodedError sample_shipped, invalid_parameter */
  async save(name: string, { description = '', parameters }: SampleContent): Promise<Sample> {
    refuseShipped(name);
    const sample = { name, description, shipped: false, parameters: checkParameters(parameters) };
    await this.#ports.files.makeDir(this.#ports.dir);
    await this.#ports.files.writeAtomic(this.#path(name), `${JSON.stringify(sample, null, 2)}\n`);
    return sample;
  }

  /** @throws CodedError sample_not_found, sample_shipped */
  async remove(name: string): Promise<void> {
    refuseShipped(name);
    await this.find(name);
    await this.#ports.files.removeFile(this.#path(name));
  }

  #path(name: string): string {
    return `${this.#ports.dir}/${name}.json`;
  }

  async #read(name: string): Promise<Sample | null> {
    const text = await this.#ports.files.readTextIfExists(this.#path(name));
    if (text === null) return null;
    try {
      const found: unknown = { ...JSON.parse(text), name, shipped: false };
      return check.Check(found) ? found : null;
    } catch {
      return null;
    }
  }
}

function refuseShipped(name: string): void {
  if (shippedSamples.some((sample) => sample.name === name)) throw fault('sample_shipped', { sample: name });
}
