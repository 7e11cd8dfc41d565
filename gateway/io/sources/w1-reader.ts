import { join } from 'node:path';
import { GatewayError } from '../../core/errors.ts';
import type { BlockingTime } from './blocking-kinds.ts';
import type { W1Files } from './w1-files.ts';
import { parseW1Slave, type W1Fault, type W1Measurement } from './w1-slave.ts';

/** The work `w1.read`: one temperature of each sensor. */
export interface W1Request {
  /** `/sys/bus/w1/devices`, or where it is mounted. */
  readonly basePath: string;
  /** None: all of family 28 that are there. */
  readonly ids: readonly string[];
  readonly sensors: Readonly<Record<string, W1SensorState>>;
  /** No sensor is begun later than this after the start. */
  readonly timeMsMax: number;
}

/** What is known of one sensor from before. */
export interface W1SensorState {
  readonly celsius?: number;
  /** To be written before it is read. */
  readonly resolutionBits?: number;
}

export interface W1SensorAnswer {
  readonly id: string;
  readonly measurement?: W1Measurement;
  /** Where there is no measurement. */
  readonly fault?: W1Fault;
  /** Reads of its file that it took. */
  readonly tries: number;
}

interface W1Ports {
  readonly files: W1Files;
  readonly time: BlockingTime;
}

const sensorId = /^28-[0-9a-f]{12}$/;
const busMaster = /^w1_bus_master\d+$/;
const triesMax = 3;
/** Between two tries: what disturbed the line is often as short. */
const retryDelayMs = 50;
const bulkPollMs = 20;
/** 750 ms at 12 bits, and what clones take more. */
const bulkMsMax = 2_000;
/** Between two readings of one place a change beyond this is not believed of 85 °C at once. */
const jumpCelsius = 10;

/**
 * Reads sensors one after another, in the order of their ids, after one conversion in common where the driver can
 * (therm_bulk_read, Linux 5.10). One that fails is answered with its fault. Errors: `source_unavailable` when there is
 * no bus.
 */
export function readW1(request: W1Request, { files, time }: W1Ports): readonly W1SensorAnswer[] {
  const untilMs = time.nowMs() + request.timeMsMax;
  const present = presentSensors(request.basePath, files);
  const ids = [...new Set(request.ids.length > 0 ? request.ids : present)].sort();
  setResolutions(request, ids, files);
  const count = ids.filter((id) => present.includes(id)).length;
  convertTogether(request, count, { files, time });
  return ids.map((id) => {
    const path = join(request.basePath, id, 'w1_slave');
    const isInTime = (): boolean => time.nowMs() < untilMs;
    return { id, ...readSensor(path, request.sensors[id]?.celsius, isInTime, { files, time }) };
  });
}

function presentSensors(basePath: string, files: W1Files): readonly string[] {
  try {
    return files.list(basePath).filter((name) => sensorId.test(name));
  } catch (cause) {
    throw new GatewayError('source_unavailable', `there is no 1-wire bus at ${basePath}`, {
      cause,
      hint: 'load w1-gpio and w1-therm (dtoverlay=w1-gpio), mount /sys into the container, or set basePath',
      facts: { path: basePath, systemCode: systemCodeOf(cause) },
    });
  }
}

/** A sensor that refuses keeps what it has, and its register says so when it is read. */
function setResolutions({ basePath, sensors }: W1Request, ids: readonly string[], files: W1Files): void {
  for (const id of ids) {
    const bits = sensors[id]?.resolutionBits;
    if (bits === undefined) continue;
    try {
      files.write(join(basePath, id, 'resolution'), `${bits}\n`);
    } catch {
      continue;
    }
  }
}

/** Without the right to write, or on an older kernel, each sensor converts when it is read. */
function convertTogether({ basePath, timeMsMax }: W1Request, count: number, { files, time }: W1Ports): void {
  if (count < 2) return;
  const pending = files
    .list(basePath)
    .filter((name) => busMaster.test(name))
    .map((name) => join(basePath, name, 'therm_bulk_read'))
    .filter((path) => trigger(path, files));
  const untilMs = time.nowMs() + Math.min(bulkMsMax, timeMsMax / 2);
  while (pending.some((path) => isConverting(path, files)) && time.nowMs() < untilMs) time.sleep(bulkPollMs);
}

function trigger(path: string, files: W1Files): boolean {
  try {
    files.write(path, 'trigger\n');
    return true;
  } catch {
    return false;
  }
}

function isConverting(path: string, files: W1Files): boolean {
  try {
    return files.read(path).trim() === '-1';
  } catch {
    return false;
  }
}

function readSensor(
  path: string,
  celsiusBefore: number | undefined,
  isInTime: () => boolean,
  { files, time }: W1Ports,
): Omit<W1SensorAnswer, 'id'> {
  let fault: W1Fault = 'out_of_time';
  let tries = 0;
  while (tries < triesMax && isInTime()) {
    if (tries > 0) time.sleep(retryDelayMs);
    tries += 1;
    const found = readOnce(path, files);
    if (typeof found !== 'string') {
      if (fault === 'unconfirmed' || isBelievable(found, celsiusBefore)) return { measurement: found, tries };
      fault = 'unconfirmed';
    } else {
      fault = found;
      if (found === 'absent' || found === 'unreadable') break;
    }
  }
  return { fault, tries };
}

/** 85 °C may be what a power dip left behind, on sensors that do not say so. */
function isBelievable({ celsius, isDoubtful }: W1Measurement, celsiusBefore: number | undefined): boolean {
  if (!isDoubtful) return true;
  return celsiusBefore !== undefined && Math.abs(celsius - celsiusBefore) <= jumpCelsius;
}

function readOnce(path: string, files: W1Files): W1Measurement | W1Fault {
  try {
    return parseW1Slave(files.read(path));
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === 'ENOENT' || code === 'ENODEV' || code === 'ENOTDIR') return 'absent';
    return code === 'EIO' ? 'no_answer' : 'unreadable';
  }
}

function systemCodeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : 'unknown';
}
