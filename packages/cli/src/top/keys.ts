/** Keys that mean something by themselves, by what terminals send for them (ECMA-48; xterm's ctlseqs, both cursor key modes). */
const sequences: Readonly<Record<string, string>> = {
  '\u001b[A': 'up',
  '\u001b[B': 'down',
  '\u001b[C': 'right',
  '\u001b[D': 'left',
  '\u001bOA': 'up',
  '\u001bOB': 'down',
  '\u001bOC': 'right',
  '\u001bOD': 'left',
  '\u001b[5~': 'page-up',
  '\u001b[6~': 'page-down',
  '\u001b[H': 'home',
  '\u001b[F': 'end',
  '\u001b[1~': 'home',
  '\u001b[4~': 'end',
  '\r': 'enter',
  '\n': 'enter',
  '\u001b': 'escape',
  '\u007f': 'backspace',
  '\b': 'backspace',
  '\u0003': 'quit',
};

/** What was typed as keys: names of special ones, and characters. Sequences that nobody knows are left out. */
export function keysOf(typed: string): readonly string[] {
  const keys: string[] = [];
  let rest = typed;
  while (rest !== '') {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what terminals send
    const sequence = /^\u001b(?:\[[0-9;]*[A-Za-z~]|O[A-Z])/.exec(rest)?.[0] ?? firstOf(rest);
    rest = rest.slice(sequence.length);
    const known = sequences[sequence];
    if (known !== undefined) keys.push(known);
    else if (sequence >= ' ' && !sequence.startsWith('\u001b')) keys.push(sequence);
  }
  return keys;
}

/** Whether a key is a character, and no special one. */
export function isCharacter(key: string): boolean {
  return key !== '' && firstOf(key) === key;
}

/** One code point: that is what a terminal sends for a key. */
function firstOf(text: string): string {
  return String.fromCodePoint(text.codePointAt(0) ?? 0);
}
