import { useRefusal } from '../../../access/who.tsx';
import { act } from '../../../parts/acts.ts';
import { MenuItem } from '../../../parts/menu-item.tsx';
import { text } from '../../../text/index.ts';
import type { PanelProps } from '../tabs.ts';

/** Mounts the root of a VE on the node, for repair; of a mounted one takes it away again. */
export function MountItem({ ve }: PanelProps) {
  const words = text.actions.mount;
  const refusal = useRefusal();
  const params = { ve: ve.uuid };
  return ve.state === 'mounted' ? (
    <MenuItem
      reason={refusal('ve.unmount', ve)}
      onClick={() => void act('ve.unmount', { params }, words.unmounted(ve.name))}
    >
      {words.unmount}
    </MenuItem>
  ) : (
    <MenuItem
      reason={refusal('ve.mount', ve)}
      onClick={() => void act('ve.mount', { params }, words.mounted(ve.name))}
    >
      {words.mount}
    </MenuItem>
  );
}
