import { veStates } from '@insula/contract';
import { Group, SimpleGrid, Skeleton, Text, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useRead } from '../../calls/reads.ts';
import { Failure } from '../../parts/failure.tsx';
import { formatNumber } from '../../parts/format.ts';
import { Dot, veTones } from '../../parts/state-badge.tsx';
import { text } from '../../text/index.ts';
import classes from './states-card.module.css';

/** How many VEs there are of each state; each leads to the list of those. */
export function StatesCard() {
  const { data, error } = useRead('ve.list');
  if (error) return <Failure error={error} />;
  const states = veStates.filter(
    (state) => state !== 'mounted' || data?.some((ve) => ve.state === state) === true,
  );
  return (
    <SimpleGrid cols={{ base: 2, xs: 3, md: 5 }} spacing="sm">
      <Tile title={text.overview.ves} count={data?.length} />
      {states.map((state) => (
        <Tile
          key={state}
          title={text.states[state]}
          state={state}
          count={data?.filter((ve) => ve.state === state).length}
        />
      ))}
    </SimpleGrid>
  );
}

interface TileProps {
  readonly title: string;
  readonly count: number | undefined;
  readonly state?: (typeof veStates)[number];
}

function Tile({ title, count, state }: TileProps) {
  return (
    <UnstyledButton
      className={classes['tile']}
      renderRoot={(props) => <Link to="/ves" search={state === undefined ? {} : { state }} {...props} />}
    >
      {count === undefined ? (
        <Skeleton height={28} width={40} />
      ) : (
        <Text fz={24} lh={1.2} fw={600}>
          {formatNumber(count)}
        </Text>
      )}
      <Group gap={6} mt={2}>
        {state === undefined ? (
          <Text size="sm">{title}</Text>
        ) : (
          <Dot tone={veTones[state]} label={title} hollow={state === 'stopped'} />
        )}
      </Group>
    </UnstyledButton>
  );
}
