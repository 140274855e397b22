import { readFileSync } from 'node:fs';
import { fault, NodeConfig } from '@insula/contract';
import { compileValidator } from './http/validation.ts';

const defaultPath = '/etc/insula/node.json';

const validate = compileValidator(NodeConfig, 'config');

/**
 * The configuration of the node from a JSON file, defaults filled in. Only the file that nobody named may be missing: a node whose
 * own file has gone must not become the one with all defaults.
 * @throws CodedError invalid_input, unknown_field naming file and field
 */
export function readConfig(named?: string): NodeConfig {
  const path = named ?? defaultPath;
  const checked = validate(parse(path, named === undefined));
  if ('value' in checked) return checked.value as NodeConfig;
  const { code, details } = checked.error;
  throw fault(code, { ...details, field: `${path}: ${String(details['field'])}` });
}

function parse(path: string, mayBeMissing: boolean): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && mayBeMissing) return {};
    throw fault('invalid_input', { field: path, problem: message }, { cause: error });
  }
}

/** The ports of the API are always closed to VEs that may not reach it. */
export function withOwnApiPorts(config: NodeConfig): NodeConfig {
  const { network, api } = config;
  const own = [api.port, api.redirectPort].filter((port) => port !== 0);
  return { ...config, network: { ...network, apiPorts: [...new Set([...network.apiPorts, ...own])] } };
}
