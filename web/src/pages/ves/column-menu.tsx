import type { Column } from '@insula/contract';
import { Button, Checkbox, Popover, Stack } from '@mantine/core';
import { Columns3 } from 'lucide-react';
import { text } from '../../text/index.ts';

interface ColumnMenuProps {
  readonly columns: readonly Column[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

/** Chooses the columns of the list; the browser remembers them. */
export function ColumnMenu({ columns, chosen, onChange }: ColumnMenuProps) {
  return (
    <Popover position="bottom-end" shadow="md">
      <Popover.Target>
        <Button variant="default" leftSection={<Columns3 size={14} aria-hidden />}>
          {text.list.columns}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Checkbox.Group value={[...chosen]} onChange={onChange} aria-label={text.list.columns}>
          <Stack gap="xs">
            {columns.map(({ key }) => (
              <Checkbox key={key} value={key} label={columnTitle(key)} disabled={key === 'name'} size="xs" />
            ))}
          </Stack>
        </Checkbox.Group>
      </Popover.Dropdown>
    </Popover>
  );
}

export function columnTitle(key: string): string {
  return text.list.titles[key as keyof typeof text.list.titles] ?? key;
}
