export const logs = {
  logs: {
    journal: 'Journal',
    console: 'Console log',
    service: 'Service',
    allServices: 'All services',
    priority: 'Priority',
    priorities: {
      '7': 'Everything',
      '6': 'Information and worse',
      '5': 'Notices and worse',
      '4': 'Warnings and worse',
      '3': 'Errors and worse',
      '2': 'Critical and worse',
    },
    follow: 'Follow',
    readAgain: 'Read again',
    earlier: 'Earlier',
    noEntries: 'No entry fits.',
    which: 'Which log',
    kinds: {
      now: 'Console, as it goes on',
      boot: 'Beginning of the last run',
      previous: 'Console of the run before',
      'previous-boot': 'Beginning of the run before',
    },
    empty: 'Nothing was printed.',
  },
};
