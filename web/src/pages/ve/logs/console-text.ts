/**
 * Commands to a terminal (ECMA-48: CSI, OSC, and those of one character) in what was printed on a console. A log has no cursor to move
 * and no screen to clear.
 */
const commands =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])/g;

/** What a console showed, as lines to read: without commands to the terminal, and what a carriage return wrote over is left out. */
export function consoleText(printed: string): string {
  return printed
    .replaceAll(commands, '')
    .replaceAll(/\r+\n/g, '\n')
    .split('\n')
    .map((line) => line.slice(line.replace(/\r+$/, '').lastIndexOf('\r') + 1))
    .join('\n');
}
