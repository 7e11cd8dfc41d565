import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GatewayParts } from '../../gateway/app.ts';
import { GatewayError } from '../../gateway/core/errors.ts';
import { sampleAds1115, type Ads1115Request } from '../../gateway/io/sources/ads1115-sampler.ts';
import { w1Sysfs, type W1Files } from '../../gateway/io/sources/w1-files.ts';
import { readW1, type W1Request } from '../../gateway/io/sources/w1-reader.ts';
import { W1Folder, type W1Probe } from '../../modbus-sim/w1/w1-folder.ts';
import { openClampsBus } from '../../sim/clamps-bus.ts';

/** What hangs at the gateway's pins, now. */
export interface RoomNow {
  readonly probes: readonly W1Probe[];
  /** A (RMS), A0 to A3; undefined: the converter does not answer. */
  readonly clampsA: readonly number[] | undefined;
  /** What the kernel's file says of a probe in place of what it would. */
  readonly tamper?: (id: string, text: string) => string;
}

export interface BoilerRoomWork {
  readonly work: GatewayParts['work'];
  /** What is `/sys/bus/w1/devices` elsewhere. */
  readonly probesPath: string;
  close(): void;
}

const converterAddress = 0x48;
/** What a look at the clock, or a transfer, takes. */
const stepMs = 0.05;

/**
 * The gateway's own way from the pins to values, without its threads: the files of the kernel's 1-wire driver and the
 * bytes of an ADS1115 go through the code that reads them in life. What it waits for passes at once.
 *
 * @param now what is there at each reading
 */
export function boilerRoomWork(now: () => RoomNow): BoilerRoomWork {
  const folder = mkdtempSync(join(tmpdir(), 'egw-room-'));
  const probes = new W1Folder(folder);
  const clampsPath = join(folder, 'clamps.json');
  let passedMs = 0;
  const time = {
    nowMs: () => (passedMs += stepMs),
    sleep: (forMs: number) => void (passedMs += forMs),
  };
  const readProbes = (request: W1Request): unknown => {
    const { probes: shown, tamper } = now();
    probes.show(shown);
    return readW1(request, { files: tamper === undefined ? w1Sysfs : tampered(tamper), time });
  };
  const sampleClamps = async (request: Ads1115Request): Promise<unknown> => {
    const { clampsA } = now();
    writeFileSync(clampsPath, JSON.stringify(clampsA === undefined ? {} : { [converterAddress]: clampsA }));
    const openBus = async () => await openClampsBus(clampsPath, time.nowMs);
    return await sampleAds1115(request, { openBus, time });
  };
  const work: GatewayParts['work'] = {
    run: async (kind, request) => {
      if (kind === 'w1.read') return (await Promise.resolve(readProbes(request as W1Request))) as never;
      if (kind === 'ads1115.sample') return (await sampleClamps(request as Ads1115Request)) as never;
      throw new GatewayError('input_invalid', `there is no blocking work ${kind}`);
    },
  };
  return {
    work,
    probesPath: probes.devices,
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function tampered(tamper: (id: string, text: string) => string): W1Files {
  return {
    ...w1Sysfs,
    read: (path) => {
      const id = /(28-[0-9a-f]{12})\/w1_slave$/.exec(path)?.[1];
      const text = w1Sysfs.read(path);
      return id === undefined ? text : tamper(id, text);
    },
  };
}
