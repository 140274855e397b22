import { Skeleton, Tabs } from '@mantine/core';
import { type ReactNode, Suspense } from 'react';

interface PageTabsProps<Name extends string> {
  readonly label: string;
  readonly tabs: readonly { readonly name: Name; readonly title: string }[];
  readonly value: Name;
  readonly onChange: (name: Name) => void;
  readonly children: ReactNode;
}

/** Parts of a page, one of which is shown; each has an address of its own. */
export function PageTabs<Name extends string>({
  label,
  tabs,
  value,
  onChange,
  children,
}: PageTabsProps<Name>) {
  return (
    <Tabs value={value} onChange={(next) => next !== null && onChange(next as Name)} keepMounted={false}>
      <Tabs.List
        aria-label={label}
        style={{ flexWrap: 'nowrap', overflowX: 'auto', overflowY: 'hidden' }}
        mb="md"
      >
        {tabs.map(({ name, title }) => (
          <Tabs.Tab key={name} value={name}>
            {title}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={value}>
        <Suspense fallback={<Skeleton height={240} />}>{children}</Suspense>
      </Tabs.Panel>
    </Tabs>
  );
}
