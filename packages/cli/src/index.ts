export { explain } from './arguments/commander-parts.ts';
export { commands, commonOptions, nameOf } from './commands/table.ts';
export { completionScript, shells } from './completion/scripts.ts';
