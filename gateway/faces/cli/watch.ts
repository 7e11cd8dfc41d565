import { GatewayError } from '../../core/errors.ts';
import type { LiveEvent, LiveText, LiveValue } from '../../core/live-feed.ts';
import { quantityDefinition } from '../../core/quantity.ts';
import type { CliIo } from './cli-run.ts';
import { formatInstant, formatValue } from './format-value.ts';
import type { ClientAnswer, GatewayClient } from './gateway-client.ts';
import type { Paint } from './paint.ts';
import { renderTable } from './table.ts';

const clearScreen = '\x1b[H\x1b[2J';
const partialBytesMax = 4 * 1_048_576;

export interface WatchParts {
  readonly client: GatewayClient;
  readonly io: CliIo;
  readonly paint: Paint;
  readonly json: boolean;
}

/**
 * Follows what happens until Ctrl-C: a table that redraws on a terminal, a line for each value elsewhere, the
 * events themselves with `json`. Answers the refusal when there was one. Errors: `gateway_unreachable`.
 */
export async function watch({ client, io, paint, json }: WatchParts): Promise<ClientAnswer | undefined> {
  const abort = new AbortController();
  const cancel = io.onInterrupt(() => abort.abort());
  const show = json ? jsonLines(io) : io.stdout.isTTY === true ? liveTable(io, paint) : valueLines(io);
  try {
    const stream = client.stream({ path: '/api/v1/events' }, abort.signal);
    let rest = '';
    for (;;) {
      const part = await stream.next();
      if (part.done === true) {
        if (part.value === undefined && !abort.signal.aborted) throw endedByGateway();
        return part.value;
      }
      const blocks = `${rest}${part.value}`.split('\n\n');
      rest = blocks.pop() ?? '';
      if (rest.length > partialBytesMax)
        throw new GatewayError('gateway_unreachable', 'this is no stream of events');
      for (const event of blocks.flatMap(eventsOf)) show(event);
    }
  } finally {
    cancel();
  }
}

function endedByGateway(): GatewayError {
  return new GatewayError('gateway_unreachable', 'the gateway ended the stream', {
    hint: 'see whether it runs: egw status',
  });
}

function eventsOf(block: string): readonly LiveEvent[] {
  const data = block.split('\n').filter((line) => line.startsWith('data: '));
  return data.map((line) => JSON.parse(line.slice('data: '.length)) as LiveEvent);
}

function jsonLines(io: CliIo): (event: LiveEvent) => void {
  return (event) => io.stdout.write(`${JSON.stringify(event)}\n`);
}

function valueLines(io: CliIo): (event: LiveEvent) => void {
  return (event) => {
    for (const line of isState(event) ? [stateText(event)] : event.values.map(lineOf))
      io.stdout.write(`${line}\n`);
  };
}

function liveTable(io: CliIo, paint: Paint): (event: LiveEvent) => void {
  const latest = new Map<string, LiveValue | LiveText>();
  let state = '';
  const columns = [
    { title: 'at', align: 'left' },
    { title: 'device', align: 'left' },
    { title: 'quantity', align: 'left' },
    { title: 'value', align: 'right' },
    { title: 'quality', align: 'left' },
  ] as const;
  return (event) => {
    if (isState(event)) state = stateText(event);
    else for (const value of event.values) latest.set(`${value.device}/${value.quantity}`, value);
    const rows = [...latest.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, value]) => cellsOf(value));
    io.stdout.write(
      `${clearScreen}${renderTable(columns, rows, paint)}${state === '' ? '' : `\n${state}\n`}`,
    );
  };
}

function lineOf(said: LiveValue | LiveText): string {
  return cellsOf(said).join('  ').trimEnd();
}

function cellsOf(said: LiveValue | LiveText): string[] {
  const { atMs, device, quantity } = said;
  const what = [formatInstant(atMs), formatValue(device), formatValue(quantity)];
  if ('text' in said) return [...what, formatValue(said.text), ''];
  return [...what, formatValue(said.value, {}, quantityDefinition(quantity).unit), said.quality];
}

type StateEvent = Exclude<LiveEvent, { readonly type: 'readings' | 'texts' }>;

function isState(event: LiveEvent): event is StateEvent {
  return event.type !== 'readings' && event.type !== 'texts';
}

function stateText(event: StateEvent): string {
  if (event.type !== 'gateway') return `${event.type} ${formatValue(event.id)} is ${event.state}`;
  return `gateway is ${event.life}, link ${event.link}, health ${event.health}`;
}
