export { atecc608 } from './atecc608.ts';
export { ed25519 } from './ed25519.ts';
export { none } from './none.ts';
