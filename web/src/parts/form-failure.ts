import { CodedError, type ErrorCode } from '@insula/contract';

/** The code of an error of the catalogue; undefined for anything else. */
export function codeOf(error: unknown): ErrorCode | undefined {
  return error instanceof CodedError ? error.code : undefined;
}

/** What each code of the catalogue is about, where its details do not name the field themselves; several: the first that the form has. */
const fieldsOfCodes: Partial<Readonly<Record<ErrorCode, string | readonly string[]>>> = {
  name_taken: 'name',
  entry_exists: 'name',
  ve_not_found: 'scope',
  sample_shipped: 'name',
  ctid_taken: 'ctid',
  address_taken: 'addresses',
  no_address: 'addresses',
  template_not_found: 'template',
  template_not_built: 'template',
  template_exists: 'template',
  archive_refused: ['path', 'archive', 'image'],
  uuid_taken: 'path',
  sample_not_found: 'sample',
  application_not_found: 'applications',
  application_unsupported: 'applications',
  weak_password: 'password',
  interface_exists: 'name',
  mac_taken: 'mac',
  device_taken: 'device',
  device_missing: 'device',
  address_in_use: 'addresses',
  port_taken: 'forwards',
  user_not_found: 'who',
};

/** The fields that an error of the node may be about, as dotted paths; none where it is about the whole. */
export function fieldsNamed(error: unknown): readonly string[] {
  if (!(error instanceof CodedError)) return [];
  const { code, details } = error;
  if (code === 'invalid_parameter' && typeof details['parameter'] === 'string')
    return [`parameters.${details['parameter']}`];
  const { field } = details;
  if (typeof field === 'string' && field !== 'body') return [field];
  return [fieldsOfCodes[code] ?? []].flat();
}

interface FormLike {
  readonly setFieldError: (path: string, error: string) => void;
}

/**
 * Shows an error of the node at its field, if the form has that, or at the smallest field that it is part of.
 * @returns whether there was one
 */
export function showAtField(form: FormLike, fields: readonly string[], error: unknown): boolean {
  const named = fieldsNamed(error);
  const found = named.flatMap(wholesOf).find((name) => fields.includes(name));
  if (found === undefined) return false;
  form.setFieldError(found, (error as CodedError).message);
  return true;
}

/** A field and all that it is part of, the smallest first: `dns.servers.0`, `dns.servers`, `dns`. */
function wholesOf(field: string): readonly string[] {
  const parts = field.split('.');
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('.'));
}
