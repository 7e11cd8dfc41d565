// Made by scripts/make-client.mjs from what the commands declare.
type DriverListInput = Record<string, never>;

interface DriverListOutput {
  drivers: {
    /** As the configuration calls it */
    id: string;
    /** Maker and family */
    title: string;
    /** TCP port unless configured */
    port: number;
    /** Modbus unit unless configured */
    unit: number;
    /** What such a device can be told; one that describes itself may take more */
    controls: string[];
    /** What it measures is known once it was asked */
    describesItself: boolean;
  }[];
}

export interface DriverOperations {
  /** The kinds of devices that are built in. Needs the scope read. */
  'driver.list': { input: DriverListInput; output: DriverListOutput };
}
