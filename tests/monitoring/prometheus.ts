import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, run, type StartedProgram, startProgram, type TestNode } from '../harness/index.ts';

const shipped = join(import.meta.dirname, '../../integrations');
export const shippedRules = `${shipped}/prometheus/insula.rules.yml`;
export const shippedConfig = `${shipped}/prometheus/prometheus.yml`;

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

/** Expressions of the shipped dashboard with its variables filled in as Grafana does. */
export function dashboardExpressions(): readonly string[] {
  const text = readFileSync(`${shipped}/grafana/insula.json`, 'utf8');
  const { panels } = JSON.parse(text) as { readonly panels: readonly Panel[] };
  return panels
    .flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
    .map((expr) => expr.replaceAll(/\$(?:instance|ve)/g, '.*').replaceAll('$__rate_interval', '30s'));
}

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** A real Prometheus in the network of a node, which scrapes it every second and evaluates the shipped rules. */
export class Prometheus {
  readonly #node: TestNode;
  readonly #program: StartedProgram;

  private constructor(node: TestNode, program: StartedProgram) {
    this.#node = node;
    this.#program = program;
  }

  static async start(node: TestNode, port: number): Promise<Prometheus> {
    const dir = node.paths.dir;
    const config = `${dir}/prometheus.yml`;
    writeFileSync(
      config,
      readFileSync(shippedConfig, 'utf8')
        .replaceAll('15s', '1s')
        .replace('insula.rules.yml', shippedRules)
        .replace('127.0.0.1:9477', `127.0.0.1:${port}`),
    );
    const program = startProgram(
      node.namespace.argv([
        'prometheus',
        `--config.file=${config}`,
        `--storage.tsdb.path=${dir}/prometheus`,
        '--web.listen-address=127.0.0.1:9090',
      ]),
      { timeout: 600_000 },
    );
    const prometheus = new Prometheus(node, program);
    await eventually('Prometheus has scraped the node', async () => {
      return (await prometheus.query('up == 1')).length === 1;
    });
    return prometheus;
  }

  /** The value of an expression now; nothing while Prometheus does not answer. */
  async query(expression: string): Promise<readonly Series[]> {
    const { code, stdout } = await this.#node.namespace.attempt(
      'curl',
      '-sS',
      '--get',
      '--data-urlencode',
      `query=${expression}`,
      'http://127.0.0.1:9090/api/v1/query',
    );
    if (code !== 0) return [];
    const answer = JSON.parse(stdout) as {
      readonly status: string;
      readonly error?: string;
      readonly data?: { readonly result: readonly Series[] };
    };
    if (answer.status !== 'success') throw new Error(`${expression}: ${answer.error}`);
    return answer.data?.result ?? [];
  }

  /** Why the last scrape failed; empty if it did not. */
  async scrapeError(): Promise<string> {
    const text = await run(
      this.#node.namespace.argv(['curl', '-sS', 'http://127.0.0.1:9090/api/v1/targets']),
    );
    const { data } = JSON.parse(text) as {
      readonly data: { readonly activeTargets: readonly { readonly lastError: string }[] };
    };
    return data.activeTargets.map(({ lastError }) => lastError).join('; ');
  }

  async stop(): Promise<void> {
    this.#program.child.kill('SIGTERM');
    await this.#program.ended;
  }
}
