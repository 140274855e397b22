import type { MigrationMode, Peer } from '@insula/contract';
import { NumberInput, Select, Stack } from '@mantine/core';
import { text } from '../text/index.ts';

/** What is asked of every way to move VEs. */
export interface MigrationValues {
  readonly node: string;
  readonly atLeast: MigrationMode;
  /** Mbit/s. */
  readonly bandwidth: number | '';
}

/** The form before anything is typed: where there is one other node, that is chosen. */
export function initialMigration(peers: readonly Peer[]): MigrationValues {
  return { node: peers.length === 1 ? (peers[0]?.name ?? '') : '', atLeast: 'cold', bandwidth: '' };
}

const bytesPerMbit = 125_000;

/** The same as calls take it. */
export function migrationBody({ node, atLeast, bandwidth }: MigrationValues) {
  return {
    node,
    atLeast,
    ...(bandwidth === '' ? {} : { bandwidth: Math.round(bandwidth * bytesPerMbit) }),
  };
}

interface NodeFieldProps {
  readonly peers: readonly Peer[];
  /** What the form gives a field. */
  readonly inputProps: object;
}

/** Which of the trusted nodes. */
export function NodeField({ peers, inputProps }: NodeFieldProps) {
  return (
    <Select
      label={text.migration.node}
      required
      allowDeselect={false}
      searchable
      data={peers.map(({ name, address }) => ({ value: name, label: `${name} · ${address}` }))}
      {...inputProps}
    />
  );
}

interface MigrationFieldsProps {
  readonly inputProps: (field: 'atLeast' | 'bandwidth') => object;
  readonly bandwidthHelp: string;
}

/** How gently, and how fast. */
export function MigrationFields({ inputProps, bandwidthHelp }: MigrationFieldsProps) {
  const words = text.migration;
  return (
    <Stack gap="sm">
      <Select
        label={words.atLeast}
        allowDeselect={false}
        data={Object.entries(words.atLeasts).map(([value, label]) => ({ value, label }))}
        {...inputProps('atLeast')}
      />
      <NumberInput
        label={words.bandwidth}
        description={bandwidthHelp}
        placeholder={words.unlimited}
        min={0}
        {...inputProps('bandwidth')}
      />
    </Stack>
  );
}
