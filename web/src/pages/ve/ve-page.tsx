import { Alert, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useNavigate, useParams } from '@tanstack/react-router';
import { Lock } from 'lucide-react';
import { lazy, useEffect } from 'react';
import { queryClient, readOf, useRead } from '../../calls/reads.ts';
import { Failure } from '../../parts/failure.tsx';
import { Page, useTitle } from '../../parts/page.tsx';
import { PageTabs } from '../../parts/page-tabs.tsx';
import { VeBadge } from '../../parts/state-badge.tsx';
import { text } from '../../text/index.ts';
import { PowerButtons } from './power-buttons.tsx';
import { type VeTab, veTabs } from './tabs.ts';
import { isTabWithheld } from './withheld-tabs.ts';

const panels: Readonly<Record<VeTab, ReturnType<typeof lazyPanel>>> = {
  summary: lazyPanel(async () => (await import('./summary-panel.tsx')).SummaryPanel),
  console: lazyPanel(async () => (await import('./console-panel.tsx')).ConsolePanel),
  resources: lazyPanel(async () => (await import('./resources-panel.tsx')).ResourcesPanel),
  usage: lazyPanel(async () => (await import('./usage/usage-panel.tsx')).UsagePanel),
  network: lazyPanel(async () => (await import('./network/network-panel.tsx')).NetworkPanel),
  firewall: lazyPanel(async () => (await import('./firewall/firewall-panel.tsx')).FirewallPanel),
  snapshots: lazyPanel(async () => (await import('./snapshots-panel.tsx')).SnapshotsPanel),
  applications: lazyPanel(async () => (await import('./applications-panel.tsx')).ApplicationsPanel),
  services: lazyPanel(async () => (await import('./services-panel.tsx')).ServicesPanel),
  processes: lazyPanel(async () => (await import('./processes-panel.tsx')).ProcessesPanel),
  accounts: lazyPanel(async () => (await import('./accounts/accounts-panel.tsx')).AccountsPanel),
  files: lazyPanel(async () => (await import('./files/files-panel.tsx')).FilesPanel),
  logs: lazyPanel(async () => (await import('./logs/logs-panel.tsx')).LogsPanel),
  alerts: lazyPanel(async () => (await import('./alerts/alerts-panel.tsx')).AlertsPanel),
  permissions: lazyPanel(async () => (await import('./permissions/permissions-panel.tsx')).PermissionsPanel),
  operations: lazyPanel(async () => (await import('./operations-panel.tsx')).OperationsPanel),
};

function lazyPanel(load: () => Promise<(props: import('./tabs.ts').PanelProps) => React.ReactNode>) {
  return lazy(async () => ({ default: await load() }));
}

export function VePage() {
  const { ve: reference } = useParams({ from: '/ves/$ve' });
  const { tab: wanted } = useParams({ strict: false });
  const navigate = useNavigate();
  const { data, error, refetch } = useRead('ve.show', { params: { ve: reference } });
  const { data: permissions, isPending } = useRead('ve.permissions', { params: { ve: reference } });
  // nothing is shown that a policy may turn out to withhold
  const ve = isPending
    ? undefined
    : data && {
        ...data,
        withheld: permissions?.withheld ?? [],
        mostSnapshots: permissions?.snapshots ?? null,
      };
  const shownTabs = veTabs.filter((name) => !isTabWithheld(name, ve?.withheld ?? []));
  const tab = shownTabs.find((name) => name === wanted) ?? 'summary';
  useTitle(ve?.name ?? text.ve.title);

  // addresses typed by hand may name the VE; what is read and told of it goes by its UUID
  const uuid = data?.uuid;
  useEffect(() => {
    if (uuid === undefined || uuid === reference) return;
    // what is known by the name is shown by the UUID until that is read: what was opened meanwhile stays open
    for (const id of ['ve.show', 've.permissions'] as const) {
      const { queryKey } = readOf(id, { params: { ve: uuid } });
      const known = queryClient.getQueryData(readOf(id, { params: { ve: reference } }).queryKey);
      queryClient.setQueryData(queryKey, known);
      void queryClient.invalidateQueries({ queryKey });
    }
    void navigate({ to: '/ves/$ve/$tab', params: { ve: uuid, tab }, search: true, replace: true });
  }, [uuid, reference, tab, navigate]);

  if (error)
    return (
      <Page title={text.ve.title}>
        <Failure error={error} onRetry={() => void refetch()} />
      </Page>
    );
  if (ve === undefined)
    return (
      <Page title={text.ve.title}>
        <Skeleton height={320} />
      </Page>
    );
  const Panel = panels[tab];
  return (
    <Page
      title={ve.name}
      actions={<PowerButtons ve={ve} onDestroyed={() => void navigate({ to: '/ves' })} />}
    >
      <Stack gap="md">
        <Group gap="md">
          <VeBadge state={ve.state} transition={ve.transition} />
          <Text size="sm" c="dimmed">
            {[`CTID ${ve.ctid}`, ...ve.addresses.slice(0, 2), ve.template.name].join(' · ')}
          </Text>
          {ve.protected && (
            <Group gap={4}>
              <Lock size={13} aria-hidden />
              <Text size="sm">{text.ve.protected}</Text>
            </Group>
          )}
        </Group>
        {ve.crashes > 0 && <Alert color="yellow">{text.ve.crashes(ve.crashes)}</Alert>}
        <PageTabs
          label={text.ve.title}
          tabs={shownTabs.map((name) => ({ name, title: text.ve.tabs[name] }))}
          value={tab}
          onChange={(name) => void navigate({ to: '/ves/$ve/$tab', params: { ve: ve.uuid, tab: name } })}
        >
          <Panel ve={ve} key={ve.uuid} />
        </PageTabs>
      </Stack>
    </Page>
  );
}
