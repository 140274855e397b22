import {
  ActionIcon,
  AppShell,
  Burger,
  Divider,
  Group,
  Menu,
  NavLink,
  ScrollArea,
  Text,
  UnstyledButton,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, useLocation } from '@tanstack/react-router';
import {
  Activity,
  Boxes,
  CircleUserRound,
  LayoutDashboard,
  LayoutTemplate,
  type LucideIcon,
  ScrollText,
  SunMoon,
} from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { useRefusal, useWho } from '../access/who.tsx';
import { call } from '../calls/client.ts';
import { queryClient } from '../calls/reads.ts';
import { text } from '../text/index.ts';
import { ConnectionBanner, ConnectionDot } from './connection.tsx';
import { Mark } from './mark.tsx';
import { RunningOperations } from './running-operations.tsx';

const places = [
  { to: '/', icon: LayoutDashboard, label: text.nav.overview, needs: 've.list' },
  { to: '/ves', icon: Boxes, label: text.nav.ves, needs: 've.list' },
  { to: '/templates', icon: LayoutTemplate, label: text.nav.templates, needs: 'template.list' },
  { to: '/operations', icon: Activity, label: text.nav.operations, needs: 'operation.list' },
  { to: '/events', icon: ScrollText, label: text.nav.events, needs: 'events' },
] as const;

export function Shell({ children }: { readonly children: ReactNode }) {
  const [opened, { toggle, close }] = useDisclosure();
  const { pathname } = useLocation();
  const refusal = useRefusal();
  const { node } = useWho();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a menu is done with once one is elsewhere
  useEffect(() => close(), [pathname]);

  return (
    <AppShell
      header={{ height: 48 }}
      navbar={{ width: 224, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      styles={{ main: { background: 'var(--insula-canvas)' } }}
    >
      <AppShell.Header px="sm">
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={opened}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={text.nav.menu}
              aria-expanded={opened}
            />
            <Group gap={8} wrap="nowrap">
              <Mark size={22} />
              <Text fw={600}>{text.product}</Text>
            </Group>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <ConnectionDot />
            <RunningOperations />
            <SchemeButton />
            <AccountMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs">
        <AppShell.Section grow component={ScrollArea}>
          <nav aria-label={text.nav.main}>
            {places.map(({ to, icon, label, needs }) => (
              <Place
                key={to}
                to={to}
                icon={icon}
                label={label}
                refusal={refusal(needs)}
                active={to === '/' ? pathname === '/' : pathname.startsWith(to)}
              />
            ))}
          </nav>
        </AppShell.Section>
        <AppShell.Section>
          <Divider my="xs" />
          <Text size="xs" c="dimmed" px="xs" truncate>
            {text.nav.node(node)}
          </Text>
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main>
        <ConnectionBanner />
        {children}
      </AppShell.Main>
    </AppShell>
  );
}

interface PlaceProps {
  readonly to: (typeof places)[number]['to'];
  readonly icon: LucideIcon;
  readonly label: string;
  readonly refusal: string | null;
  readonly active: boolean;
}

function Place({ to, icon: Icon, label, refusal, active }: PlaceProps) {
  return (
    <NavLink
      label={label}
      leftSection={<Icon size={16} aria-hidden />}
      active={active}
      disabled={refusal !== null}
      {...(refusal === null ? {} : { title: refusal })}
      {...(active ? { 'aria-current': 'page' as const } : {})}
      py={6}
      styles={{ root: { borderRadius: 'var(--mantine-radius-sm)' } }}
      renderRoot={(props) => <Link to={to} {...props} />}
    />
  );
}

function SchemeButton() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const next = { auto: 'light', light: 'dark', dark: 'auto' } as const;
  const label = text.nav.scheme(text.schemes[colorScheme]);
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={label}
      title={label}
      onClick={() => setColorScheme(next[colorScheme])}
    >
      <SunMoon size={18} />
    </ActionIcon>
  );
}

function AccountMenu() {
  const who = useWho();
  const logOut = async () => {
    await call('session.revoke', { params: { session: 'current' } }).catch(() => undefined);
    queryClient.clear();
    location.assign('/');
  };
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <UnstyledButton aria-label={text.account.menu(who.user)}>
          <Group gap={6} wrap="nowrap">
            <CircleUserRound size={18} />
            <Text size="sm" visibleFrom="xs">
              {who.user}
            </Text>
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{text.account.roles}</Menu.Label>
        {who.holds.map(({ role, scope }) => (
          <Text key={`${role} ${scope}`} size="sm" px="sm" py={2} truncate>
            {text.account.holds(role, scope)}
          </Text>
        ))}
        {who.holds.length === 0 && (
          <Text size="sm" px="sm" py={2} c="dimmed">
            {text.account.holdsNothing}
          </Text>
        )}
        <Menu.Divider />
        <Menu.Item onClick={() => void logOut()}>{text.account.logOut}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
