import type { VeState } from '@insula/contract';

const list = new Intl.ListFormat('en', { type: 'disjunction' });

export const shell = {
  product: 'Insula',
  common: {
    loading: 'Loading',
    retry: 'Try again',
    failed: 'This could not be shown',
    unexpected: 'Look at the log of the node for more.',
    cancel: 'Cancel',
    save: 'Save',
    close: 'Close',
    none: 'None',
    nothing: 'Nothing here yet',
    never: 'Never',
    unlimited: 'unlimited',
    of: (part: string, whole: string) => `${part} of ${whole}`,
    more: 'More',
  },
  units: { day: 'd', hour: 'h', minute: 'min', second: 's' },
  login: {
    title: 'Control Center',
    realm: 'Who logs in',
    realms: { internal: 'User', ldap: 'Directory', ve: 'Owner of a VE' },
    or: 'or',
    by: (provider: string) => `Log in by ${provider}`,
    ve: 'Name of the VE',
    user: 'User name',
    password: 'Password',
    showPassword: 'Show or hide the password',
    code: 'Code of the second factor',
    codeHelp: 'The six digits that your app shows now',
    submit: 'Log in',
  },
  nav: {
    main: 'Main',
    menu: 'Menu',
    controlCenter: 'Control Center',
    powerPanel: 'Power Panel',
    yours: 'Your virtual environments',
    overview: 'Overview',
    ves: 'Virtual environments',
    templates: 'Templates',
    operations: 'Operations',
    events: 'Events',
    administration: 'Administration',
    samples: 'Samples',
    alerts: 'Alerts',
    host: 'Node',
    access: 'Users and roles',
    audit: 'Audit log',
    node: (name: string) => `Node ${name}`,
    scheme: (now: string) => `Colours: ${now}`,
  },
  schemes: { auto: 'as the system', light: 'light', dark: 'dark' },
  connection: {
    connecting: 'Connecting to the node',
    live: 'Live: what you see is what is',
    lost: 'What you see may be outdated. Trying to reach the node again; nothing that you typed is lost.',
    lostTitle: 'The connection to the node is lost',
    refused: 'You may not watch events: reload to see what has changed',
  },
  notFound: { title: 'Nothing is here', help: 'The address leads nowhere, or what was here is gone.' },
  refusal: {
    privilege: (privilege: string, lets: string) => `You need the privilege ${privilege}: ${lets}`,
    policy: 'A policy of the operator withholds this from owners',
    snapshots: (most: number) =>
      most === 0
        ? 'A policy of the operator allows owners no snapshots'
        : `A policy of the operator allows owners ${most} snapshots: delete one first`,
    state: (wanted: readonly VeState[], state: VeState) =>
      `The VE must be ${list.format(wanted)}; it is ${state}`,
  },
};
