import { parseArgs } from 'node:util';
import { createLinuxHost, sealRunc } from '@insula/host';
import { runLayout } from '@insula/ve';
import { pino } from 'pino';
import { codeError } from './code-error.ts';
import { readConfig } from './config.ts';
import { gatherFacts } from './doctor/gather-facts.ts';
import { judgeHost } from './doctor/judge-host.ts';
import { serveMetrics } from './http/metrics-server.ts';
import { createServer, listen, refuseSecond } from './http/server.ts';
import { startNode } from './node.ts';
import { setupFacts } from './setup-facts.ts';
import { ApiListener } from './tls/api-listener.ts';
import { version } from './version.ts';

const usage = `usage: insulad [--config FILE]   the daemon of a node (default /etc/insula/node.json)
       insulad --doctor           check this host, as JSON, without a daemon
       insulad --setup-facts      what the scripts of setup/ need to know, in lines
       insulad --version
`;

/** Reads the command line and becomes the daemon. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      config: { type: 'string' },
      doctor: { type: 'boolean', default: false },
      'setup-facts': { type: 'boolean', default: false },
      version: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(usage);
  if (values.version) return void process.stdout.write(`${version}\n`);
  const config = readConfig(values.config);
  if (values['setup-facts']) return void process.stdout.write(setupFacts(config));
  const run = runLayout(config.runDir);
  const host = createLinuxHost({
    runcRoot: run.runcRoot,
    runc: run.runc,
    pathPrefix: [config.criuDir],
    imageQuotas: config.imageQuotas,
  });
  if (values.doctor)
    return void process.stdout.write(`${JSON.stringify(judgeHost(await gatherFacts(host)), null, 2)}\n`);

  const log = pino({ level: process.env['INSULA_LOG'] ?? 'info', base: { node: config.name } });
  await refuseSecond(run.socket);
  sealRunc('/usr/sbin/runc', run.runc);
  const node = await startNode(config, host, log);
  const server = await createServer(node, log);
  await listen(server, run.socket);
  const metrics = await serveMetrics(node, ({ message: problem }) =>
    log.error({ problem }, 'metrics are not served'),
  );
  const api = new ApiListener(node, log);
  await api.open();
  log.info({ socket: run.socket, version }, 'insulad is ready');

  const { promise: asked, resolve: stop } = Promise.withResolvers<NodeJS.Signals>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
  log.info({ signal: await asked }, 'ending; VEs go on');
  metrics?.closeAllConnections();
  metrics?.close();
  await api.close();
  await server.close();
  await node.stop();
  process.exit(0);
}

try {
  await main();
} catch (error) {
  const { message, hint } = codeError(error);
  process.stderr.write(`insulad: ${message}\nhint: ${hint}\n`);
  process.exit(1);
}
