export { modbusRtu } from './modbus-rtu.ts';
export { modbusTcp } from './modbus-tcp.ts';
export { rtuOverTcp } from './rtu-over-tcp.ts';
export { solarmanV5 } from './solarman-v5.ts';
