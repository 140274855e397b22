export const others = {
  events: {
    title: 'Events',
    none: 'Nothing has happened since you opened the panel.',
    at: 'Time',
    kind: 'Kind',
    about: 'About',
    what: 'What',
    kinds: { ve: 'VE', operation: 'Operation', refusal: 'Refusal', alert: 'Alert' },
    ve: (what: string, state: string | null) => (state === null ? what : `${what}: ${state}`),
    refusal: (count: number, resource: string, parameter: string, command: string | null) =>
      `${resource} was refused ${count} times (${parameter})${command === null ? '' : `; ${command} was killed`}`,
    alert: (rule: string, before: string, level: string) => `${rule}: from ${before} to ${level}`,
  },
  templates: {
    title: 'Templates',
    name: 'Template',
    distribution: 'Distribution',
    init: 'Init',
    version: 'Newest version',
    notBuilt: 'not built',
    size: 'Size',
    usedBy: 'VEs',
    actions: 'Actions',
    build: 'Build',
    built: (name: string) => `${name} is built`,
  },
};
