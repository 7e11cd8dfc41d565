export { modbusTcp } from './modbus-tcp.ts';
