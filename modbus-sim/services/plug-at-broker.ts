import { SimulatorError } from '../simulator-error.ts';
import { TasmotaMqttClient } from './tasmota-mqtt-client.ts';
import { TasmotaMqtt } from './tasmota-mqtt.ts';
import { TasmotaService } from './tasmota-service.ts';

export interface PlugAtBroker {
  /** What a gateway has to be told to read it. */
  readonly settings: { readonly host: string; readonly port: number; readonly topic: string };
  /** Now and then: it says its telemetry when its TelePeriod is over. */
  beat(): void;
  close(): Promise<void>;
}

const topic = 'tasmota_4F5A6B';
const telePeriodMs = 300_000;

/**
 * The plug of a dish washer, at a broker that is there: `mqtt://127.0.0.1:1883`, with user and password where it wants
 * them. Throws a SimulatorError of one line when it is not taken.
 */
export async function startPlugAtBroker(
  brokerUrl: string,
  { startMs, nowMs }: { readonly startMs: number; readonly nowMs: () => number },
): Promise<PlugAtBroker> {
  const url = URL.parse(brokerUrl);
  if (url === null || url.protocol !== 'mqtt:' || url.hostname === '')
    throw new SimulatorError('--broker must be an address such as mqtt://127.0.0.1:1883');
  const service = new TasmotaService({ startMs, powerW: (atMs) => [washerW(atMs)], totalWh: 88_120 });
  const client = await connect(brokerUrl, new TasmotaMqtt(service, { topic }), nowMs);
  let nextMs = startMs;
  return {
    settings: { host: url.hostname, port: Number(url.port) || 1883, topic },
    beat: () => {
      if (nowMs() < nextMs) return;
      nextMs = nowMs() + telePeriodMs;
      // A broker that is gone is told nothing.
      client.sayTelemetry().catch(() => undefined);
    },
    close: async () => await client.close(),
  };
}

async function connect(
  brokerUrl: string,
  plug: TasmotaMqtt,
  nowMs: () => number,
): Promise<TasmotaMqttClient> {
  try {
    return await TasmotaMqttClient.connect({ plug, brokerUrl, nowMs });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SimulatorError(`--broker: it does not take the plug: ${reason}`);
  }
}

/** Heats, and then washes, each six hours. */
function washerW(nowMs: number): number {
  const minute = (nowMs / 60_000) % 360;
  if (minute < 20) return 1_980;
  return minute < 110 ? 65 : 1;
}
