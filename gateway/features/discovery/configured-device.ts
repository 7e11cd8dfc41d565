/** A device of the configuration, as far as finding it is concerned. */
export interface ConfiguredDevice {
  readonly id: string;
  readonly driver: string;
  readonly title: string;
  /** Null where it is not known. */
  readonly serialNumber: string | null;
  readonly model: string | null;
  readonly unit: number;
  readonly kind: string;
  /** Where it is asked now. */
  readonly place: { readonly host: string; readonly port: number } | { readonly path: string };
}
