import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
} from '@tanstack/react-router';
import { NotFound } from './not-found.tsx';
import { RouteFailure } from './route-failure.tsx';
import { Shell } from './shell.tsx';

const root = createRootRoute({
  component: () => (
    <Shell>
      <Outlet />
    </Shell>
  ),
  notFoundComponent: NotFound,
  errorComponent: RouteFailure,
});

/** A text of the address; anything else is left out. */
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined;

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/home.tsx'), 'HomePage'),
});

export interface ListSearch {
  readonly q?: string;
  readonly state?: string;
  readonly sort?: string;
}

const ves = createRoute({
  getParentRoute: () => root,
  path: '/ves',
  validateSearch: (search: Record<string, unknown>): ListSearch => ({
    ...optional('q', textOf(search['q'])),
    ...optional('state', textOf(search['state'])),
    ...optional('sort', textOf(search['sort'])),
  }),
  component: lazyRouteComponent(() => import('../pages/ves/list-page.tsx'), 'ListPage'),
});

const create = createRoute({
  getParentRoute: () => root,
  path: '/create',
  component: lazyRouteComponent(() => import('../pages/create/create-page.tsx'), 'CreatePage'),
});

const ve = createRoute({
  getParentRoute: () => root,
  path: '/ves/$ve',
  component: lazyRouteComponent(() => import('../pages/ve/ve-page.tsx'), 'VePage'),
});

export interface TabSearch {
  /** The folder that is shown: a path inside the VE, as the API writes it. */
  readonly path?: string;
}

const veTab = createRoute({
  getParentRoute: () => ve,
  path: '$tab',
  validateSearch: ({ path }: Record<string, unknown>): TabSearch =>
    typeof path === 'string' && /^(?:\/|base64url:)/.test(path) ? { path } : {},
});

const operations = createRoute({
  getParentRoute: () => root,
  path: '/operations',
  component: lazyRouteComponent(() => import('../pages/operations/operations-page.tsx'), 'OperationsPage'),
});

const operation = createRoute({
  getParentRoute: () => root,
  path: '/operations/$operation',
  component: lazyRouteComponent(() => import('../pages/operations/operation-page.tsx'), 'OperationPage'),
});

const events = createRoute({
  getParentRoute: () => root,
  path: '/events',
  component: lazyRouteComponent(() => import('../pages/events-page.tsx'), 'EventsPage'),
});

const templates = createRoute({
  getParentRoute: () => root,
  path: '/templates',
  component: lazyRouteComponent(() => import('../pages/templates-page.tsx'), 'TemplatesPage'),
});

const access = createRoute({
  getParentRoute: () => root,
  path: '/access',
  component: lazyRouteComponent(() => import('../pages/access/access-page.tsx'), 'AccessPage'),
});

const accessTab = createRoute({ getParentRoute: () => access, path: '$tab' });

const account = createRoute({
  getParentRoute: () => root,
  path: '/account',
  component: lazyRouteComponent(() => import('../pages/account/account-page.tsx'), 'AccountPage'),
});

const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  component: lazyRouteComponent(() => import('../pages/audit/audit-page.tsx'), 'AuditPage'),
});

const samples = createRoute({
  getParentRoute: () => root,
  path: '/samples',
  component: lazyRouteComponent(() => import('../pages/samples/samples-page.tsx'), 'SamplesPage'),
});

const alerts = createRoute({
  getParentRoute: () => root,
  path: '/alerts',
  component: lazyRouteComponent(() => import('../pages/alerts/alerts-page.tsx'), 'AlertsPage'),
});

const node = createRoute({
  getParentRoute: () => root,
  path: '/node',
  component: lazyRouteComponent(() => import('../pages/node/node-page.tsx'), 'NodePage'),
});

const nodeTab = createRoute({ getParentRoute: () => node, path: '$tab' });

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    ves,
    create,
    ve.addChildren([veTab]),
    operations,
    operation,
    events,
    templates,
    access.addChildren([accessTab]),
    account,
    samples,
    alerts,
    audit,
    node.addChildren([nodeTab]),
  ]),
  defaultPreload: 'intent',
  scrollRestoration: true,
  // keeps "0101" and "true" in addresses as the text that they are
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: (search) => {
    const query = new URLSearchParams(search as Record<string, string>).toString();
    return query === '' ? '' : `?${query}`;
  },
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

function optional<Key extends string>(key: Key, value: string | undefined): { [K in Key]?: string } {
  return (value === undefined ? {} : { [key]: value }) as { [K in Key]?: string };
}
