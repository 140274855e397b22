import { Menu } from '@mantine/core';
import { Play, RotateCw, Square } from 'lucide-react';
import { useState } from 'react';
import { useRefusal } from '../../access/who.tsx';
import { Action } from '../../parts/action.tsx';
import { act } from '../../parts/acts.ts';
import { ConfirmName } from '../../parts/confirm-name.tsx';
import { MenuItem } from '../../parts/menu-item.tsx';
import { type PowerVerb, powerCalls } from '../../parts/power.ts';
import { RowMenu } from '../../parts/row-menu.tsx';
import { text } from '../../text/index.ts';
import { MigrateModal } from './actions/migrate-modal.tsx';
import { MountItem } from './actions/mount-item.tsx';
import { RenewItem } from './actions/renew-item.tsx';
import { useActions } from './actions/use-actions.tsx';
import { PasswordModal } from './password-modal.tsx';
import { ReinstallModal } from './reinstall-modal.tsx';
import type { ShownVe } from './tabs.ts';

interface PowerButtonsProps {
  readonly ve: ShownVe;
  readonly onDestroyed: () => void;
}

/** What can be done to the VE as a whole. What ends processes at once, or the VE, asks for its name. */
export function PowerButtons({ ve, onDestroyed }: PowerButtonsProps) {
  const refusal = useRefusal();
  const [asks, setAsks] = useState<'kill' | 'destroy' | 'migrate' | 'reinstall' | 'password' | null>(null);
  const [further, furtherWindow] = useActions(ve);
  const run = (verb: PowerVerb) =>
    void act(powerCalls[verb], { params: { ve: ve.uuid } }, text.power.done[verb](ve.name));
  const main = (verb: PowerVerb, Icon: typeof Play, variant = 'default') => (
    <Action
      variant={variant}
      refusal={refusal(powerCalls[verb], ve)}
      leftSection={<Icon size={14} aria-hidden />}
      onClick={() => run(verb)}
    >
      {text.power[verb]}
    </Action>
  );
  const item = (verb: PowerVerb, onClick: () => void = () => run(verb)) => {
    const reason = refusal(powerCalls[verb], ve);
    return (
      <MenuItem key={verb} reason={reason} onClick={onClick}>
        {text.power[verb]}
      </MenuItem>
    );
  };
  const destroyRefusal = ve.protected ? text.ve.destroyProtected : refusal('ve.destroy', ve);
  const reinstallRefusal = refusal('ve.reinstall', ve);
  const isDown = ve.state === 'stopped' || ve.state === 'mounted';
  return (
    <>
      {isDown ? main('start', Play, 'filled') : main('stop', Square)}
      {!isDown && main('restart', RotateCw)}
      <RowMenu label={text.common.more} size={30}>
        {(['pause', 'resume', 'suspend'] as const).map((verb) => item(verb))}
        {item('kill', () => setAsks('kill'))}
        <RenewItem ve={ve} />
        <MountItem ve={ve} />
        <Menu.Divider />
        {further}
        <Menu.Divider />
        <MenuItem
          reason={refusal('ve.migrate', ve) ?? refusal('peer.list')}
          onClick={() => setAsks('migrate')}
        >
          {text.migrate.verb}
        </MenuItem>
        <MenuItem reason={refusal('ve.password', ve)} onClick={() => setAsks('password')}>
          {text.password.verb}
        </MenuItem>
        <MenuItem reason={reinstallRefusal} onClick={() => setAsks('reinstall')}>
          {text.reinstall.verb}
        </MenuItem>
        <MenuItem reason={destroyRefusal} color="red" onClick={() => setAsks('destroy')}>
          {text.ve.destroy}
        </MenuItem>
      </RowMenu>
      {furtherWindow}
      {asks === 'kill' && (
        <ConfirmName
          title={text.ve.killTitle(ve.name)}
          help={text.ve.killHelp}
          name={ve.name}
          verb={text.power.kill}
          onClose={() => setAsks(null)}
          onConfirm={() => run('kill')}
        />
      )}
      {asks === 'migrate' && <MigrateModal ve={ve} onMoved={onDestroyed} onClose={() => setAsks(null)} />}
      {asks === 'password' && <PasswordModal ve={ve} onClose={() => setAsks(null)} />}
      {asks === 'reinstall' && <ReinstallModal ve={ve} onClose={() => setAsks(null)} />}
      {asks === 'destroy' && (
        <ConfirmName
          title={text.ve.destroyTitle(ve.name)}
          help={text.ve.destroyHelp}
          name={ve.name}
          verb={text.ve.destroy}
          onClose={() => setAsks(null)}
          onConfirm={async () => {
            const query = isDown ? {} : { force: true };
            if (await act('ve.destroy', { params: { ve: ve.uuid }, query }, text.ve.destroyed(ve.name)))
              onDestroyed();
          }}
        />
      )}
    </>
  );
}
