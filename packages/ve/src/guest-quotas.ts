import { fault, type GuestQuota, type GuestQuotaChange } from '@insula/contract';
import type { Host, QuotaRecord } from '@insula/host';
import { idsPerVe } from '@insula/vzfs';
import type { VePorts } from './ports.ts';
import type { VeEntry } from './registry.ts';

type QuotaPorts = Pick<VePorts, 'guestTrees' | 'mounts' | 'pool' | 'run'> & Pick<Host, 'quotas'>;
type Kind = GuestQuota['kind'];

const kinds: readonly Kind[] = ['user', 'group'];
const databases: Readonly<Record<Kind, string>> = { user: '/etc/passwd', group: '/etc/group' };
const maxBytes = 1_048_576;

/**
 * What the users and groups of a VE use of its file system. Ids on disk are the VE's own, so that only a file system of its own
 * can tell them from those of others.
 * @throws CodedError no_quotas
 */
export async function listGuestQuotas(ports: QuotaPorts, entry: VeEntry): Promise<readonly GuestQuota[]> {
  const volume = await quotaVolume(ports, entry);
  const found: GuestQuota[] = [];
  for (const kind of kinds) {
    const names = await namesOf(ports, entry, kind);
    const records = await ports.quotas.list(volume, kind);
    found.push(...records.filter(isTelling).map((record) => viewOf(kind, record, names)));
  }
  return found;
}

/** @throws CodedError no_quotas, user_not_found */
export async function setGuestQuota(
  ports: QuotaPorts,
  entry: VeEntry,
  { kind, who, ...change }: GuestQuotaChange,
): Promise<GuestQuota> {
  const volume = await quotaVolume(ports, entry);
  const names = await namesOf(ports, entry, kind);
  const isNumber = /^\d+$/.test(who);
  const id = isNumber ? Number(who) : [...names].find(([, name]) => name === who)?.[0];
  if (id === undefined || id >= idsPerVe) throw fault('user_not_found', { user: who, ve: entry.spec.name });
  const current = await ports.quotas.get(volume, kind, id);
  const { bytes, softBytes, inodes, softInodes } = { ...current, ...change };
  await ports.quotas.set(volume, kind, id, { bytes, softBytes, inodes, softInodes });
  return viewOf(kind, await ports.quotas.get(volume, kind, id), names);
}

async function quotaVolume({ mounts, pool, quotas }: QuotaPorts, { spec }: VeEntry): Promise<string> {
  const refuse = (problem: string) => fault('no_quotas', { ve: spec.name, problem });
  const { volume } = pool.privateArea(spec.uuid);
  if (spec.layout !== 'image') throw refuse(`in layout ${spec.layout} it shares its file system with others`);
  if (!(await mounts.isMounted(volume))) throw refuse('its file system is not open');
  const enforced = await quotas.enforced(volume);
  if (kinds.every((kind) => enforced.includes(kind))) return volume;
  throw refuse('its image was made without them (imageQuotas), or this kernel has none of ext4');
}

/** Names by id, of hostile text: the first name of an id counts. */
async function namesOf(
  { guestTrees, run }: QuotaPorts,
  { spec }: VeEntry,
  kind: Kind,
): Promise<ReadonlyMap<number, string>> {
  const text = await guestTrees
    .within(
      run.ve(spec.uuid).root,
      async (tree) => await tree.readTextIfExists(databases[kind], { maxBytes }),
    )
    .catch(() => null);
  const names = new Map<number, string>();
  for (const line of (text ?? '').split('\n')) {
    const [name = '', , id = ''] = line.split(':');
    if (/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}[$]?$/.test(name) && /^\d{1,5}$/.test(id) && !names.has(Number(id)))
      names.set(Number(id), name);
  }
  return names;
}

const isTelling = ({ usedBytes, usedInodes, bytes, softBytes, inodes, softInodes }: QuotaRecord): boolean =>
  usedBytes + usedInodes > 0 || [bytes, softBytes, inodes, softInodes].some((limit) => limit !== null);

const viewOf = (kind: Kind, record: QuotaRecord, names: ReadonlyMap<number, string>): GuestQuota => ({
  kind,
  name: names.get(record.id) ?? null,
  ...record,
});
