import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
} from '@tanstack/react-router';
import { HomePage } from '../pages/home.tsx';
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

const home = createRoute({ getParentRoute: () => root, path: '/', component: HomePage });

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

const veTab = createRoute({ getParentRoute: () => ve, path: '$tab' });

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
