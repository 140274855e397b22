import { CodedError, type ErrorCode } from '@insula/contract';

/** The code of an error of the catalogue; undefined for anything else. */
export function codeOf(error: unknown): ErrorCode | undefined {
  return error instanceof CodedError ? error.code : undefined;
}

/** What each code of the catalogue is about, where its details do not name the field themselves. */
const fieldsOfCodes: Partial<Readonly<Record<ErrorCode, string>>> = {
  name_taken: 'name',
  entry_exists: 'name',
  ve_not_found: 'scope',
  sample_shipped: 'name',
  ctid_taken: 'ctid',
  address_taken: 'addresses',
  no_address: 'addresses',
  template_not_found: 'template',
  template_not_built: 'template',
  sample_not_found: 'sample',
  application_not_found: 'applications',
  application_unsupported: 'applications',
  weak_password: 'password',
};

/** The field that an error of the node is about, as a dotted path; null where it is about the whole. */
export function fieldOf(error: unknown): string | null {
  if (!(error instanceof CodedError)) return null;
  const { code, details } = error;
  if (code === 'invalid_parameter' && typeof details['parameter'] === 'string')
    return `parameters.${details['parameter']}`;
  const { field } = details;
  return typeof field === 'string' && field !== 'body' ? field : (fieldsOfCodes[code] ?? null);
}

interface FormLike {
  readonly setFieldError: (path: string, error: string) => void;
}

/**
 * Shows an error of the node at its field, if the form has that. Fields are named by their first part, or as they are.
 * @returns whether there was one
 */
export function showAtField(form: FormLike, fields: readonly string[], error: unknown): boolean {
  const field = fieldOf(error);
  if (field === null) return false;
  const found = fields.find((name) => name === field) ?? fields.find((name) => name === field.split('.')[0]);
  if (found === undefined) return false;
  form.setFieldError(found, (error as CodedError).message);
  return true;
}
