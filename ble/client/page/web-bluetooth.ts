/** As much of Web Bluetooth (webbluetoothcg.github.io/web-bluetooth) as this page uses; TypeScript has no types of it. */
export interface WebBluetooth {
  getAvailability?(): Promise<boolean>;
  requestDevice(options: { readonly filters: readonly DeviceFilter[] }): Promise<BluetoothPeripheral>;
}

interface DeviceFilter {
  readonly services: readonly string[];
  readonly name?: string;
}

export interface BluetoothPeripheral extends EventTarget {
  readonly name?: string;
  readonly gatt?: GattServer;
}

interface GattServer {
  readonly connected: boolean;
  connect(): Promise<GattServer>;
  disconnect(): void;
  getPrimaryService(uuid: string): Promise<GattService>;
}

interface GattService {
  getCharacteristic(uuid: string): Promise<GattCharacteristic>;
}

export interface GattCharacteristic extends EventTarget {
  readonly value?: DataView;
  readValue(): Promise<DataView>;
  writeValueWithResponse(value: Uint8Array): Promise<void>;
  startNotifications(): Promise<unknown>;
}

/** Undefined where the browser has none, or gives it to secure pages alone. */
export function webBluetooth(): WebBluetooth | undefined {
  return (navigator as { readonly bluetooth?: WebBluetooth }).bluetooth;
}
