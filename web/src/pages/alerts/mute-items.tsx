import { Menu } from '@mantine/core';
import type { AccessTarget } from '../../access/may.ts';
import { useRefusal } from '../../access/who.tsx';
import { outdated } from '../../calls/reads.ts';
import { edit } from '../../parts/acts.ts';
import { MenuItem } from '../../parts/menu-item.tsx';
import { text } from '../../text/index.ts';

/** What nobody is to be told of: alerts of a rule, of a VE, or both; neither: all of them. */
export interface Muted {
  readonly rule?: number;
  readonly ve?: string;
}

/** Nobody is told for that many minutes; 0: they are told again. */
export async function mute(muted: Muted, minutes: number): Promise<void> {
  const { muted: begun, unmuted: ended } = text.alerts;
  await edit('alert.mute', { body: { ...muted, minutes } }, minutes === 0 ? ended : begun);
  outdated('alert.list', 'alert.mute.list');
}

interface MuteItemsProps {
  readonly title: string;
  readonly muted: Muted;
  /** The VE that it is about. */
  readonly target?: AccessTarget | undefined;
}

/** Items of a menu: for how long nobody is to be told of something. */
export function MuteItems({ title, muted, target }: MuteItemsProps) {
  const reason = useRefusal()('alert.mute', target);
  return (
    <>
      <Menu.Label>{title}</Menu.Label>
      {text.alerts.spans.map(({ minutes, label }) => (
        <MenuItem key={minutes} reason={reason} onClick={() => void mute(muted, minutes)}>
          {label}
        </MenuItem>
      ))}
    </>
  );
}
