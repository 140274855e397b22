import { ActionIcon, Loader, Menu } from '@mantine/core';
import { EllipsisVertical } from 'lucide-react';
import type { ReactNode } from 'react';

interface RowMenuProps {
  /** What it is about, for those who do not see where it stands. */
  readonly label: string;
  readonly size?: number;
  readonly isBusy?: boolean;
  readonly children: ReactNode;
}

/** What else can be done to a thing. */
export function RowMenu({ label, size = 26, isBusy = false, children }: RowMenuProps) {
  return (
    <Menu position="bottom-end" width={210}>
      <Menu.Target>
        <ActionIcon
          variant="default"
          size={size}
          aria-label={label}
          title={label}
          aria-busy={isBusy}
          disabled={isBusy}
        >
          {isBusy ? <Loader size={14} aria-hidden /> : <EllipsisVertical size={16} />}
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}
