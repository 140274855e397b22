import {
  ActionIcon,
  AppShell,
  Burger,
  Divider,
  Group,
  Menu,
  ScrollArea,
  Text,
  UnstyledButton,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, useLocation } from '@tanstack/react-router';
import { CircleUserRound, SunMoon } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { useOwned, useWho } from '../access/who.tsx';
import { call } from '../calls/client.ts';
import { queryClient } from '../calls/reads.ts';
import { text } from '../text/index.ts';
import { ConnectionBanner, ConnectionDot } from './connection.tsx';
import { Mark } from './mark.tsx';
import { Navigation } from './navigation.tsx';
import { RunningOperations } from './running-operations.tsx';

export function Shell({ children }: { readonly children: ReactNode }) {
  const [opened, { toggle, close }] = useDisclosure();
  const { pathname } = useLocation();
  const { node } = useWho();
  const isOwner = useOwned() !== null;
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
              <Text size="sm" c="dimmed" visibleFrom="xs">
                {isOwner ? text.nav.powerPanel : text.nav.controlCenter}
              </Text>
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
          <Navigation />
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
        <Menu.Item renderRoot={(props) => <Link to="/account" {...props} />}>{text.account.open}</Menu.Item>
        <Menu.Item onClick={() => void logOut()}>{text.account.logOut}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
