import { GatewayError } from '../../core/errors.ts';
import type { LiveEvent, LiveValue } from '../../core/live-feed.ts';
import { quantityDefinition } from '../../core/quantity.ts';
import type { SaidText } from '../../core/said-text.ts';
import { isOfDevice } from '../../features/series-owner.ts';
import type { CliIo, CliTime } from './cli-run.ts';
import { formatInstant, formatValue } from './format-value.ts';
import type { ClientAnswer, GatewayClient } from './gateway-client.ts';
import { openLiveScreen } from './live-screen.ts';
import type { Paint } from './paint.ts';

const partialBytesMax = 4 * 1_048_576;
const redrawMs = 1_000;

export interface WatchParts {
  readonly client: GatewayClient;
  readonly io: CliIo;
  readonly time: CliTime;
  readonly paint: Paint;
  readonly json: boolean;
  /** Only of this device or source and its parts; all when undefined. */
  readonly device: string | undefined;
}

/** Shows what happens. */
interface Display {
  show(event: LiveEvent): void;
  close(): void;
}

/**
 * Follows what happens until Ctrl-C: a table that redraws on a terminal, which is as it was afterwards; a line for
 * each value elsewhere; the events themselves with `json`. Answers the refusal when there was one, such as of a
 * device that has said nothing. Errors: `gateway_unreachable`.
 */
export async function watch(parts: WatchParts): Promise<ClientAnswer | undefined> {
  const { client, io, device } = parts;
  const query = device === undefined ? '' : `?${new URLSearchParams({ device }).toString()}`;
  const latest = await client.ask({ method: 'GET', path: `/api/v1/readings/latest${query}` });
  if (latest.status !== 200) return latest;
  const abort = new AbortController();
  const cancel = io.onInterrupt(() => abort.abort());
  const display = displayOf(parts, (latest.body as { readonly nowMs: number }).nowMs);
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
      for (const event of blocks.flatMap(eventsOf).flatMap((one) => eventOf(one, device)))
        display.show(event);
    }
  } finally {
    display.close();
    cancel();
  }
}

function displayOf(parts: WatchParts, nowMs: number): Display {
  const { io, json } = parts;
  if (!json && io.stdout.isTTY === true) return liveTable(parts, nowMs);
  return { show: json ? jsonLines(io) : valueLines(io), close: () => undefined };
}

/** What of an event is of the device; what the gateway says of itself always is. */
function eventOf(event: LiveEvent, wanted: string | undefined): readonly LiveEvent[] {
  if (wanted === undefined || event.type === 'gateway') return [event];
  if (isOfNoDevice(event)) return [];
  // A part of a source has no state of its own.
  if (isState(event)) return isOfDevice(wanted, event.id) ? [event] : [];
  const values = event.values.filter(({ device }) => isOfDevice(device, wanted));
  return values.length === 0 ? [] : [{ ...event, values } as LiveEvent];
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

function liveTable({ io, time, paint }: WatchParts, nowMs: number): Display {
  // The ages are by the gateway's clock, which need not be the one here.
  const aheadMs = nowMs - time.now();
  const latest = new Map<string, LiveValue | SaidText>();
  let state = '';
  const screen = openLiveScreen(io.stdout, paint);
  const draw = (): void => screen.draw({ latest, state, nowMs: time.now() + aheadMs });
  const cancel = time.every(redrawMs, draw);
  return {
    show: (event) => {
      const isFirst = latest.size === 0;
      if (isState(event)) state = stateText(event);
      else for (const value of event.values) latest.set(`${value.device}/${value.quantity}`, value);
      if (isFirst) draw();
    },
    close: () => {
      cancel();
      screen.leave();
    },
  };
}

function lineOf(said: LiveValue | SaidText): string {
  return cellsOf(said).join('  ').trimEnd();
}

function cellsOf(said: LiveValue | SaidText): string[] {
  const { atMs, device, quantity } = said;
  const what = [formatInstant(atMs), formatValue(device), formatValue(quantity)];
  if ('text' in said) return [...what, formatValue(said.text), ''];
  return [...what, formatValue(said.value, {}, quantityDefinition(quantity).unit), said.quality];
}

function isOfNoDevice(
  event: LiveEvent,
): event is Extract<LiveEvent, { readonly type: 'job' | 'boiler' | 'alert' | 'server' }> {
  return ['job', 'boiler', 'alert', 'server'].includes(event.type);
}

type StateEvent = Exclude<LiveEvent, { readonly type: 'readings' | 'texts' }>;

function isState(event: LiveEvent): event is StateEvent {
  return event.type !== 'readings' && event.type !== 'texts';
}

function stateText(event: StateEvent): string {
  if (event.type === 'alert')
    return `alert ${formatValue(event.rule)} of ${formatValue(event.subject)}: ${event.kind}`;
  if (event.type === 'boiler') return `boiler is in ${event.phase}`;
  if (event.type === 'server') return `server has news of its ${event.news}`;
  if (event.type !== 'gateway') return `${event.type} ${formatValue(event.id)} is ${event.state}`;
  return `gateway is ${event.life}, link ${event.link}, health ${event.health}`;
}
