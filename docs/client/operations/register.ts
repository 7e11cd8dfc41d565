// Made by scripts/make-client.mjs from what the commands declare.
interface RegisterReadInput {
  /** The device, as in the configuration */
  id: string;
  table?: 'holding' | 'input';
  /** Zero-based, as on the wire */
  address: number;
  /** Registers; those of one number unless said */
  count?: number;
  /** Also as numbers of this type */
  type?: 'u16' | 's16' | 'u32' | 's32' | 'u64' | 's64' | 'f32' | 'f64';
  /** Which word of a long number comes first: big is the high one */
  order?: 'big' | 'little';
}

interface RegisterReadOutput {
  device: string;
  table: 'holding' | 'input';
  address: number;
  count: number;
  /** Hexadecimal, in the order of the wire */
  words: string;
  /** The same as ASCII */
  text: string;
  values?: (number | null)[];
}

export interface RegisterOperations {
  /** Read registers of a device as they are, for engineers; each reading is audited. Needs the scope modbus:raw. */
  'register.read': { input: RegisterReadInput; output: RegisterReadOutput };
}
