import type { ProcessFacts, TerminalOwner } from '@insula/host';

/** Major 136 (pts), minor 0: the first terminal of a VE's devpts is its console. */
const consoleNumber = 136 * 256;

/** The session that the console controls, by its ids inside; null when there is none. */
export function consoleOwner(processes: readonly ProcessFacts[]): TerminalOwner | null {
  const members = processes.filter(({ terminal }) => terminal === consoleNumber);
  const member = members.find(({ isForeground }) => isForeground) ?? members[0];
  if (member === undefined) return null;
  // a group in the foreground of which nobody is left cannot be made again: the session's own takes its place
  return { session: member.session, group: member.isForeground ? member.group : member.session };
}
