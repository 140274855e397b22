import { asCodedError, type CodedError, fault, type InitKind } from '@insula/contract';
import type { Files } from '@insula/host';
import type { GuestProfile, TemplateDefinition } from './definition.ts';
import { parseDefinition, parseGuestProfile } from './parse-definition.ts';
import type { DefinitionSet } from './resolve.ts';

export interface LoadedDefinitions extends DefinitionSet {
  /** The file of each definition. */
  readonly paths: ReadonlyMap<string, string>;
  /** Files that could not be used, and why. The others are good: one bad file must not take all templates away. */
  readonly problems: readonly { readonly path: string; readonly error: CodedError }[];
}

/**
 * Reads the definitions (`*.yaml`) and init profiles (`profiles/*.yaml`) of some directories. A later directory replaces what an
 * earlier one calls by the same name; a missing directory is an empty one. The file of a template is called after it.
 */
export async function loadDefinitions(
  files: Files,
  directories: readonly string[],
): Promise<LoadedDefinitions> {
  const definitions = new Map<string, TemplateDefinition>();
  const paths = new Map<string, string>();
  const profiles = new Map<InitKind, GuestProfile>();
  const problems: { readonly path: string; readonly error: CodedError }[] = [];

  const each = async (
    directory: string,
    use: (text: string, path: string, stem: string) => void,
  ): Promise<void> => {
    for (const { name } of await files.list(directory)) {
      if (!name.endsWith('.yaml')) continue;
      const path = `${directory}/${name}`;
      try {
        use(await files.readText(path), path, name.slice(0, -'.yaml'.length));
      } catch (error) {
        problems.push({ path, error: asCodedError(error) });
      }
    }
  };

  for (const directory of directories) {
    await each(`${directory}/profiles`, (text, path) => {
      const profile = parseGuestProfile(text, path);
      profiles.set(profile.init, profile);
    });
    await each(directory, (text, path, stem) => {
      const definition = parseDefinition(text, path);
      if (definition.name !== stem) {
        const problem = `the file of template ${definition.name} must be called ${definition.name}.yaml`;
        throw fault('invalid_input', { field: `${path}: name`, problem });
      }
      definitions.set(definition.name, definition);
      paths.set(definition.name, path);
    });
  }
  return { definitions, paths, profiles, problems };
}
