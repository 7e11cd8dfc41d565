export { command } from './command.ts';
export { proxmox } from './proxmox.ts';
export { tasmotaRelay } from './tasmota-relay.ts';
export { wakeOnLan } from './wake-on-lan.ts';
