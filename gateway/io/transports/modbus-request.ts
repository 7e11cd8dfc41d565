import assert from 'node:assert';

/** One request as Modbus knows it: a read, or with `words` a write. */
export interface ModbusRequest {
  readonly unit: number;
  readonly functionCode: 3 | 4 | 6 | 16;
  readonly address: number;
  readonly count: number;
  readonly words?: Uint16Array;
}

/** Registers in one request: "MODBUS Application Protocol Specification V1.1b3", sections 6.3, 6.6 and 6.12. */
const countMax: Readonly<Record<ModbusRequest['functionCode'], number>> = { 3: 125, 4: 125, 6: 1, 16: 123 };
const unitMax = 255;

export function isWrite({ functionCode }: ModbusRequest): boolean {
  return functionCode === 6 || functionCode === 16;
}

/** A request that no device could answer is a bug of ours. Unit 0 is everybody, and nobody answers. */
export function checkRequest({ unit, functionCode, address, count }: ModbusRequest): void {
  const most = countMax[functionCode];
  assert(Number.isInteger(unit) && unit >= 1 && unit <= unitMax, `unit 1 to ${unitMax}, not ${unit}`);
  assert(Number.isInteger(count) && count >= 1 && count <= most, `1 to ${most} registers, not ${count}`);
  assert(
    Number.isInteger(address) && address >= 0 && address + count <= 65_536,
    'the range is in the 16-bit address space',
  );
}

export function describeRequest({ unit, functionCode, address, count }: ModbusRequest): string {
  const table = functionCode === 4 ? 'input' : 'holding';
  const what =
    functionCode === 3 || functionCode === 4
      ? `${count} ${table} registers from`
      : `writing ${count} registers from`;
  return `unit ${unit}, ${what} ${address}`;
}

export function factsOf(request: ModbusRequest): Readonly<Record<string, string | number>> {
  const { unit, functionCode, address, count } = request;
  const facts = { unit, address, count };
  return isWrite(request)
    ? { ...facts, functionCode }
    : { ...facts, table: functionCode === 4 ? 'input' : 'holding' };
}
