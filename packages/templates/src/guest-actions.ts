import type { StepHandler } from '@insula/operations';
import type { BuildLayout, TemplatePorts } from './build-layout.ts';
import type { GuestFile, GuestScript } from './definition.ts';
import { writeGuestFile } from './guest-files.ts';
import { isolated } from './isolation.ts';
import { runBuildTool } from './run-build-tool.ts';

type TemplateArgs = { readonly template: string };

export const writeGuestFiles = (
  { guestTrees }: TemplatePorts,
  layout: BuildLayout,
): StepHandler<TemplateArgs & { readonly files: readonly GuestFile[] }> => ({
  async do(args, context) {
    await guestTrees.within(layout.staging(context).root, async (tree) => {
      for (const file of args.files) await writeGuestFile(tree, file);
    });
  },
});

type ScriptArgs = TemplateArgs & {
  readonly scripts: readonly GuestScript[];
  readonly environment?: Readonly<Record<string, string>>;
};

/** Device nodes that a script expects; a layer holds none, since the node gives every VE its own. */
const scriptDevices = { null: 3, zero: 5, full: 7, random: 8, urandom: 9 } as const;

export const runGuestScripts = (
  { commands, files }: TemplatePorts,
  layout: BuildLayout,
): StepHandler<ScriptArgs> => ({
  async do({ template, scripts, environment = {} }, context) {
    const { root, lock } = layout.staging(context);
    const { signal } = context;
    for (const [name, minor] of Object.entries(scriptDevices)) {
      const path = `${root}/dev/${name}`;
      if (await files.exists(path)) continue;
      await commands.run(['mknod', '--mode=0666', path, 'c', '1', String(minor)], { signal });
    }
    for (const [index, script] of scripts.entries()) {
      context.progress(index / scripts.length, script.title);
      await runBuildTool({
        commands,
        argv: isolated(lock, [`--root=${root}`, '--mount-proc'], ['/bin/sh', '-euc', script.run]),
        env: { DEBIAN_FRONTEND: 'noninteractive', ...environment },
        signal,
        line: (line) => context.log(line),
        template,
        what: `the script "${script.title}"`,
      });
    }
  },
});
