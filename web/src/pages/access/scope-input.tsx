import { Autocomplete } from '@mantine/core';
import type { ComponentPropsWithoutRef } from 'react';
import { useWho } from '../../access/who.tsx';
import { useRead } from '../../calls/reads.ts';

interface ScopeInputProps extends ComponentPropsWithoutRef<typeof Autocomplete> {
  /** Whether it can be a node. */
  readonly hasNodes: boolean;
}

/** What a right or a policy is on; the VEs there are can be chosen. */
export function ScopeInput({ hasNodes, ...rest }: ScopeInputProps) {
  const { data: ves = [] } = useRead('ve.list');
  const { node } = useWho();
  const scopes = [
    'everything',
    ...(hasNodes ? [`node:${node}`] : []),
    ...ves.map(({ name }) => `ve:${name}`),
  ];
  return <Autocomplete data={scopes} limit={50} autoComplete="off" spellCheck={false} required {...rest} />;
}
