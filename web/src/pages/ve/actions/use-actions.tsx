import { type ReactNode, useState } from 'react';
import { useFileRefusal } from '../../../access/file-refusal.ts';
import { useRefusal } from '../../../access/who.tsx';
import { MenuItem } from '../../../parts/menu-item.tsx';
import { text } from '../../../text/index.ts';
import type { ShownVe } from '../tabs.ts';
import { CloneModal } from './clone-modal.tsx';
import { ExportModal } from './export-modal.tsx';
import { MoveModal } from './move-modal.tsx';
import { PublishModal } from './publish-modal.tsx';
import { RenameModal } from './rename-modal.tsx';

const modals = {
  clone: CloneModal,
  rename: RenameModal,
  move: MoveModal,
  export: ExportModal,
  publish: PublishModal,
};
type Asked = keyof typeof modals;

/**
 * What is done to a VE as a whole by a form of its own: the items of a menu, and the window with the form, which stands anywhere on the
 * page.
 */
export function useActions(ve: ShownVe): readonly [items: ReactNode, window: ReactNode] {
  const refusal = useRefusal();
  const namesFiles = useFileRefusal();
  const [asked, setAsked] = useState<Asked | null>(null);
  // only a subvolume can be had as it is at one moment
  const runs =
    ve.layout === 'subvolume' || ve.state === 'stopped' ? null : text.refusal.state(['stopped'], ve.state);
  const reasons: Readonly<Record<Asked, string | null>> = {
    clone: refusal('ve.clone', ve),
    rename: refusal('ve.rename', ve),
    move: refusal('ve.move', ve),
    export: refusal('ve.export', ve) ?? namesFiles,
    publish: refusal('template.publish', ve) ?? runs,
  };
  const Modal = asked && modals[asked];
  return [
    (Object.keys(modals) as Asked[]).map((name) => (
      <MenuItem key={name} reason={reasons[name]} onClick={() => setAsked(name)}>
        {text.actions[name].verb}
      </MenuItem>
    )),
    Modal && <Modal ve={ve} onClose={() => setAsked(null)} />,
  ];
}
