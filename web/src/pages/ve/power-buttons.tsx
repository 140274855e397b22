import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { EllipsisVertical, Play, RotateCw, Square } from 'lucide-react';
import { useState } from 'react';
import { useRefusal } from '../../access/who.tsx';
import { Action } from '../../parts/action.tsx';
import { act } from '../../parts/acts.ts';
import { ConfirmName } from '../../parts/confirm-name.tsx';
import { type PowerVerb, powerCalls } from '../../parts/power.ts';
import { text } from '../../text/index.ts';
import type { ShownVe } from './tabs.ts';

interface PowerButtonsProps {
  readonly ve: ShownVe;
  readonly onDestroyed: () => void;
}

/** What can be done to the VE as a whole. What ends processes at once, or the VE, asks for its name. */
export function PowerButtons({ ve, onDestroyed }: PowerButtonsProps) {
  const refusal = useRefusal();
  const [asks, setAsks] = useState<'kill' | 'destroy' | null>(null);
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
  const isDown = ve.state === 'stopped' || ve.state === 'mounted';
  return (
    <>
      {isDown ? main('start', Play, 'filled') : main('stop', Square)}
      {!isDown && main('restart', RotateCw)}
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <ActionIcon variant="default" size={30} aria-label={text.common.more} title={text.common.more}>
            <EllipsisVertical size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {(['pause', 'resume', 'suspend'] as const).map((verb) => item(verb))}
          {item('kill', () => setAsks('kill'))}
          <Menu.Divider />
          <MenuItem reason={destroyRefusal} color="red" onClick={() => setAsks('destroy')}>
            {text.ve.destroy}
          </MenuItem>
        </Menu.Dropdown>
      </Menu>
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

interface MenuItemProps {
  readonly reason: string | null;
  readonly onClick: () => void;
  readonly children: string;
  readonly color?: string;
}

function MenuItem({ reason, onClick, children, color }: MenuItemProps) {
  return (
    <Tooltip label={reason} disabled={reason === null} position="left">
      <Menu.Item
        {...(color === undefined ? {} : { color })}
        {...(reason === null
          ? { onClick }
          : {
              'data-disabled': true,
              'aria-disabled': true,
              'aria-description': reason,
              closeMenuOnClick: false,
            })}
      >
        {children}
      </Menu.Item>
    </Tooltip>
  );
}
