export interface ServerSentEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
}

/**
 * Reads a stream of Server-Sent Events piece by piece (WHATWG HTML, 9.2.6). Comments are passed over; an event at the end of the
 * stream without its empty line is dropped.
 */
export class ServerSentEventParser {
  #rest = '';
  #afterCarriageReturn = false;
  #id: string | undefined;
  #event = '';
  #data: string[] = [];

  /** The events that the text completes. */
  feed(text: string): readonly ServerSentEvent[] {
    const events: ServerSentEvent[] = [];
    // a piece may end between the two halves of CR LF
    const clean = this.#afterCarriageReturn && text.startsWith('\n') ? text.slice(1) : text;
    if (text !== '') this.#afterCarriageReturn = text.endsWith('\r');
    const lines = (this.#rest + clean).split(/\r\n|\r|\n/);
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = this.#line(line);
      if (event) events.push(event);
    }
    return events;
  }

  #line(line: string): ServerSentEvent | undefined {
    if (line === '') return this.#dispatch();
    const at = line.indexOf(':');
    if (at === 0) return undefined;
    const field = at < 0 ? line : line.slice(0, at);
    const value = at < 0 ? '' : line.slice(at + 1).replace(/^ /, '');
    if (field === 'data') this.#data.push(value);
    if (field === 'event') this.#event = value;
    if (field === 'id' && !value.includes('\0')) this.#id = value;
    return undefined;
  }

  #dispatch(): ServerSentEvent | undefined {
    const data = this.#data;
    const event = this.#event === '' ? 'message' : this.#event;
    this.#data = [];
    this.#event = '';
    return data.length === 0 ? undefined : { id: this.#id, event, data: data.join('\n') };
  }
}
