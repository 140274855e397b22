import { useNavigate, useParams } from '@tanstack/react-router';
import { useRefusal } from '../../access/who.tsx';
import { Page } from '../../parts/page.tsx';
import { PageTabs } from '../../parts/page-tabs.tsx';
import { text } from '../../text/index.ts';
import { GrantsPanel } from './grants-panel.tsx';
import { PoliciesPanel } from './policies-panel.tsx';
import { RolesPanel } from './roles-panel.tsx';
import { UsersPanel } from './users-panel.tsx';

const panels = {
  users: UsersPanel,
  roles: RolesPanel,
  grants: GrantsPanel,
  policies: PoliciesPanel,
} as const;
type Tab = keyof typeof panels;
const tabs = Object.keys(panels) as Tab[];

/** Who may do what: users, roles, who holds which, and what owners of VEs do without. */
export function AccessPage() {
  const { tab: wanted } = useParams({ strict: false });
  const navigate = useNavigate();
  const refusal = useRefusal()('user.list');
  const tab = tabs.find((name) => name === wanted) ?? 'users';
  const Panel = panels[tab];
  return (
    <Page title={text.access.title} refusal={refusal}>
      <PageTabs
        label={text.access.title}
        tabs={tabs.map((name) => ({ name, title: text.access.tabs[name] }))}
        value={tab}
        onChange={(name) => void navigate({ to: '/access/$tab', params: { tab: name } })}
      >
        <Panel />
      </PageTabs>
    </Page>
  );
}
