import { randomUUID } from 'node:crypto';
import type { ApplicationStatus } from '@insula/contract';
import { type Application, installedVersions, settingsEnvironment, supportOf } from '@insula/templates';
import type { VePorts } from '../ports.ts';
import type { VeEntry } from '../registry.ts';
import { packageRequest, packageStatus } from './packages-inside.ts';
import { runInside } from './run-inside.ts';

/** Milliseconds that a health check gets. */
const healthPatience = 10_000;

/** Milliseconds that the node's lists of packages may be old before somebody who only looks has them fetched. */
const listAge = 86_400_000;

/** What a VE has of its applications. Of one that does not run only the names are known. */
export async function applicationStatus(
  ports: VePorts,
  entry: VeEntry,
  signal: AbortSignal,
): Promise<readonly ApplicationStatus[]> {
  const { spec, runtime } = entry;
  const rows: ApplicationStatus[] = [];
  const { applications } = await ports.applications.definitions();
  const runs = runtime.init !== null && !runtime.paused;
  const versions = runs ? installedVersions(await packageStatus(ports, entry)) : new Map<string, string>();
  for (const { name, settings } of spec.applications ?? []) {
    const row = { ve: spec.name, application: name, settings };
    const application = applications.get(name);
    const nothing = { version: null, newest: null, upToDate: null, healthy: null };
    if (!runs || application === undefined) {
      rows.push({ ...row, ...nothing });
      continue;
    }
    const { packages, repositories } = supportOf(application, await ports.templateOf(spec.template));
    const version = versions.get(packages[0] ?? '') ?? null;
    const wanted = { application: name, packages, repositories, signal, operationId: randomUUID() };
    const changes = await ports.packages
      .plan(await packageRequest(ports, entry, wanted), listAge)
      // a node that reaches no archive still knows what its VEs have
      .catch(() => null);
    const healthy = await isHealthy(ports, entry, application, settings, signal);
    const newer = changes?.find((change) => change.name === packages[0])?.version;
    rows.push({
      ...row,
      version,
      newest: changes === null ? null : (newer ?? version),
      upToDate: changes === null ? null : changes.length === 0,
      healthy,
    });
  }
  return rows;
}

async function isHealthy(
  ports: VePorts,
  entry: VeEntry,
  application: Application,
  settings: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<boolean> {
  const command = ['/bin/sh', '-c', application.health];
  const patience = AbortSignal.any([signal, AbortSignal.timeout(healthPatience)]);
  try {
    const { code } = await runInside(ports, entry, {
      command,
      env: settingsEnvironment(settings),
      signal: patience,
    });
    return code === 0;
  } catch {
    return false;
  }
}
