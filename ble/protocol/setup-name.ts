/** Under which a gateway is in the air, and on its label: docs/provisioning-protocol.md, section 1. */
export function setupName(gatewayId: string): string {
  return `eGW ${gatewayId.slice(0, 8).toUpperCase()}`;
}
