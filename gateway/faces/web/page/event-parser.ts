/** One server-sent event. */
export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/** A single event longer than this means that the stream is broken. */
const eventCharactersMax = 16_000_000;

/**
 * Takes the stream in pieces as they come, cut anywhere, and answers the events that are complete.
 * Comments and fields that the page has no use for are left out. An endless event is given up.
 */
export function createEventParser(): (piece: string) => ServerEvent[] {
  let rest = '';
  return (piece) => {
    rest += piece;
    const events: ServerEvent[] = [];
    for (let block = nextBlock(); block !== undefined; block = nextBlock()) {
      const event = parseBlock(block);
      if (event !== undefined) events.push(event);
    }
    if (rest.length > eventCharactersMax) rest = '';
    return events;
  };

  function nextBlock(): string | undefined {
    const end = /\r?\n\r?\n/.exec(rest);
    if (end === null) return undefined;
    const block = rest.slice(0, end.index);
    rest = rest.slice(end.index + end[0].length);
    return block;
  }
}

function parseBlock(block: string): ServerEvent | undefined {
  let name = 'message';
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const [, field, value] = /^([a-z]+): ?(.*)$/.exec(line) ?? [];
    if (field === 'event') name = value ?? '';
    if (field === 'data') data.push(value ?? '');
  }
  return data.length === 0 ? undefined : { name, data: data.join('\n') };
}
