import { useRefusal } from '../../../access/who.tsx';
import { act } from '../../../parts/acts.ts';
import { MenuItem } from '../../../parts/menu-item.tsx';
import { text } from '../../../text/index.ts';
import type { PanelProps } from '../tabs.ts';

/** Makes anew what is around the processes of a VE; they go on. */
export function RenewItem({ ve }: PanelProps) {
  const words = text.actions.renew;
  return (
    <MenuItem
      reason={useRefusal()('ve.renew', ve)}
      onClick={() => void act('ve.renew', { params: { ve: ve.uuid } }, words.done(ve.name))}
    >
      {words.verb}
    </MenuItem>
  );
}
