import { timingSafeEqual } from 'node:crypto';
import { nobodysCrypt, policyFor, rootHash, type Target } from '@insula/access';
import { type Host, hasErrorCode } from '@insula/host';
import type { VeRegistry } from '@insula/ve';
import type { PoolLayout } from '@insula/vzfs';
import type { PolicyStore } from '../store/policy-store.ts';

export interface OwnerPorts {
  readonly nodeName: string;
  readonly registry: VeRegistry;
  readonly host: Pick<Host, 'guestTrees' | 'crypt'>;
  readonly pool: PoolLayout;
}

const prefix = 've:';
const day = 86_400_000;
/** Enough for thousands of accounts. */
const maxBytes = 262_144;

/** What a VE is called where users have names: no user's name has a colon. */
export const ownerName = (uuid: string): string => prefix + uuid;

/** The VE that such a name stands for, null for a user. */
export const ownedVe = (name: string | null): string | null =>
  name?.startsWith(prefix) === true ? name.slice(prefix.length) : null;

/** Roots of VEs, who prove themselves by their password in the VE, where a policy lets them. */
export class Owners {
  readonly #ports: OwnerPorts;
  readonly #policies: Pick<PolicyStore, 'current'>;

  constructor(ports: OwnerPorts, policies: Pick<PolicyStore, 'current'>) {
    this.#ports = ports;
    this.#policies = policies;
  }

  /** Whether the root of this VE is somebody here. */
  mayLogIn(uuid: string): boolean {
    const spec = this.#ports.registry.get(uuid)?.spec;
    if (spec === undefined) return false;
    const target: Target = { kind: 've', uuid, groups: spec.groups, node: this.#ports.nodeName };
    return policyFor(this.#policies.current, target).ownerLogin;
  }

  /**
   * The VE whose root has this password, by the name of the VE; null when it is another one, or nobody may log in there. A VE that there
   * is not costs the same effort.
   */
  async prove(name: string, password: string): Promise<string | null> {
    const { registry, host } = this.#ports;
    const uuid = registry.list().find(({ spec }) => spec.name === name)?.spec.uuid;
    const kept = uuid !== undefined && this.mayLogIn(uuid) ? await this.#rootHash(uuid) : null;
    const found = await host.crypt.hash(password, kept ?? nobodysCrypt);
    return uuid !== undefined && kept !== null && found !== null && isSame(found, kept) ? uuid : null;
  }

  /**
   * From the files that the VE has changed, whether it runs or not, and not through the VE: what it mounts over its files is not there, so a
   * file system of its own cannot make anybody wait. The path is followed below them alone; what is no plain file is nothing. A VE that
   * never set a password has none: the one of its template is that of everybody who has the template.
   */
  async #rootHash(uuid: string): Promise<string | null> {
    const { host, pool } = this.#ports;
    try {
      const text = await host.guestTrees.within(
        pool.privateArea(uuid).upper,
        async (tree) => await tree.readTextIfExists('/etc/shadow', { maxBytes }),
      );
      return text === null ? null : rootHash(text, Math.floor(Date.now() / day));
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'EINVAL', 'EFBIG')) return null;
      throw error;
    }
  }
}

function isSame(found: string, kept: string): boolean {
  const [left, right] = [Buffer.from(found), Buffer.from(kept)];
  return left.length === right.length && timingSafeEqual(left, right);
}
