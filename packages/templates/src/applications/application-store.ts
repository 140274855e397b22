import { asCodedError, type CodedError, fault, type TemplateVersion } from '@insula/contract';
import type { Files } from '@insula/host';
import { builtInDirs } from '../built-in-dirs.ts';
import { parseChecked } from '../parse-definition.ts';
import type { TemplateStore } from '../template-store.ts';
import { Application } from './application.ts';
import { type ChosenApplication, type GoldenImage, goldenImage, supportOf } from './golden-image.ts';
import { completeSettings, type Settings } from './settings.ts';

/** An application as somebody asks for it. */
export interface WantedApplication {
  readonly name: string;
  readonly settings: Settings;
}

/** What applications there are: defined in files, which are read whenever they are asked for. */
export class ApplicationStore {
  readonly #files: Files;
  readonly #dirs: readonly string[];
  readonly #templates: TemplateStore;

  constructor(ports: { readonly files: Files; readonly templates: TemplateStore; readonly ownDir: string }) {
    this.#files = ports.files;
    this.#templates = ports.templates;
    this.#dirs = [...builtInDirs('applications'), ports.ownDir];
  }

  /** All definitions by name; those that cannot be used are left out, with what is wrong with them beside. */
  async definitions(): Promise<{
    readonly applications: ReadonlyMap<string, Application>;
    readonly problems: ReadonlyMap<string, CodedError>;
  }> {
    const applications = new Map<string, Application>();
    const problems = new Map<string, CodedError>();
    for (const dir of this.#dirs) {
      for (const { name: file } of await this.#files.list(dir)) {
        if (!file.endsWith('.yaml')) continue;
        const path = `${dir}/${file}`;
        const stem = file.slice(0, -'.yaml'.length);
        try {
          const application = parseApplication(await this.#files.readText(path), path);
          if (application.name !== stem)
            throw fault('invalid_input', { field: `${path}: name`, problem: `must be ${stem}, as the file` });
          applications.set(stem, application);
          problems.delete(stem);
        } catch (error) {
          problems.set(stem, asCodedError(error));
          applications.delete(stem);
        }
      }
    }
    return { applications, problems };
  }

  /** @throws CodedError application_not_found; what is wrong with its definition */
  async find(name: string): Promise<Application> {
    const { applications, problems } = await this.definitions();
    const found = applications.get(name);
    if (found !== undefined) return found;
    throw problems.get(name) ?? fault('application_not_found', { application: name });
  }

  /** An application for a system, with all its settings. @throws CodedError as `find`; invalid_input, application_unsupported */
  async choose({ name, settings }: WantedApplication, layer: TemplateVersion): Promise<ChosenApplication> {
    const application = await this.find(name);
    supportOf(application, layer);
    return { application, settings: completeSettings(application, settings) };
  }

  /** The image of a built template with applications. @throws CodedError as `choose` */
  async golden(layer: TemplateVersion, wanted: readonly WantedApplication[]): Promise<GoldenImage> {
    const chosen = await Promise.all(wanted.map(async (row) => await this.choose(row, layer)));
    return goldenImage(await this.#templates.resolved(layer.name), layer, chosen);
  }
}

/** Reads the definition of an application from YAML. @throws CodedError invalid_input naming the file and the field */
export function parseApplication(text: string, source: string): Application {
  const application = parseChecked(Application, text, source);
  for (const [index, setting] of application.settings.entries()) {
    const field = `${source}: settings[${index}]`;
    try {
      if (setting.pattern !== undefined) new RegExp(setting.pattern, 'u');
    } catch {
      throw fault('invalid_input', { field: `${field}.pattern`, problem: 'is no regular expression' });
    }
    if (setting.default !== undefined) {
      const only = { ...application, settings: [setting] };
      completeSettings(only, {});
    }
  }
  return application;
}
