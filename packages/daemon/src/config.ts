import { readFileSync } from 'node:fs';
import { fault, NodeConfig } from '@insula/contract';
import { Compile } from 'typebox/compile';
import { Default } from 'typebox/value';

const check = Compile(NodeConfig);

/**
 * The configuration of the node from a JSON file, defaults filled in; a missing file means all defaults.
 * @throws CodedError invalid_input naming file and field
 */
export function readConfig(path: string): NodeConfig {
  let text = '{}';
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw fault('invalid_input', { field: path, problem: (error as Error).message });
  }
  const config: unknown = Default(NodeConfig, value);
  if (check.Check(config)) return config;
  const [problem] = check.Errors(config);
  throw fault('invalid_input', {
    field: `${path}${problem?.instancePath.replaceAll('/', ' ') ?? ''}`,
    problem: problem?.message ?? 'does not fit the schema',
  });
}
