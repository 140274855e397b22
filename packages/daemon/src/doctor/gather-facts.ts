import type { Host, HostFacts } from '@insula/host';
import { hostSettings } from './host-settings.ts';

/** Where quickstart puts the CRIU of its own, beside the daemon. */
const privateCriu = '/usr/local/lib/insula/criu/bin/criu';

/** Everything that `insula doctor` judges. */
export async function gatherFacts(host: Pick<Host, 'probe' | 'files'>): Promise<HostFacts> {
  return await host.probe.gather({
    sysctls: [...hostSettings.map(({ name }) => name), 'net.ipv4.ip_forward'],
    tools: ['runc', 'conmon', 'ip', 'nft', 'mmdebstrap', 'tar', 'lxcfs', 'btrfs'],
    criu: (await host.files.exists(privateCriu)) ? privateCriu : 'criu',
  });
}
