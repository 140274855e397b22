/**
 * Builds what is shipped into dist/: insulad.mjs and insula.mjs with their chunks and data, the web panel in web/, the
 * two native add-ons beside them under node_modules/, the licences of everything bundled, and V8's code cache of both programs.
 *
 * usage: node tools/build.ts [directory]        default: dist
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { builtinModules } from 'node:module';
import { extname, join, resolve } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { buildWeb } from './build-web.ts';

interface Program {
  /** Name in dist/, without the extension. */
  readonly name: string;
  readonly entry: string;
  readonly options: BuildOptions;
}

const out = resolve(process.argv[2] ?? 'dist');
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

const programs: readonly Program[] = [
  {
    name: 'insulad',
    entry: 'packages/daemon/src/main.ts',
    options: { sourcemap: 'linked', sourcesContent: false },
  },
  { name: 'insula', entry: 'packages/cli/src/main.ts', options: {} },
];

/** Loaded from dist/node_modules as they are: they hold binaries and find them relative to themselves. */
const nativePackages = ['koffi', '@lydell/node-pty'];
const nativeBinaries = ['@koromix/koffi-linux-', '@lydell/node-pty-linux-'];
/** Data that a program reads at run time: where it is in the sources, and where a chunk finds it in the build. */
const data = [
  { from: 'packages/templates/definitions', to: 'definitions' },
  { from: 'packages/templates/applications', to: 'applications' },
];
/** Optional accelerators of ws, which falls back to its own code. */
const absent = ['bufferutil', 'utf-8-validate'];

/** Bundled CommonJS asks for these three; in an ES module nobody defines them. */
const commonJsGlobals = [
  `import { createRequire as __createRequire } from 'node:module';`,
  `const require = __createRequire(import.meta.url);`,
  'const __filename = import.meta.filename, __dirname = import.meta.dirname;',
].join('');

/**
 * The file that is run. It turns on the code cache before anything else is loaded, which is why the program proper is
 * imported dynamically. The cache lies beside the program and not in the default place below /tmp, where others could
 * plant code for root to run. Where it is not writable it is only read.
 */
const launcher = (program: Program) => `
  import { enableCompileCache } from 'node:module';
  enableCompileCache({ directory: import.meta.dirname + '/code-cache', portable: true });
  ${program.options.sourcemap ? 'process.setSourceMapsEnabled(true);' : ''}
  await import('./${program.entry}');
`;

/**
 * Node's own modules are fetched without `import`: that reads every export to make bindings of them, and in the case of
 * node:http those include the lazy ones that load the whole of fetch and WebSocket, 20 ms at each start of the CLI.
 */
const builtinsByCall: Plugin = {
  name: 'builtins-by-call',
  setup(bundler) {
    const names = new Set(builtinModules);
    bundler.onResolve({ filter: /^(?:node:)?[a-z_/0-9]+$/ }, ({ path, kind }) => {
      if (kind === 'entry-point' || kind === 'require-call') return undefined;
      const name = path.replace(/^node:/, '');
      if (!path.startsWith('node:') && !names.has(name)) return undefined;
      return { path: name, namespace: 'builtin', sideEffects: false };
    });
    bundler.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('node:${path}');`,
    }));
  },
};

/** Costly to evaluate and rarely needed: regular expressions over all of Unicode, 10 to 20 ms. Runs at the first call. */
const evaluatedLate: Plugin = {
  name: 'evaluated-late',
  setup(bundler) {
    const name = 'string-width';
    bundler.onResolve({ filter: /^string-width$/ }, ({ kind, resolveDir }) =>
      kind === 'require-call' ? undefined : { path: name, namespace: 'late', pluginData: { resolveDir } },
    );
    bundler.onLoad({ filter: /.*/, namespace: 'late' }, ({ pluginData }) => ({
      contents: `
        let loaded;
        export default (...args) => (loaded ??= require('${name}').default)(...args);`,
      resolveDir: (pluginData as { resolveDir: string }).resolveDir,
    }));
  },
};

async function bundle(program: Program): Promise<Metafile> {
  const { metafile } = await build({
    stdin: {
      contents: launcher(program),
      resolveDir: process.cwd(),
      sourcefile: `${program.name}.ts`,
      loader: 'ts',
    },
    outdir: out,
    entryNames: program.name,
    chunkNames: `chunks/${program.name}-[name]-[hash]`,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // a module that is imported dynamically is not read until then
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    // identifiers keep their names: they are what a stack trace in a bug report says, and shorter ones start no faster
    minifySyntax: true,
    minifyWhitespace: true,
    external: [...nativePackages, ...absent],
    define: { INSULA_VERSION: JSON.stringify(version) },
    banner: { js: commonJsGlobals },
    // an uncaught error quotes its line: not the whole bundle
    lineLimit: 160,
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [builtinsByCall, evaluatedLate],
    ...program.options,
    metafile: true,
  });
  return metafile;
}

/** Every installed package one of these files is of, as a path below node_modules. */
function bundledPackages(inputs: readonly string[]): readonly string[] {
  const found = inputs.flatMap((path) => /^(?:.*node_modules\/)(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  return [...new Set(found)].sort();
}

function copyNative(): readonly string[] {
  const installed = nativePackages.concat(
    nativeBinaries.flatMap((prefix) => {
      const scope = prefix.slice(0, prefix.indexOf('/'));
      return readdirSync(join('node_modules', scope))
        .map((name) => `${scope}/${name}`)
        .filter((name) => name.startsWith(prefix));
    }),
  );
  const needed = /^\.(?:js|cjs|json|node)$/;
  for (const name of installed) {
    cpSync(join('node_modules', name), join(out, 'node_modules', name), {
      recursive: true,
      filter: (path) => statSync(path).isDirectory() || needed.test(extname(path)),
    });
  }
  return installed.map((name) => join('node_modules', name));
}

function writeLicences(packages: readonly string[]): void {
  const texts = packages.map((path) => {
    const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Record<
      string,
      string
    >;
    const file = readdirSync(path).find((entry) => /^licen[cs]e/i.test(entry));
    return `${name} ${version} (${license})\n\n${file ? readFileSync(join(path, file), 'utf8').trim() : ''}\n`;
  });
  writeFileSync(join(out, 'THIRD-PARTY.txt'), texts.join(`\n${'-'.repeat(80)}\n\n`));
}

/** Removes an earlier build. A directory that does not look like one is not ours to empty. */
function emptyOutput(): void {
  const found = existsSync(out) ? readdirSync(out) : [];
  const isEarlierBuild = found.includes('web') || programs.some(({ name }) => found.includes(`${name}.mjs`));
  if (found.length > 0 && !isEarlierBuild) {
    throw new Error(`${out} is neither empty nor an earlier build`);
  }
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
}

/** Runs each program once so that V8's code cache is there at the first start of the user. */
function warmUp(): void {
  for (const { name } of programs) {
    const { status, stderr } = spawnSync(process.execPath, [join(out, `${name}.mjs`), '--version'], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    if (status !== 0) throw new Error(`${name} --version failed with status ${status}: ${stderr}`);
  }
}

emptyOutput();
const [metafiles, webInputs] = await Promise.all([
  Promise.all(programs.map(bundle)),
  buildWeb(join(out, 'web')),
]);
const inputs = metafiles.flatMap((metafile) => Object.keys(metafile.inputs));
writeLicences([...bundledPackages([...inputs, ...webInputs]), ...copyNative()]);
for (const { from, to } of data) cpSync(from, join(out, to), { recursive: true });
warmUp();
for (const metafile of metafiles) {
  for (const [file, { bytes }] of Object.entries(metafile.outputs)) {
    if (!file.endsWith('.map')) console.log(`${(bytes / 1024).toFixed(0).padStart(6)} KiB  ${file}`);
  }
}
