import { readFileSync } from 'node:fs';
import { fault, NodeConfig } from '@insula/contract';
import { compileValidator } from './http/validation.ts';

const validate = compileValidator(NodeConfig, 'config');

/**
 * The configuration of the node from a JSON file, defaults filled in; a missing file means all defaults.
 * @throws CodedError invalid_input, unknown_field naming file and field
 */
export function readConfig(path: string): NodeConfig {
  const checked = validate(parse(path));
  if ('value' in checked) return checked.value as NodeConfig;
  const { code, details } = checked.error;
  throw fault(code, { ...details, field: `${path}: ${String(details['field'])}` });
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return {};
    throw fault('invalid_input', { field: path, problem: message }, { cause: error });
  }
}
