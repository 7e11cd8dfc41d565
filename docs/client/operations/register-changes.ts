// Made by scripts/make-client.mjs from what the commands declare.
interface RegisterWriteInput {
  /** The device, as in the configuration */
  id: string;
  /** Zero-based, as on the wire */
  address: number;
  /**
   * What to write, register by register
   *
   * @minItems 1
   * @maxItems 123
   */
  words?: [number, ...number[]];
  /** One number instead, as it stands in the registers */
  value?: number;
  /** How the number is written */
  type?: 'u16' | 's16' | 'u32' | 's32' | 'f32';
  /** Which word of a long number comes first: big is the high one */
  order?: 'big' | 'little';
  /** 6 writes one register, 16 any number; 16 unless said */
  functionCode?: 6 | 16;
}

interface RegisterWriteOutput {
  device: string;
  address: number;
  /** As written and read back, hexadecimal */
  words: string;
}

export interface RegisterChangesOperations {
  /** Write registers of a device in mode control as they are, and read them back. Needs the scope modbus:raw. */
  'register.write': { input: RegisterWriteInput; output: RegisterWriteOutput };
}
