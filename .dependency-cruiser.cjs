/**
 * The arrows of the house: which package may know which. Drawn in docs/architecture.md, enforced here.
 *
 *   contract <- host <- network, vzfs, templates, resources, monitoring <- ve <- checkpoint <- daemon
 *   contract <- operations <- (the same capabilities)            contract <- cli
 *   contract <- access <- daemon                             contract <- web
 */

const capabilities = '(?:network|vzfs|templates|resources|monitoring)';
const tests = '(?:\\.test\\.ts$|^packages/[^/]+/test/)';
/** Node's own modules through which a program touches the machine. */
const effects =
  '^(?:node:)?(?:child_process|cluster|dgram|dns|fs|http|http2|https|inspector|net|os|process|readline|repl|sqlite|tls|tty|v8|vm|wasi|worker_threads)(?:$|/)';

/** One rule: what lives in `from` imports no package of ours but itself and those in `allowed`. */
const onlyKnows = (from, allowed, comment) => ({
  name: `${from.replace(/\W+/g, '-').replace(/^-|-$/g, '')}-knows-only-what-is-below`,
  comment,
  severity: 'error',
  from: { path: `^packages/(${from})/` },
  to: { path: '^packages/', pathNot: [`^packages/$1/`, ...allowed.map((name) => `^packages/${name}/`)] },
});

module.exports = {
  forbidden: [
    onlyKnows('contract', [], 'the contract imports nothing of ours: the browser and the CLI load it too'),
    onlyKnows('host', ['contract'], 'the doors to Linux know nothing of VEs'),
    onlyKnows('operations', ['contract'], 'the executor knows nothing of VEs and nothing of Linux'),
    onlyKnows('access', ['contract'], 'who may do what is decided from data alone'),
    onlyKnows(capabilities, ['host', 'contract', 'operations'], 'capabilities do not know each other'),
    onlyKnows('ve', ['host', 'contract', 'operations', capabilities], 've is joined from the capabilities'),
    onlyKnows(
      'checkpoint',
      ['ve', 'host', 'contract', 'operations', capabilities],
      'checkpoints are made of what VEs are made of',
    ),
    onlyKnows(
      'migration',
      ['checkpoint', 've', 'host', 'contract', 'operations', capabilities],
      'migrations are made of checkpoints',
    ),
    onlyKnows('daemon', ['(?!cli/)[^/]+'], 'the daemon wires everything, but does not know the CLI'),
    onlyKnows('cli', ['contract'], 'the CLI talks to the daemon through the contract and HTTP only'),
    {
      name: 'web-knows-only-the-contract',
      comment: 'the panel talks to the daemon through the contract and HTTP only',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^(?:packages|tests|bench|tools)/', pathNot: '^packages/contract/src/index\\.ts$' },
    },
    {
      name: 'nobody-knows-web',
      comment: 'the panel is built, and served as files',
      severity: 'error',
      from: { pathNot: '^web/' },
      to: { path: '^web/' },
    },
    {
      name: 'web-runs-in-the-browser',
      comment: 'no module of Node',
      severity: 'error',
      from: { path: '^web/src/', pathNot: tests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'parts-do-not-know-pages',
      comment:
        'calls <- access, parts, terminal, chart <- pages <- app; the shell and the session belong to the app',
      severity: 'error',
      from: { path: '^web/src/(?:calls|access|parts|terminal|chart|text)/' },
      to: { path: '^web/src/(?:pages|app)/' },
    },
    {
      name: 'packages-are-entered-through-their-index',
      comment: 'what index.ts does not export is private to its package',
      severity: 'error',
      from: { path: '^(packages/[^/]+|tests|bench|tools)/' },
      to: { path: '^packages/[^/]+/', pathNot: ['^$1/', '^packages/[^/]+/src/index\\.ts$'] },
    },
    {
      name: 'contract-has-no-io',
      comment: 'the browser imports the contract: no module of Node at all',
      severity: 'error',
      from: { path: '^packages/contract/', pathNot: tests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'effects-only-through-host',
      comment: 'plans stay pure; what touches the machine is a port of @insula/host',
      severity: 'error',
      from: {
        path: `^packages/(?:operations|access|ve|checkpoint|migration|${capabilities})/`,
        pathNot: tests,
      },
      to: { path: effects },
    },
    {
      name: 'native-tools-only-in-host',
      comment: 'processes, system calls and terminals have one door each',
      severity: 'error',
      from: { path: '^packages/(?!host/)' },
      to: { path: 'node_modules/(?:execa|koffi|@lydell/node-pty)/' },
    },
    {
      name: 'no-process-of-our-own-outside-host',
      comment: 'argv arrays through CommandRunner; nobody else starts a process',
      severity: 'error',
      from: { path: '^packages/(?!host/)', pathNot: tests },
      to: { path: '^(?:node:)?child_process$' },
    },
    {
      name: 'no-circular',
      comment: 'two modules that need each other are one module or three',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'a file that nothing uses is deleted, not kept',
      severity: 'error',
      from: {
        orphan: true,
        path: '^(?:packages|web/src)/',
        pathNot: [tests, '\\.d\\.ts$', '^packages/[^/]+/src/(?:index|main)\\.ts$'],
      },
      to: {},
    },
    {
      name: 'production-does-not-know-tests',
      severity: 'error',
      from: { path: '^(?:packages|web)/', pathNot: tests },
      to: { path: [tests, '^(?:tests|bench|tools)/'] },
    },
    {
      name: 'fakes-are-for-tests',
      comment: 'index.ts may export a fake for the tests of other packages; nothing that ships may use one',
      severity: 'error',
      from: { path: '^packages/', pathNot: [tests, '/src/index\\.ts$', '/fake-[^/]+\\.ts$'] },
      to: { path: '/fake-[^/]+\\.ts$' },
    },
    {
      name: 'dependencies-are-declared',
      comment:
        'add it to the dependencies of the package that imports it; what only tests use is declared at the root',
      severity: 'error',
      from: { path: '^(?:packages|web/src)/', pathNot: [tests, '/fake-[^/]+\\.ts$'] },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only', 'npm'],
      },
    },
    {
      name: 'imports-resolve',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(?:dist|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: true,
    skipAnalysisNotInRules: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
    },
    cache: { folder: 'node_modules/.cache/dependency-cruiser', strategy: 'content' },
  },
};
