// Made by scripts/make-client.mjs from what the commands declare.
interface SrcfulMessageInput {
  type:
    | 'ems_authentication_challenge'
    | 'ems_authentication_success'
    | 'ems_authentication_error'
    | 'ems_authentication_timeout'
    | 'ems_control_schedule'
    | 'ems_pre_setup'
    | 'ems_control_schedule_cancel';
  payload: {
    /** What the backend calls it */
    id?: number | string;
    /** Serial number of the device */
    sn?: string;
    /** UTC: 2025-03-14T15:00:00.000000 */
    execute_at?: string;
    protocol?: 'modbus';
    /**
     * @minItems 1
     * @maxItems 32
     */
    commands?: [
      {
        start_register: number;
        value?: number;
        name?: string;
        description?: string;
      },
      ...{
        start_register: number;
        value?: number;
        name?: string;
        description?: string;
      }[],
    ];
    serialNumber?: string;
    signature?: string;
    created_at?: string;
    message?: string;
  };
}

interface SrcfulMessageOutput {
  messages: {
    type: string;
    payload: {
      [k: string]: unknown;
    };
  }[];
}

interface SrcfulDataRequestInput {
  type: 'ems_data_request';
  payload: {
    id?: number | string;
    /** Serial number of the device */
    sn: string;
    /**
     * @minItems 1
     * @maxItems 32
     */
    commands: [
      {
        start_register: number;
        num_of_registers?: number;
        function_code?: number;
        data_type?: 'U16' | 'I16' | 'U32' | 'I32' | 'U64' | 'I64' | 'F32' | 'STR' | 'BYTES';
        scale_factor?: number;
        /** Order of the words */
        endianness?: 'big' | 'little';
      },
      ...{
        start_register: number;
        num_of_registers?: number;
        function_code?: number;
        data_type?: 'U16' | 'I16' | 'U32' | 'I32' | 'U64' | 'I64' | 'F32' | 'STR' | 'BYTES';
        scale_factor?: number;
        /** Order of the words */
        endianness?: 'big' | 'little';
      }[],
    ];
    serialNumber?: string;
    signature?: string;
    created_at?: string;
    message?: string;
  };
}

interface SrcfulDataRequestOutput {
  messages: {
    type: string;
    payload: {
      [k: string]: unknown;
    };
  }[];
}

export interface SrcfulChangesOperations {
  /** A control message in the words of the earlier gateway, and what is said to it. Needs the scope control. */
  'srcful.message': { input: SrcfulMessageInput; output: SrcfulMessageOutput };
  /** A request for registers in the words of the earlier gateway; each reading is audited. Needs the scope modbus:raw. */
  'srcful.data-request': { input: SrcfulDataRequestInput; output: SrcfulDataRequestOutput };
}
