import { Box, Grid } from '@mantine/core';
import { useRefusal } from '../access/who.tsx';
import { Page } from '../parts/page.tsx';
import { text } from '../text/index.ts';
import { AlertsCard } from './overview/alerts-card.tsx';
import { CapacityCard } from './overview/capacity-card.tsx';
import { NodeCard } from './overview/node-card.tsx';
import { OperationsCard } from './overview/operations-card.tsx';
import { StatesCard } from './overview/states-card.tsx';

/** The node at a glance. Cards about what the user may not see are left out. */
export function OverviewPage() {
  const refusal = useRefusal();
  const may = {
    node: refusal('node.show') === null,
    alerts: refusal('alert.list') === null,
    operations: refusal('operation.list') === null,
  };
  return (
    <Page title={text.overview.title}>
      <Grid gap="md">
        <Grid.Col span={12}>
          <StatesCard />
        </Grid.Col>
        {may.node && (
          <Grid.Col span={{ base: 12, md: 7, xl: 5 }}>
            <CapacityCard />
          </Grid.Col>
        )}
        <Grid.Col span={{ base: 12, md: 5, xl: 4 }}>
          <Box h="100%">
            {may.alerts && <AlertsCard />}
            {may.operations && (
              <Box mt={may.alerts ? 'md' : 0}>
                <OperationsCard />
              </Box>
            )}
          </Box>
        </Grid.Col>
        {may.node && (
          <Grid.Col span={{ base: 12, xl: 3 }}>
            <NodeCard />
          </Grid.Col>
        )}
      </Grid>
    </Page>
  );
}
