import { Menu, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';

interface MenuItemProps {
  /** Why it cannot be done now; null: it can. */
  readonly reason: string | null;
  readonly onClick: () => void;
  readonly children: ReactNode;
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
