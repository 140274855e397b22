import { readFileSync } from 'node:fs';
import { fault, NodeConfig } from '@insula/contract';
import { compileValidator } from './http/validation.ts';
import { apiDomains } from './tls/api-names.ts';

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
  if ('value' in checked) {
    const config = checked.value as NodeConfig;
    const problem = acmeProblem(config);
    if (problem !== null) throw fault('invalid_input', { field: `${path}: config/api/acme`, problem });
    return config;
  }
  const { code, details } = checked.error;
  throw fault(code, { ...details, field: `${path}: ${String(details['field'])}` });
}

/** Why the node could never get a certificate as it is configured. Null: it could. */
function acmeProblem({ api }: NodeConfig): string | null {
  if (api.acme === undefined) return null;
  if (api.certificate !== undefined) return 'there is a certificate of your own (api.certificate) already';
  if (api.port === 0) return 'the API is not served over TLS: api.port is 0';
  if (api.redirectPort === 0) return 'the server asks at port 80: set api.redirectPort to 80';
  if (apiDomains({ api }).length === 0) return 'no domain is among api.names';
  return null;
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
