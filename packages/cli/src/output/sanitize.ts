/**
 * What a terminal would act on: C0 and C1 controls, and the characters that turn the direction of text around. Text that came out of a
 * VE may hold any of them.
 */
const dangerous = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** One line of text without anything that moves the cursor, colours or reorders it. */
export function singleLine(text: string): string {
  return text.replaceAll(/[\r\n\t]+/g, ' ').replaceAll(dangerous, '\u{fffd}');
}

type State = 'text' | 'escape' | 'sequence' | 'string' | 'string-escape';

/**
 * Lets the output of a VE through to a terminal: text, line ends, tabs and colours stay; every other control and escape sequence (titles,
 * cursor movement, reports that would be typed back as input) is left out. Sequences may be cut anywhere between two pieces.
 * ECMA-48; xterm's ctlseqs.
 */
export class TerminalFilter {
  #state: State = 'text';
  #sequence = '';

  feed(text: string): string {
    let out = '';
    for (const character of text) out += this.#next(character);
    return out;
  }

  #next(character: string): string {
    const code = character.codePointAt(0) ?? 0;
    switch (this.#state) {
      case 'text':
        return this.#text(character, code);
      case 'escape':
        return this.#escape(character, code);
      case 'sequence':
        return this.#inSequence(character, code);
      case 'string':
        if (code === 0x07 || code === 0x9c) this.#state = 'text';
        if (code === 0x1b) this.#state = 'string-escape';
        return '';
      case 'string-escape':
        this.#state = character === '\\' ? 'text' : 'string';
        return '';
    }
  }

  #text(character: string, code: number): string {
    if (code === 0x1b) this.#state = 'escape';
    else if (code === 0x9b) this.#begin();
    else if (code === 0x90 || code === 0x98 || (code >= 0x9d && code <= 0x9f)) this.#state = 'string';
    else if (character === '\n' || character === '\t' || character === '\r') return character;
    else if (code >= 0x20 && !(code >= 0x7f && code <= 0x9f)) return character;
    return '';
  }

  #escape(character: string, code: number): string {
    if (character === '[') this.#begin();
    else if ('P]X^_'.includes(character)) this.#state = 'string';
    // intermediate bytes (character sets, say) come before the final one
    else if (!(code >= 0x20 && code <= 0x2f)) this.#state = 'text';
    return '';
  }

  #begin(): void {
    this.#state = 'sequence';
    this.#sequence = '';
  }

  #inSequence(character: string, code: number): string {
    if (code >= 0x20 && code <= 0x3f && this.#sequence.length < 64) {
      this.#sequence += character;
      return '';
    }
    this.#state = 'text';
    if (character === 'm' && /^[0-9;:]*$/.test(this.#sequence)) return `\u001b[${this.#sequence}m`;
    return code < 0x20 ? this.#text(character, code) : '';
  }
}
