import { useNavigate, useParams } from '@tanstack/react-router';
import { useRefusal } from '../../access/who.tsx';
import { Page } from '../../parts/page.tsx';
import { PageTabs } from '../../parts/page-tabs.tsx';
import { text } from '../../text/index.ts';
import { AuthorityPanel } from './authority-panel.tsx';
import { CapacityPanel } from './capacity-panel.tsx';
import { HostPanel } from './host-panel.tsx';
import { NodesPanel } from './nodes-panel.tsx';
import { PoolsPanel } from './pools-panel.tsx';
import { StoragePanel } from './storage-panel.tsx';
import { UsePanel } from './use-panel.tsx';

const panels = {
  host: HostPanel,
  use: UsePanel,
  capacity: CapacityPanel,
  network: PoolsPanel,
  storage: StoragePanel,
  nodes: NodesPanel,
  certificates: AuthorityPanel,
} as const;
type Tab = keyof typeof panels;
const tabs = Object.keys(panels) as Tab[];

/** The node itself: what its host has and lacks, what it can promise, its addresses, files, peers and authority. */
export function NodePage() {
  const { tab: wanted } = useParams({ strict: false });
  const navigate = useNavigate();
  const refusal = useRefusal()('node.show');
  const tab = tabs.find((name) => name === wanted) ?? 'host';
  const Panel = panels[tab];
  return (
    <Page title={text.nodePage.title} refusal={refusal}>
      <PageTabs
        label={text.nodePage.title}
        tabs={tabs.map((name) => ({ name, title: text.nodePage.tabs[name] }))}
        value={tab}
        onChange={(name) => void navigate({ to: '/node/$tab', params: { tab: name } })}
      >
        <Panel />
      </PageTabs>
    </Page>
  );
}
