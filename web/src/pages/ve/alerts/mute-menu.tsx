import { Button, Menu } from '@mantine/core';
import { BellOff } from 'lucide-react';
import { useRefusal } from '../../../access/who.tsx';
import { outdated } from '../../../calls/reads.ts';
import { edit } from '../../../parts/acts.ts';
import { MenuItem } from '../../../parts/menu-item.tsx';
import { text } from '../../../text/index.ts';
import type { PanelProps } from '../tabs.ts';

/** Nobody is told of alerts of the VE for a while. */
export function MuteMenu({ ve }: PanelProps) {
  const reason = useRefusal()('alert.mute');
  const words = text.alerts;
  const mute = async (minutes: number) => {
    const done = minutes === 0 ? words.unmuted : words.muted;
    await edit('alert.mute', { body: { ve: ve.uuid, minutes } }, done);
    outdated('alert.list');
  };
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <Button variant="default" leftSection={<BellOff size={14} aria-hidden />}>
          {words.mute}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{words.muteHelp}</Menu.Label>
        {words.spans.map(({ minutes, label }) => (
          <MenuItem key={minutes} reason={reason} onClick={() => void mute(minutes)}>
            {label}
          </MenuItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
