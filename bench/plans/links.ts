import { noSerialLines } from '../../gateway/core/serial-lines.ts';
import { waitFor } from '../../gateway/engine/time-limit.ts';
import { LinkCost, type RequestCost } from '../../gateway/io/drivers/link-cost.ts';
import { frameSilenceMs, wireTimeMs } from '../../gateway/io/transports/line-timing.ts';
import { createModbusTcpTransport } from '../../gateway/io/transports/modbus-tcp.ts';
import { createRealAlarm } from '../../gateway/system/real-alarm.ts';
import { realClock } from '../../gateway/system/real-clock.ts';
import { createRealNetwork } from '../../gateway/system/real-network.ts';
import { createResolver } from '../../gateway/system/resolver.ts';
import { startSlave } from '../slave/slave.ts';

/** An inverter's own network stack, as users measure it: tens of milliseconds whatever is asked. */
export const inverterOverTcp: RequestCost = { perRequestMs: 25, perRegisterMs: 0.1 };

const line = { baudRate: 9_600, parity: 'none', stopBits: 1 } as const;
const requestBytes = 8;
/** Unit, function, byte count, CRC. */
const answerBytes = 5;
const bytesPerRegister = 2;
/** Between a request and its answer. */
const thinkingMs = 10;

/** A serial line at 9,600 bit/s: what the bytes and the silences between frames take, and the device thinks. */
export const rtuAt9600: RequestCost = {
  perRequestMs: wireTimeMs(requestBytes + answerBytes, line) + 2 * frameSilenceMs(line) + thinkingMs,
  perRegisterMs: wireTimeMs(bytesPerRegister, line),
};

const readsToMeasure = 600;

/** What our transport takes on the loopback, fitted as the gateway fits it. */
export async function measureLoopback(): Promise<RequestCost> {
  const slave = await startSlave(1);
  const clock = realClock;
  const alarm = createRealAlarm(clock);
  const transport = createModbusTcpTransport(
    { endpoint: { host: '127.0.0.1', port: slave.ports[0] ?? 0 }, connectDelayMs: 0, requestGapMs: 0 },
    {
      network: createRealNetwork({ resolver: createResolver({ clock }), refuseAddress: () => undefined }),
      serial: noSerialLines,
      clock,
      wait: async (forMs, signal) => await waitFor({ clock, alarm }, forMs, signal),
    },
  );
  const cost = new LinkCost({ perRequestMs: 2, perRegisterMs: 0.02, answerMsMax: 1_000 });
  const { signal } = new AbortController();
  for (let read = 0; read < readsToMeasure; read += 1) {
    const count = 1 + ((read * 37) % 125);
    const startMs = performance.now();
    await transport.readRegisters(1, { table: 'input', address: 0, count }, signal);
    // The first reads are those of code that is not compiled yet.
    if (read >= readsToMeasure / 2) cost.add(count, performance.now() - startMs);
  }
  transport.close();
  await slave.stop();
  return cost.fitted();
}
