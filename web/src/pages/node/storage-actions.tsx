import type { VzfsCollection, VzfsVerification } from '@insula/contract';
import { useState } from 'react';
import { useRefusal } from '../../access/who.tsx';
import { Action } from '../../parts/action.tsx';
import { act } from '../../parts/acts.ts';
import { formatBytes, formatNumber } from '../../parts/format.ts';
import { text } from '../../text/index.ts';
import { OptimizeForm } from './optimize-form.tsx';
import { VerificationWindow } from './verification-window.tsx';

/** What can be done to the object store. */
export function StorageActions() {
  const refusal = useRefusal();
  const words = text.storage;
  const [damaged, setDamaged] = useState<VzfsVerification['damaged']>([]);
  const [optimizes, setOptimizes] = useState(false);
  const [busy, setBusy] = useState<'verify' | 'gc' | null>(null);
  const run = async (verb: 'verify' | 'gc', work: () => Promise<unknown>) => {
    setBusy(verb);
    await work();
    setBusy(null);
  };
  const verify = async () =>
    await act('vzfs.verify', {}, ({ result }) => {
      const found = result as VzfsVerification;
      setDamaged(found.damaged);
      const count = found.damaged.length;
      return count === 0 ? words.sound(formatNumber(found.objects)) : words.damaged(count);
    });
  const collect = async () =>
    await act('vzfs.gc', {}, ({ result }) => {
      const { removed, removedBytes } = result as VzfsCollection;
      return words.collected(formatNumber(removed), formatBytes(removedBytes));
    });
  return (
    <>
      <Action
        refusal={refusal('vzfs.verify')}
        loading={busy === 'verify'}
        onClick={() => void run('verify', verify)}
      >
        {words.verify}
      </Action>
      <Action refusal={refusal('vzfs.gc')} loading={busy === 'gc'} onClick={() => void run('gc', collect)}>
        {words.collect}
      </Action>
      <Action refusal={refusal('vzfs.optimize')} onClick={() => setOptimizes(true)}>
        {words.optimize}
      </Action>
      {damaged.length > 0 && <VerificationWindow damaged={damaged} onClose={() => setDamaged([])} />}
      {optimizes && <OptimizeForm onClose={() => setOptimizes(false)} />}
    </>
  );
}
