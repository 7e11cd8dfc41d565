import { GatewayError } from '../../core/errors.ts';
import type { LiveEvent, LiveValue } from '../../core/live-feed.ts';
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
    if (event.type !== 'readings') {
      io.stdout.write(`${stateText(event)}\n`);
      return;
    }
    for (const value of event.values) io.stdout.write(`${cellsOf(value).join('  ')}\n`);
  };
}

function liveTable(io: CliIo, paint: Paint): (event: LiveEvent) => void {
  const latest = new Map<string, LiveValue>();
  let state = '';
  const columns = [
    { title: 'at', align: 'left' },
    { title: 'device', align: 'left' },
    { title: 'quantity', align: 'left' },
    { title: 'value', align: 'right' },
    { title: 'quality', align: 'left' },
  ] as const;
  return (event) => {
    if (event.type === 'readings') {
      for (const value of event.values) latest.set(`${value.device}/${value.quantity}`, value);
    } else state = stateText(event);
    const rows = [...latest.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, value]) => cellsOf(value));
    io.stdout.write(
      `${clearScreen}${renderTable(columns, rows, paint)}${state === '' ? '' : `\n${state}\n`}`,
    );
  };
}

function cellsOf({ atMs, device, quantity, value, quality }: LiveValue): string[] {
  const { unit } = quantityDefinition(quantity);
  return [
    formatInstant(atMs),
    formatValue(device),
    formatValue(quantity),
    formatValue(value, {}, unit),
    quality,
  ];
}

function stateText(event: Exclude<LiveEvent, { readonly type: 'readings' }>): string {
  if (event.type === 'device') return `device ${formatValue(event.id)} is ${event.state}`;
  return `gateway is ${event.life}, link ${event.link}, health ${event.health}`;
}
