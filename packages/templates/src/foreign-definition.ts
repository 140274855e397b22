import { fault, type TemplateCreate } from '@insula/contract';
import { stringify } from 'yaml';
import { parseDefinition } from './parse-definition.ts';

/**
 * The definition, as text, of a template whose system comes from elsewhere.
 * @throws CodedError invalid_input for what no definition may say, and when it says neither or both of archive and image
 */
export function foreignDefinition(name: string, wanted: TemplateCreate): string {
  const { archive, image, init, sha256 } = wanted;
  if ((archive === undefined) === (image === undefined)) {
    const problem = 'say either archive or image';
    throw fault('invalid_input', { field: 'archive', problem });
  }
  if (sha256 !== undefined && archive === undefined)
    throw fault('invalid_input', { field: 'sha256', problem: 'an image has digests of its own' });
  const source =
    archive === undefined
      ? { kind: 'image', reference: image }
      : { kind: 'archive', path: archive, ...(sha256 === undefined ? {} : { sha256 }) };
  const text = stringify({
    name,
    title: wanted.title ?? `From ${archive ?? image}`.slice(0, 120),
    distribution: wanted.distribution ?? 'unknown',
    release: wanted.release ?? 'unknown',
    init,
    source,
    minimumFreeBytes: 0,
  });
  parseDefinition(text, name);
  return text;
}
