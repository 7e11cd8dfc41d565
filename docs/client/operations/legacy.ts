// Made by scripts/make-client.mjs from what the commands declare.
interface LegacyHoldingInput {
  address: number;
  /** The first of the configuration unless said */
  device?: string;
  /** Registers */
  size?: number;
  type?: 'U16' | 'I16' | 'U32' | 'I32' | 'U64' | 'I64' | 'F32' | 'STR' | 'BYTES';
  /** Order of the words */
  endianess?: 'big' | 'little';
}

interface LegacyHoldingOutput {
  register: number;
  size: number;
  /** Hexadecimal */
  raw_value: string;
  /** The same, the high word first */
  swapped_value: string;
  value: number | string | null;
}

interface LegacyInputInput {
  address: number;
  /** The first of the configuration unless said */
  device?: string;
  /** Registers */
  size?: number;
  type?: 'U16' | 'I16' | 'U32' | 'I32' | 'U64' | 'I64' | 'F32' | 'STR' | 'BYTES';
  /** Order of the words */
  endianess?: 'big' | 'little';
}

interface LegacyInputOutput {
  register: number;
  size: number;
  /** Hexadecimal */
  raw_value: string;
  /** The same, the high word first */
  swapped_value: string;
  value: number | string | null;
}

export interface LegacyOperations {
  /** Holding registers as the earlier API gives them; read only. Needs the scope modbus:raw. */
  'legacy.holding': { input: LegacyHoldingInput; output: LegacyHoldingOutput };
  /** Input registers as the earlier API gives them; read only. Needs the scope modbus:raw. */
  'legacy.input': { input: LegacyInputInput; output: LegacyInputOutput };
}
