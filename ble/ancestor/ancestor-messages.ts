import { strictText } from '../strict-text.ts';
import { byteField, readByteFields } from './protobuf.ts';

/** What one value of a characteristic can hold (Core, Vol 3, Part F, 3.2.9). */
const valueBytesMax = 512;
const ssidBytesMax = 32;
const passwordBytesMax = 64;

/** `wifi_services_v1`: names of networks, as many as one value holds. */
export function encodeWifiServices(names: readonly string[]): Uint8Array {
  return joinFields(names.map((name) => textField(1, name)));
}

/** `diagnostics_v1`: a map of texts. */
export function encodeDiagnostics(diagnostics: Readonly<Record<string, string>>): Uint8Array {
  return joinFields(
    Object.entries(diagnostics).map(([key, value]) =>
      byteField(1, Uint8Array.of(...textField(1, key), ...textField(2, value))),
    ),
  );
}

/** `wifi_connect_v1`. A network without a password has none. Undefined unless it is one. */
export function decodeWifiConnect(
  message: Uint8Array,
): { readonly ssid: string; readonly password?: string } | undefined {
  const fields = readByteFields(message);
  const ssid = readText(fields?.get(1), ssidBytesMax);
  const password = readText(fields?.get(2) ?? new Uint8Array(), passwordBytesMax);
  if (ssid === undefined || ssid === '' || password === undefined) return undefined;
  return { ssid, ...(password !== '' && { password }) };
}

/** The name of the network that `wifi_remove_v1` names. Undefined unless it is one. */
export function decodeWifiRemove(message: Uint8Array): string | undefined {
  const ssid = readText(readByteFields(message)?.get(1), ssidBytesMax);
  return ssid === '' ? undefined : ssid;
}

/** A field that does not fit any more ends it. */
function joinFields(fields: readonly Uint8Array[]): Uint8Array {
  const bytes: number[] = [];
  for (const field of fields) {
    if (bytes.length + field.length > valueBytesMax) break;
    bytes.push(...field);
  }
  return Uint8Array.from(bytes);
}

function textField(number: number, text: string): Uint8Array {
  return byteField(number, new TextEncoder().encode(text));
}

function readText(bytes: Uint8Array | undefined, bytesMax: number): string | undefined {
  if (bytes === undefined || bytes.length > bytesMax) return undefined;
  return strictText(bytes);
}
