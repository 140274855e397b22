import { fault, type VeSpec } from '@insula/contract';
import type { OperationKind } from '@insula/operations';
import { type Application, completeSettings, type Settings, supportOf } from '@insula/templates';
import type { VeStep } from '../actions/actions.ts';
import { allowed } from '../allowed.ts';
import type { VePorts } from '../ports.ts';
import type { VeEntry } from '../registry.ts';

/** Input of the kinds; what is not of a kind is not looked at. */
export interface ApplicationInput {
  readonly application: string;
  readonly settings: Settings;
  readonly purge: boolean;
}

type Added = NonNullable<VeSpec['applications']>[number];

/** The kinds of operation on applications of VEs. */
export function applicationKinds(
  ports: VePorts,
  result: OperationKind['result'],
): Readonly<Record<string, OperationKind>> {
  const entryOf = (id: string): VeEntry => {
    const entry = ports.registry.get(id);
    if (entry === undefined) throw fault('ve_not_found', { ve: id });
    return entry;
  };
  const addedTo = ({ spec }: VeEntry, name: string): Added => {
    const found = spec.applications?.find((row) => row.name === name);
    if (found === undefined) throw fault('application_not_added', { ve: spec.name, application: name });
    return found;
  };
  const reply = result === undefined ? {} : { result };

  return {
    'app.add': {
      async plan(input, { id }) {
        const { application: name, settings } = input as ApplicationInput;
        const entry = allowed('app.add', entryOf(id));
        const { spec } = entry;
        if (spec.applications?.some((row) => row.name === name) === true)
          throw fault('application_added', { ve: spec.name, application: name });
        const application = await ports.applications.find(name);
        await refuseUnfit(ports, application, spec);
        const complete = { ...completeSettings(application, settings) };
        const row = { name, settings: complete, addedAt: new Date().toISOString() };
        const next = { ...spec, applications: [...(spec.applications ?? []), row] };
        return {
          steps: changeSteps({ spec, next, application, settings: complete, install: true }),
          onCrash: 'rollback',
        };
      },
      ...reply,
    },
    'app.update': {
      async plan(input, { id }) {
        const { application: name, settings } = input as ApplicationInput;
        const entry = allowed('app.update', entryOf(id));
        const { spec } = entry;
        const added = addedTo(entry, name);
        const application = await ports.applications.find(name);
        const complete = { ...completeSettings(application, { ...known(application, added), ...settings }) };
        const rows =
          spec.applications?.map((row) => (row === added ? { ...row, settings: complete } : row)) ?? [];
        const next = { ...spec, applications: rows };
        return {
          steps: changeSteps({ spec, next, application, settings: complete, install: true }),
          onCrash: 'resume',
        };
      },
      ...reply,
    },
    'app.remove': {
      async plan(input, { id }) {
        const { application: name, purge } = input as ApplicationInput;
        const entry = allowed('app.remove', entryOf(id));
        const { spec } = entry;
        const added = addedTo(entry, name);
        const application = await ports.applications.find(name);
        const rows = spec.applications?.filter((row) => row !== added) ?? [];
        const packages = await ownPackages(ports, application, spec, rows);
        const { applications: _applications, ...rest } = spec;
        const next = rows.length === 0 ? rest : { ...spec, applications: rows };
        const args = { uuid: spec.uuid, application, settings: added.settings, packages, purge };
        return {
          steps: [
            { action: 'remove-application', title: `remove ${name}`, args, weight: 10 },
            { action: 'write-spec', title: 'write ve.json', args: { spec: next, previous: spec } },
          ] satisfies VeStep[],
          onCrash: 'resume',
        };
      },
      ...reply,
    },
  };
}

interface ApplicationChange {
  readonly spec: VeSpec;
  readonly next: VeSpec;
  readonly application: Application;
  readonly settings: Record<string, string>;
  readonly install: boolean;
}

function changeSteps({ spec, next, application, settings, install }: ApplicationChange): readonly VeStep[] {
  const { uuid } = spec;
  const { name } = application;
  return [
    { action: 'install-application', title: `install ${name}`, args: { uuid, application }, weight: 20 },
    {
      action: 'configure-application',
      title: `configure ${name}`,
      args: { uuid, application, settings, install },
      weight: 2,
    },
    {
      action: 'check-application',
      title: `wait for ${name}`,
      args: { uuid, application, settings },
      weight: 2,
    },
    { action: 'write-spec', title: 'write ve.json', args: { spec: next, previous: spec } },
    { action: 'forget-addition', title: 'clean up', args: { uuid }, weight: 0.1 },
  ];
}

/** Settings of an earlier definition that today's still knows. */
const known = ({ settings }: Application, { settings: given }: Added): Settings =>
  Object.fromEntries(
    Object.entries(given).filter(([name]) => settings.some((setting) => setting.name === name)),
  );

async function refuseUnfit(ports: VePorts, application: Application, spec: VeSpec): Promise<void> {
  const template = await ports.templateOf(spec.template);
  supportOf(application, template);
  const lacking = application.features.find((feature) => !spec.features.includes(feature));
  if (lacking === undefined) return;
  const problem = `its VE needs the feature ${lacking}: \`insula set ${spec.name} --features ${lacking}\`, and a restart`;
  throw fault('application_unsupported', { application: application.name, template: template.name, problem });
}

/** Packages of an application that no other one of the VE has. */
async function ownPackages(
  ports: VePorts,
  application: Application,
  spec: VeSpec,
  others: readonly Added[],
): Promise<readonly string[]> {
  const template = await ports.templateOf(spec.template);
  const kept = new Set<string>();
  for (const { name } of others) {
    const { applications } = await ports.applications.definitions();
    const other = applications.get(name);
    if (other !== undefined) for (const one of supportOf(other, template).packages) kept.add(one);
  }
  return supportOf(application, template).packages.filter((one) => !kept.has(one));
}
