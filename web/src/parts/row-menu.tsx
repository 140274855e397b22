import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { EllipsisVertical } from 'lucide-react';
import type { ReactNode } from 'react';

interface RowMenuProps {
  /** What it is about, for those who do not see where it stands. */
  readonly label: string;
  readonly size?: number;
  readonly children: ReactNode;
}

/** What else can be done to a thing. */
export function RowMenu({ label, size = 26, children }: RowMenuProps) {
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon variant="default" size={size} aria-label={label} title={label}>
          <EllipsisVertical size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}

interface MenuItemProps {
  /** Why it cannot be done now; null: it can. */
  readonly reason: string | null;
  readonly onClick: () => void;
  readonly children: string;
  readonly color?: string;
}

/** An item of a menu that says why it does nothing. */
export function MenuItem({ reason, onClick, children, color }: MenuItemProps) {
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
