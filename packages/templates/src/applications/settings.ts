import { fault } from '@insula/contract';
import type { Application, Setting } from './application.ts';

export type Settings = Readonly<Record<string, string>>;

/**
 * All settings of an application: those that were given, and the defaults of the others.
 * @throws CodedError invalid_input naming the setting that is unknown, missing or not as it must be
 */
export function completeSettings({ name, settings }: Application, given: Settings): Settings {
  const known = new Set(settings.map((setting) => setting.name));
  const unknown = Object.keys(given).find((key) => !known.has(key));
  if (unknown !== undefined) {
    const names = [...known].join(', ');
    throw invalid(name, unknown, known.size === 0 ? 'there are no settings' : `is none of ${names}`);
  }
  return Object.fromEntries(
    settings.map((setting) => {
      const value = given[setting.name] ?? setting.default;
      if (value === undefined) throw invalid(name, setting.name, `is needed: ${setting.title}`);
      const problem = problemOf(setting, value);
      if (problem !== null) throw invalid(name, setting.name, problem);
      return [setting.name, value];
    }),
  );
}

/** Settings as the environment of scripts. */
export function settingsEnvironment(settings: Settings): Settings {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [`SETTING_${name.toUpperCase()}`, value]),
  );
}

/** The same as the beginning of a script that runs where no environment can be given. */
export function settingsPreamble(settings: Settings): string {
  return Object.entries(settingsEnvironment(settings))
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'\n`)
    .join('');
}

const invalid = (application: string, setting: string, problem: string) =>
  fault('invalid_input', { field: `${application}.${setting}`, problem });

function problemOf(setting: Setting, value: string): string | null {
  if (value.length > 4096 || Array.from(value).some(isControl)) return 'must be one line of text';
  if (setting.values !== undefined && !setting.values.includes(value))
    return `"${value}" is none of ${setting.values.join(', ')}`;
  if (setting.kind === 'boolean') return /^(?:true|false)$/.test(value) ? null : 'must be true or false';
  if (setting.kind === 'integer') return integerProblem(setting, value);
  if (setting.pattern !== undefined && !new RegExp(setting.pattern, 'u').test(value))
    return `"${value}" does not fit ${setting.pattern}`;
  return null;
}

const isControl = (character: string): boolean => character < ' ' || character === '\u007f';

function integerProblem({ minimum, maximum }: Setting, value: string): string | null {
  if (!/^-?\d{1,15}$/.test(value)) return `"${value}" is not a whole number`;
  if (minimum !== undefined && Number(value) < minimum) return `${value} is below ${minimum}`;
  return maximum !== undefined && Number(value) > maximum ? `${value} is above ${maximum}` : null;
}
