import { Skeleton, Tabs } from '@mantine/core';
import { type ReactNode, Suspense, useEffect, useRef } from 'react';

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
  const list = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list may be narrower than its tabs
  useEffect(() => {
    const active = list.current?.querySelector('[aria-selected=true]');
    active?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [value]);
  return (
    <Tabs value={value} onChange={(next) => next !== null && onChange(next as Name)} keepMounted={false}>
      <Tabs.List
        ref={list}
        aria-label={label}
        style={{ flexWrap: 'nowrap', overflowX: 'auto', overflowY: 'hidden' }}
        mb="md"
      >
        {tabs.map(({ name, title }) => (
          <Tabs.Tab key={name} value={name} px={10}>
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
