export const others = {
  events: {
    title: 'Events',
    none: 'Nothing has happened since you opened the panel.',
    at: 'Time',
    kind: 'Kind',
    about: 'About',
    what: 'What',
    kinds: { ve: 'VE', operation: 'Operation', refusal: 'Refusal', alert: 'Alert', edit: 'Edit' },
    ve: (what: string, state: string | null) => (state === null ? what : `${what}: ${state}`),
    refusal: (count: number, resource: string, parameter: string, command: string | null) =>
      `${resource} was refused ${count} times (${parameter})${command === null ? '' : `; ${command} was killed`}`,
    alert: (rule: string, before: string, level: string) => `${rule}: from ${before} to ${level}`,
  },
};
