import { setTimeout as delay } from 'node:timers/promises';
import { fault } from '@insula/contract';
import type { RunningCommand } from '@insula/host';
import type { StepContext, StepHandler } from '@insula/operations';
import {
  type Application,
  repositoryFiles,
  type Settings,
  settingsEnvironment,
  supportOf,
  writeGuestFile,
} from '@insula/templates';
import type { VePorts } from '../ports.ts';
import type { VeEntry } from '../registry.ts';
import { insideRoot, packageRequest } from './packages-inside.ts';
import { runInside } from './run-inside.ts';

type ApplicationArgs = { readonly uuid: string; readonly application: Application };
type ConfigureArgs = ApplicationArgs & {
  readonly settings: Record<string, string>;
  readonly install: boolean;
};
type RemoveArgs = ApplicationArgs & {
  readonly settings: Record<string, string>;
  /** Packages that only this application of the VE wants. */
  readonly packages: readonly string[];
  readonly purge: boolean;
};

/** Seconds that an application gets to do its work after it was added or changed. */
const healthPatience = 60;

const unattended = { DEBIAN_FRONTEND: 'noninteractive' } as const;

/** apt in a VE as the node uses it: with what the node has brought, and without asking anybody anything. */
const aptGet = [
  'apt-get',
  '--yes',
  '--option=Dpkg::Options::=--force-confdef',
  '--option=Dpkg::Options::=--force-confold',
  '--option=APT::Install-Recommends=false',
];

/** Steps that change what a running VE has installed. They act through processes inside it, behind its walls. */
export function applicationActions(ports: VePorts) {
  const entryOf = (uuid: string): VeEntry => {
    const entry = ports.registry.get(uuid);
    if (entry === undefined) throw fault('ve_not_found', { ve: uuid });
    return entry;
  };
  const failed = ({ application }: ApplicationArgs, entry: VeEntry, problem: string) =>
    fault('application_failed', { application: application.name, ve: entry.spec.name, problem });
  const noteOf = (uuid: string, { operationId }: StepContext) =>
    `${ports.run.ve(uuid).dir}/added-${operationId}.json`;

  /** Runs a command that must succeed. */
  const run = async (
    args: ApplicationArgs,
    context: StepContext,
    command: readonly string[],
    env: Settings = {},
  ): Promise<void> => {
    const entry = entryOf(args.uuid);
    const { signal } = context;
    const { code, last } = await runInside(ports, entry, { command, env: { ...unattended, ...env }, signal });
    if (code !== 0)
      throw failed(args, entry, `${command[0]} ended with ${code}: ${last.slice(-3).join('; ')}`);
  };

  const install: StepHandler<ApplicationArgs> = {
    async do(args, context) {
      const { uuid, application } = args;
      const entry = entryOf(uuid);
      const { signal, operationId } = context;
      const { packages, repositories } = supportOf(application, await ports.templateOf(entry.spec.template));
      const wanted = { application: application.name, packages, repositories, signal, operationId };
      context.progress(0.05, 'working out packages');
      const { directory, changes } = await ports.packages.fetch(await packageRequest(ports, entry, wanted));
      if (changes.length === 0) return context.log('all packages are there already');
      context.log(`packages: ${changes.map(({ name, version }) => `${name} ${version}`).join(', ')}`);
      const added = changes.filter(({ from }) => from === null).map(({ name }) => name);
      await ports.files.writeAtomic(noteOf(uuid, context), JSON.stringify(added), { durable: false });
      context.progress(0.3, 'bringing packages');
      const inside = `/var/cache/insula-${operationId}`;
      const files = changes.map(({ file }) => file);
      await bring(args, context, { directory, files, inside });
      context.progress(0.5, `installing ${files.length} packages`);
      await run(args, context, [...aptGet, 'install', ...files.map((file) => `${inside}/${file}`)]);
      const needed = added.filter((name) => !packages.includes(name));
      // what only came along goes when the application does
      if (needed.length > 0) await run(args, context, ['apt-mark', 'auto', ...needed]);
      await run(args, context, ['rm', '-rf', '--', inside]);
    },
    async undo(args, context) {
      const note = noteOf(args.uuid, context);
      const text = await ports.files.readTextIfExists(note);
      if (text === null || ports.registry.get(args.uuid)?.runtime.init == null) return;
      const added = JSON.parse(text) as readonly string[];
      await run(args, context, ['rm', '-rf', '--', `/var/cache/insula-${context.operationId}`]);
      await run(args, context, [
        'dpkg',
        '--configure',
        '--pending',
        '--force-confdef',
        '--force-confold',
      ]).catch(() => undefined);
      const there = [];
      for (const name of added) {
        const command = ['dpkg-query', '--show', name];
        const { code } = await runInside(ports, entryOf(args.uuid), { command, signal: context.signal });
        if (code === 0) there.push(name);
      }
      if (there.length > 0) await run(args, context, [...aptGet, 'purge', ...there]);
      await ports.files.removeFile(note);
    },
  };

  /** Hands files of the node to the VE as one stream. */
  const bring = async (
    args: ApplicationArgs,
    { signal }: StepContext,
    {
      directory,
      files,
      inside,
    }: { readonly directory: string; readonly files: readonly string[]; readonly inside: string },
  ): Promise<void> => {
    const entry = entryOf(args.uuid);
    await run(args, { signal } as StepContext, ['mkdir', '-p', '--', inside]);
    const argv = ['tar', '--create', '--file=-', `--directory=${directory}`, '--', ...files];
    let packed: RunningCommand['exited'] | undefined;
    const input = async () => {
      const packing = await ports.commands.start(argv, { stdout: 'pipe', signal });
      packed = packing.exited;
      if (packing.stdout === null) throw fault('internal', { problem: 'a stream is missing' });
      return packing.stdout;
    };
    const command = ['tar', '--extract', '--file=-', '--no-same-owner', `--directory=${inside}`];
    const { code, last } = await runInside(ports, entry, { command, input, signal });
    if (code !== 0 || (await packed)?.exitCode !== 0)
      throw failed(args, entry, `packages cannot be brought: ${last.join('; ')}`);
  };

  const configure: StepHandler<ConfigureArgs> = {
    async do(args, context) {
      const { uuid, application, settings } = args;
      const entry = entryOf(uuid);
      const { repositories, services } = supportOf(application, await ports.templateOf(entry.spec.template));
      const owner = { uid: entry.spec.idBase, gid: entry.spec.idBase };
      await insideRoot(ports, entry, async (tree) => {
        for (const file of [...application.files, ...repositories.flatMap(repositoryFiles)])
          await writeGuestFile(tree, file, owner);
      });
      const env = settingsEnvironment(settings);
      for (const { title, run: script } of [
        ...(args.install ? application.install : []),
        ...application.configure,
      ]) {
        context.log(title);
        await run(args, context, ['/bin/sh', '-euc', script], env);
      }
      await run(args, context, ['systemctl', 'daemon-reload']);
      if (services.length > 0) {
        await run(args, context, ['systemctl', 'enable', '--quiet', ...services]);
        await run(args, context, ['systemctl', 'restart', ...services]);
      }
    },
  };

  const check: StepHandler<ApplicationArgs & { readonly settings: Record<string, string> }> = {
    async do(args, context) {
      const entry = entryOf(args.uuid);
      const until = Date.now() + healthPatience * 1000;
      const env = settingsEnvironment(args.settings);
      for (;;) {
        const command = ['/bin/sh', '-c', args.application.health];
        const { code, last } = await runInside(ports, entry, { command, env, signal: context.signal });
        if (code === 0) return;
        if (Date.now() > until) {
          const said = last.length === 0 ? '' : `: ${last.join('; ')}`;
          throw failed(
            args,
            entry,
            `it does not do its work ${healthPatience} s after it was changed${said}`,
          );
        }
        // no application tells when it is ready
        await delay(500, undefined, { signal: context.signal });
      }
    },
  };

  const remove: StepHandler<RemoveArgs> = {
    async do(args, context) {
      const env = settingsEnvironment(args.settings);
      for (const { title, run: script } of args.application.remove) {
        context.log(title);
        await run(args, context, ['/bin/sh', '-euc', script], env);
      }
      if (args.packages.length === 0) return;
      await run(args, context, [
        ...aptGet,
        '--auto-remove',
        args.purge ? 'purge' : 'remove',
        ...args.packages,
      ]);
    },
  };

  /** Takes away the note by which a failed addition is undone. */
  const forget: StepHandler<{ readonly uuid: string }> = {
    do: async ({ uuid }, context) => await ports.files.removeFile(noteOf(uuid, context)),
  };

  return {
    'install-application': install,
    'configure-application': configure,
    'check-application': check,
    'remove-application': remove,
    'forget-addition': forget,
  };
}
