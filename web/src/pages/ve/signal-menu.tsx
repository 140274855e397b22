import type { ProcessSignal, VeProcess } from '@insula/contract';
import { Menu } from '@mantine/core';
import { useRefusal } from '../../access/who.tsx';
import { outdated } from '../../calls/reads.ts';
import { edit } from '../../parts/acts.ts';
import { MenuItem } from '../../parts/menu-item.tsx';
import { RowMenu } from '../../parts/row-menu.tsx';
import { text } from '../../text/index.ts';
import type { ShownVe } from './tabs.ts';

/** Those that people send; the command line has the others, too. */
const usual = [
  'TERM',
  'HUP',
  'INT',
  'QUIT',
  'USR1',
  'USR2',
  'STOP',
  'CONT',
  'KILL',
] as const satisfies readonly NonNullable<ProcessSignal['signal']>[];

interface SignalMenuProps {
  readonly ve: ShownVe;
  readonly process: VeProcess;
}

/** Signals to one process. */
export function SignalMenu({ ve, process: { pid } }: SignalMenuProps) {
  const refusal = useRefusal();
  const words = text.processes;
  const reason = refusal('ve.signal', ve) ?? (pid === 1 ? words.init : null);
  const send = async (signal: (typeof usual)[number]) => {
    await edit('ve.signal', { params: { ve: ve.uuid }, body: { pid, signal } }, words.sent(signal, pid));
    outdated('ve.processes');
  };
  return (
    <RowMenu label={words.signalTo(pid)}>
      <Menu.Label>{words.signal}</Menu.Label>
      {usual.map((signal) => (
        <MenuItem
          key={signal}
          reason={reason}
          onClick={() => void send(signal)}
          {...(signal === 'KILL' ? { color: 'red' } : {})}
        >
          {words.signals[signal]}
        </MenuItem>
      ))}
    </RowMenu>
  );
}
