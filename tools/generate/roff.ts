/**
 * Text for man(7). Backslashes would be escapes, a dot or an apostrophe at the beginning of a line a request, and a plain `-` may come
 * out as a hyphen that cannot be copied into a shell. See groff_man_style(7).
 */
export function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('~', '\\(ti')
    .replaceAll('^', '\\(ha')
    .replaceAll('`', '\\(ga')
    .replaceAll(/\s*\n\s*/g, ' ')
    .replace(/^(?=[.'])/, '\\&');
}

/** Text in which backquotes mark what is to be typed; that becomes bold. */
export function roffProse(text: string): string {
  const parts = text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith('`') ? bold(part.slice(1, -1)) : roff(part)));
  return parts.join('').replace(/^(?=[.'])/, '\\&');
}

export function bold(text: string): string {
  return text === '' ? '' : `\\fB${roff(text)}\\fR`;
}

export function italic(text: string): string {
  return text === '' ? '' : `\\fI${roff(text)}\\fR`;
}

/** An argument of a request. */
export function quoted(text: string): string {
  return `"${roff(text).replaceAll('"', '\\(dq')}"`;
}
