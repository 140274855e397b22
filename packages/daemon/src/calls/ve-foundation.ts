import { fault, type VeCreate } from '@insula/contract';
import type { Settings, WantedApplication } from '@insula/templates';
import type { GoldenWish } from '@insula/ve';
import type { Node } from '../node.ts';

/** What a new VE stands on. */
export interface Foundation {
  /** What was asked for, with what its applications need beside it. */
  readonly wanted: VeCreate;
  readonly template: { readonly name: string; readonly version: string };
  readonly applications: readonly { readonly name: string; readonly settings: Record<string, string> }[];
  /** An image that is still to be built. */
  readonly golden: GoldenWish | null;
}

/** The layer for a new VE: that of its template, or the one that holds its applications, too. @throws CodedError */
export async function foundationOf({ templates, applications }: Node, wanted: VeCreate): Promise<Foundation> {
  const layer = await templates.resolve(wanted.template);
  const { name, version } = layer;
  const rows = wantedApplications(wanted);
  if (rows.length === 0) return { wanted, template: { name, version }, applications: [], golden: null };
  const image = await applications.golden(layer, rows);
  const { layers } = await templates.layers();
  const isBuilt = layers.some((built) => built.name === image.name && built.version === image.version);
  const features = image.chosen.flatMap(({ application }) => application.features);
  return {
    wanted: { ...wanted, features: [...new Set([...(wanted.features ?? []), ...features])] },
    template: { name: image.name, version: image.version },
    applications: image.chosen.map(({ application, settings }) => ({
      name: application.name,
      settings: { ...settings },
    })),
    golden: isBuilt
      ? null
      : { name: image.name, input: { base: { name, version }, applications: rows, version: image.version } },
  };
}

/** Applications with the settings that are meant for each. @throws CodedError invalid_input for a setting of none of them */
function wantedApplications({
  applications = [],
  applicationSettings = {},
}: VeCreate): readonly WantedApplication[] {
  const settings = new Map<string, Record<string, string>>(applications.map((name) => [name, {}]));
  for (const [key, value] of Object.entries(applicationSettings)) {
    const [name = '', setting = ''] = key.split('.', 2);
    const own = settings.get(name);
    if (own === undefined)
      throw fault('invalid_input', {
        field: `applicationSettings.${key}`,
        problem: `${name} is not among the applications`,
      });
    own[setting] = value;
  }
  return [...settings].map(([name, own]): { name: string; settings: Settings } => ({ name, settings: own }));
}
