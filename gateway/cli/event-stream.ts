/** One event of a server-sent stream (WHATWG HTML §9.2). */
export interface StreamEvent {
  readonly id: string | null;
  readonly event: string;
  readonly data: string;
}

/** Reads events from a stream of bytes, in order, until it ends. Comments (signs of life) are passed over. */
export async function* readEventStream(body: AsyncIterable<Uint8Array>): AsyncGenerator<StreamEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    rest += decoder.decode(bytes, { stream: true });
    for (let end = rest.indexOf('\n\n'); end !== -1; end = rest.indexOf('\n\n')) {
      const event = readBlock(rest.slice(0, end));
      rest = rest.slice(end + 2);
      if (event !== null) yield event;
    }
  }
}

const readBlock = (block: string): StreamEvent | null => {
  let id: string | null = null;
  let event = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const found = /^([a-z]+): ?(.*)$/.exec(line);
    if (found?.[1] === 'id') id = found[2] ?? null;
    else if (found?.[1] === 'event') event = found[2] ?? event;
    else if (found?.[1] === 'data') data.push(found[2] ?? '');
  }
  return data.length === 0 ? null : { id, event, data: data.join('\n') };
};
