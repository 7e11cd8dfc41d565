/** Assigned numbers of AD structures (Core Supplement, Part A, and the Assigned Numbers, 2.3). */
const adTypes = { flags: 0x01, services128: 0x07, completeName: 0x09, serviceData16: 0x16 } as const;
/** General discoverable; no BR/EDR. */
const flagsValue = 0x06;
/** Of an advertisement, and of a scan response. */
const advertisingBytesMax = 31;

/** `02 01 06`. */
export function flags(): Uint8Array {
  return structure(adTypes.flags, Uint8Array.of(flagsValue));
}

/** The complete list of 128-bit services, of one. */
export function serviceOf(uuid: string): Uint8Array {
  return structure(adTypes.services128, uuidBytes(uuid));
}

/** Cut where 31 bytes end, which for names of ASCII is a letter. */
export function completeName(name: string): Uint8Array {
  const bytes = new TextEncoder().encode(name);
  return structure(adTypes.completeName, bytes.subarray(0, advertisingBytesMax - 2));
}

/** Data of a service with a 16-bit number. */
export function serviceData(uuid16: number, data: Uint8Array): Uint8Array {
  return structure(adTypes.serviceData16, Uint8Array.of(uuid16 & 0xff, uuid16 >> 8, ...data));
}

export function joinStructures(...structures: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(structures.flatMap((bytes) => [...bytes]));
}

/** Its length counts the type, but not itself. */
function structure(type: number, data: Uint8Array): Uint8Array {
  return Uint8Array.of(data.length + 1, type, ...data);
}

/** As it is in the air: the last byte first. */
function uuidBytes(uuid: string): Uint8Array {
  const digits = uuid.replaceAll('-', '');
  const bytes = Uint8Array.from({ length: digits.length / 2 }, (_, at) =>
    Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16),
  );
  return bytes.reverse();
}
