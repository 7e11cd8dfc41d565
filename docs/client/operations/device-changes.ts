// Made by scripts/make-client.mjs from what the commands declare.
interface DeviceAddInput {
  /** Small letters, digits and single dashes; it names the device for ever */
  id: string;
  /** What kind of device it is; egw device identify tells */
  driver: string;
  /** How it is reached */
  kind?: string;
  /** Its name or address */
  host?: string;
  /** TCP port; the driver’s unless said */
  port?: number;
  /** Serial line: /dev/serial/by-id/… */
  path?: string;
  /** Of the serial line; the driver’s unless said */
  baudRate?: number;
  /** Of the serial line */
  parity?: 'none' | 'even' | 'odd';
  /** Of the serial line: 1 or 2 */
  stopBits?: number;
  /** Of a Solarman logger: the number on its stick */
  loggerSerial?: number;
  /** Modbus unit; the driver’s unless said */
  unit?: number;
  /** Of long values, where this device differs from its driver */
  wordOrder?: 'big' | 'little';
  /** Time between two readings, such as 10s */
  period?: string;
  /** Name for people */
  name?: string;
  /** What it is in the home, such as inverter or meter */
  role?: string;
}

interface DeviceAddOutput {
  added: string;
}

interface DeviceRemoveInput {
  /** The device */
  id: string;
}

interface DeviceRemoveOutput {
  removed: string;
}

interface DeviceAcceptInput {
  /** The device */
  id: string;
}

interface DeviceAcceptOutput {
  accepted: string;
}

interface DeviceScanInput {
  /** Like 192.168.1.0/24; all that the gateway is attached to unless said */
  subnet?: string;
  /**
   * Like 502,1502; all that devices are known to use unless said
   *
   * @minItems 1
   * @maxItems 16
   *
   * Items: TCP port
   */
  ports?:
    | [number]
    | [number, number]
    | [number, number, number]
    | [number, number, number, number]
    | [number, number, number, number, number]
    | [number, number, number, number, number, number]
    | [number, number, number, number, number, number, number]
    | [number, number, number, number, number, number, number, number]
    | [number, number, number, number, number, number, number, number, number]
    | [number, number, number, number, number, number, number, number, number, number]
    | [number, number, number, number, number, number, number, number, number, number, number]
    | [number, number, number, number, number, number, number, number, number, number, number, number]
    | [number, number, number, number, number, number, number, number, number, number, number, number, number]
    | [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
      ]
    | [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
      ]
    | [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
      ];
}

interface DeviceScanOutput {
  subnets: string[];
  ports: number[];
  /** Addresses that were looked at */
  addresses: number;
  tookMs: number;
  /** What is configured there, and every open port */
  found: {
    /** Null on a serial line */
    host: string | null;
    port: number | null;
    /** The serial line; null on the network */
    path: string | null;
    /** How it is reached; null when nothing answered */
    kind: string | null;
    /** Modbus unit */
    unit: number | null;
    driver: string | null;
    /** Maker and family */
    title: string | null;
    /** What it calls itself in the network (mDNS); a hint */
    name: string | null;
    /** known: it is configured, and was not asked. certain: it names its maker. likely: its values fit. unknown: no driver knows it */
    certainty: 'known' | 'certain' | 'likely' | 'unknown';
    /** As the device says */
    serialNumber: string | null;
    /** As the device says */
    model: string | null;
    /** Id of the configured device that it is */
    device: string | null;
    /** Other drivers that fit as well */
    alternatives: string[];
    /** The command that adds it */
    add: string | null;
    note: string | null;
  }[];
}

interface DeviceIdentifyInput {
  /** Its name or address */
  host?: string;
  /** TCP port; 502, and others that devices are known to use, unless said */
  port?: number;
  /** Serial line instead of a host: /dev/serial/by-id/… */
  path?: string;
  /** Of the serial line; those of the drivers unless said */
  baudRate?: number;
  /** How it is reached: modbus-tcp, rtu-over-tcp, solarman-v5; all that fit */
  kind?: string;
  /** Of a Solarman logger: the number on its stick */
  loggerSerial?: number;
  /** Modbus unit; the usual ones unless said */
  unit?: number;
}

interface DeviceIdentifyOutput {
  found: {
    /** Null on a serial line */
    host: string | null;
    port: number | null;
    /** The serial line; null on the network */
    path: string | null;
    /** How it is reached; null when nothing answered */
    kind: string | null;
    /** Modbus unit */
    unit: number | null;
    driver: string | null;
    /** Maker and family */
    title: string | null;
    /** What it calls itself in the network (mDNS); a hint */
    name: string | null;
    /** known: it is configured, and was not asked. certain: it names its maker. likely: its values fit. unknown: no driver knows it */
    certainty: 'known' | 'certain' | 'likely' | 'unknown';
    /** As the device says */
    serialNumber: string | null;
    /** As the device says */
    model: string | null;
    /** Id of the configured device that it is */
    device: string | null;
    /** Other drivers that fit as well */
    alternatives: string[];
    /** The command that adds it */
    add: string | null;
    note: string | null;
  }[];
}

interface DeviceSetInput {
  /** The device, as in the configuration */
  id: string;
  /** What to set: see egw device controls ID */
  control: string;
  /** In the control's unit */
  value: number;
  /** How long, at most 5m; 1m unless said */
  lease?: string;
  /** For whom: user goes before grid, and grid before optimiser; of limits the lowest applies */
  source?: 'user' | 'grid' | 'optimiser';
}

interface DeviceSetOutput {
  device: string;
  control: string;
  /** What the device confirmed: of several limits the lowest */
  value: number;
  asked: number;
  leaseLeftMs: number;
}

interface DeviceReleaseInput {
  /** The device, as in the configuration */
  id: string;
  /** What to set: see egw device controls ID */
  control: string;
  /** For whom: user goes before grid, and grid before optimiser; of limits the lowest applies */
  source?: 'user' | 'grid' | 'optimiser';
}

interface DeviceReleaseOutput {
  device: string;
  control: string;
  /** false: it does not confirm yet, and is put back when it does */
  isBack: boolean;
}

interface DeviceModeInput {
  /** The device, as in the configuration */
  id: string;
  /** read: nothing is written; self-consumption: it is put back once, to decide for itself; control: set points. Allowing more needs the scope admin */
  mode: 'read' | 'self-consumption' | 'control';
}

interface DeviceModeOutput {
  device: string;
  mode: 'read' | 'self-consumption' | 'control';
  /** Controls that are still being put back */
  notBack: string[];
}

export interface DeviceChangesOperations {
  /** Add a device; it is read from now on, and after a restart. Needs the scope admin. */
  'device.add': { input: DeviceAddInput; output: DeviceAddOutput };
  /** Remove a device that was added; its history stays. Needs the scope admin. */
  'device.remove': { input: DeviceRemoveInput; output: DeviceRemoveOutput };
  /** Go on with the device that answers in the place of another: its history continues. Needs the scope admin. */
  'device.accept': { input: DeviceAcceptInput; output: DeviceAcceptOutput };
  /** Look for devices in the home network: private subnets, known ports, once in five minutes. Needs the scope admin. */
  'device.scan': { input: DeviceScanInput; output: DeviceScanOutput };
  /** Ask one host, or one serial line, what kind of device it is. Needs the scope admin. */
  'device.identify': { input: DeviceIdentifyInput; output: DeviceIdentifyOutput };
  /** Set a control of a device for as long as the lease lasts; the same again renews it. Needs the scope control. */
  'device.set': { input: DeviceSetInput; output: DeviceSetOutput };
  /** Give up a set point: the device is put back, or follows what others want. Needs the scope control. */
  'device.release': { input: DeviceReleaseInput; output: DeviceReleaseOutput };
  /** What the gateway may tell a device: nothing, to decide for itself, or set points. Needs the scope control. */
  'device.mode': { input: DeviceModeInput; output: DeviceModeOutput };
}
