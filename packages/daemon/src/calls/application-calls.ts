import { type ApplicationInput, applicationStatus, veLock } from '@insula/ve';
import type { Change, Changes, Reads } from '../http/calls.ts';
import type { Node } from '../node.ts';

/** The calls that tell about applications. */
export function applicationReads({
  applications,
  registry,
  ports,
}: Node): Pick<Reads, 'app.list' | 'app.status'> {
  return {
    'app.list': async () => {
      const { applications: all } = await applications.definitions();
      return [...all.values()]
        .sort((left, right) => (left.name < right.name ? -1 : 1))
        .map(({ name, title, families, features, settings }) => ({
          name,
          title,
          distributions: Object.keys(families),
          features,
          settings: settings.map((setting) => ({
            name: setting.name,
            title: setting.title,
            kind: setting.kind,
            default: setting.default ?? null,
          })),
          usedBy: registry.list().filter(({ spec }) => spec.applications?.some((row) => row.name === name))
            .length,
        }));
    },
    'app.status': async ({ params, signal }) => [
      ...(await applicationStatus(ports, registry.find(params.ve), signal)),
    ],
  };
}

/** The calls that change the applications of VEs, as requests to the engine. */
export function applicationChanges({
  registry,
  applications,
}: Node): Pick<Changes, 'app.add' | 'app.update' | 'app.remove'> {
  const change = async (
    kind: string,
    params: { readonly ve: string; readonly application: string },
    rest: Partial<ApplicationInput>,
  ): Promise<Change> => {
    const { uuid, name } = registry.find(params.ve).spec;
    // an unknown application is told at once, also when another operation holds the VE
    await applications.find(params.application);
    const input: ApplicationInput = { application: params.application, settings: {}, purge: false, ...rest };
    return { request: { kind, target: { kind: 've', id: uuid, name }, input, locks: [veLock(uuid)] } };
  };
  return {
    'app.add': async ({ params, body }) =>
      await change('app.add', params, { settings: body?.settings ?? {} }),
    'app.update': async ({ params, body }) =>
      await change('app.update', params, { settings: body?.settings ?? {} }),
    'app.remove': async ({ params, query }) =>
      await change('app.remove', params, { purge: query.purge === true }),
  };
}
