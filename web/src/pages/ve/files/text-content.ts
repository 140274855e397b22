/** The largest file that is opened as text, in bytes. */
export const mostTextBytes = 1_048_576;

/**
 * text: can be edited, its lines end in `lineEnd` · mixed: text whose lines end in several ways, which a field for text cannot keep ·
 * binary: no text · large: more than is opened
 */
export type TextContent =
  | { readonly kind: 'text'; readonly text: string; readonly lineEnd: '\n' | '\r\n' }
  | { readonly kind: 'mixed'; readonly text: string }
  | { readonly kind: 'binary' | 'large' };

/** What the bytes of a file are to an editor. Lines of a text end in a line feed, as those of fields for text do. */
export function textContentOf(bytes: Uint8Array): TextContent {
  if (bytes.length > mostTextBytes) return { kind: 'large' };
  const text = decoded(bytes);
  if (text === null || text.includes('\0')) return { kind: 'binary' };
  if (!text.includes('\r')) return { kind: 'text', text, lineEnd: '\n' };
  const lines = text.replaceAll('\r\n', '');
  if (lines.includes('\r') || lines.includes('\n')) return { kind: 'mixed', text };
  return { kind: 'text', text: text.replaceAll('\r\n', '\n'), lineEnd: '\r\n' };
}

/** The bytes of a text as it was edited, with the line ends that it had. */
export function bytesOfText(text: string, lineEnd: '\n' | '\r\n'): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(lineEnd === '\n' ? text : text.replaceAll('\n', lineEnd));
}

function decoded(bytes: Uint8Array): string | null {
  try {
    // a mark of byte order is a part of the file, and stays
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
