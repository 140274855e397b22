import { NavLink, Text, Tooltip } from '@mantine/core';
import { Link, useLocation } from '@tanstack/react-router';
import {
  Activity,
  Bell,
  BookLock,
  Boxes,
  HardDrive,
  LayoutDashboard,
  LayoutTemplate,
  Lock,
  type LucideIcon,
  Ruler,
  ScrollText,
  Server,
  Users,
} from 'lucide-react';
import { useOwned, useRefusal } from '../access/who.tsx';
import { text } from '../text/index.ts';

const operations = {
  to: '/operations',
  icon: Activity,
  label: text.nav.operations,
  needs: 'operation.list',
} as const;
const events = { to: '/events', icon: ScrollText, label: text.nav.events, needs: 'events' } as const;

const places = [
  { to: '/', icon: LayoutDashboard, label: text.nav.overview, needs: 've.list' },
  { to: '/ves', icon: Boxes, label: text.nav.ves, needs: 've.list' },
  { to: '/templates', icon: LayoutTemplate, label: text.nav.templates, needs: 'template.list' },
  { to: '/samples', icon: Ruler, label: text.nav.samples, needs: 'sample.list' },
  operations,
  events,
] as const;

const administration = [
  { to: '/node', icon: HardDrive, label: text.nav.host, needs: 'node.show' },
  { to: '/alerts', icon: Bell, label: text.nav.alerts, needs: 'alert.rule.list' },
  { to: '/access', icon: Users, label: text.nav.access, needs: 'user.list' },
  { to: '/audit', icon: BookLock, label: text.nav.audit, needs: 'audit.list' },
] as const;

type PlaceRow = (typeof places | typeof administration)[number];

/** Where one can go: administrators to all of the node, owners to what is theirs. */
export function Navigation() {
  const owned = useOwned();
  return (
    <nav aria-label={text.nav.main}>
      {owned === null ? (
        <>
          <Places rows={places} />
          <Heading>{text.nav.administration}</Heading>
          <Places rows={administration} />
        </>
      ) : (
        <OwnPlaces names={owned} />
      )}
    </nav>
  );
}

function Places({ rows }: { readonly rows: readonly PlaceRow[] }) {
  const { pathname } = useLocation();
  const refusal = useRefusal();
  return rows.map(({ to, icon, label, needs }) => (
    <Place
      key={to}
      icon={icon}
      label={label}
      refusal={refusal(needs)}
      active={to === '/' ? pathname === '/' : pathname.startsWith(to)}
      renderRoot={(props) => <Link to={to} {...props} />}
    />
  ));
}

function OwnPlaces({ names }: { readonly names: readonly string[] }) {
  const { pathname } = useLocation();
  return (
    <>
      <Heading>{text.nav.yours}</Heading>
      {names.map((name) => (
        <Place
          key={name}
          icon={Server}
          label={name}
          refusal={null}
          active={names.length === 1 && pathname.startsWith('/ves/')}
          renderRoot={(props) => <Link to="/ves/$ve" params={{ ve: name }} {...props} />}
        />
      ))}
      <Places rows={[operations, events]} />
    </>
  );
}

function Heading({ children }: { readonly children: string }) {
  return (
    <Text size="xs" c="dimmed" px="xs" pt="sm" pb={4}>
      {children}
    </Text>
  );
}

interface PlaceProps {
  readonly icon: LucideIcon;
  readonly label: string;
  /** Why one cannot go there; null: one can. */
  readonly refusal: string | null;
  readonly active: boolean;
  readonly renderRoot: (props: object) => React.ReactNode;
}

function Place({ icon: Icon, label, refusal, active, renderRoot }: PlaceProps) {
  const shared = {
    label,
    leftSection: <Icon size={16} aria-hidden />,
    py: 6,
    styles: { root: { borderRadius: 'var(--mantine-radius-sm)' } },
  };
  if (refusal !== null)
    return (
      <Tooltip label={refusal} position="right">
        <NavLink
          {...shared}
          role="link"
          tabIndex={0}
          data-disabled
          aria-disabled
          aria-description={refusal}
          rightSection={<Lock size={12} aria-hidden />}
        />
      </Tooltip>
    );
  return (
    <NavLink
      {...shared}
      active={active}
      {...(active ? { 'aria-current': 'page' as const } : {})}
      renderRoot={renderRoot}
    />
  );
}
