import type { AncestorRoute } from './ancestor-route.ts';
import { boilerRoutes } from './boiler-routes.ts';
import { controlRoutes } from './control-routes.ts';
import { deviceRoutes } from './device-routes.ts';
import { gatewayRoutes } from './gateway-routes.ts';
import { logAndMessageRoutes } from './log-and-message-routes.ts';
import { machineRoutes } from './machine-routes.ts';
import { missingRoutes } from './missing-routes.ts';
import { mqttRoutes } from './mqtt-routes.ts';
import { ownerRoutes } from './owner-routes.ts';
import { registerRoutes } from './register-routes.ts';
import { scanRoutes } from './scan-routes.ts';
import { withDocumentation } from './self-documentation.ts';
import { settingsRoutes } from './settings-routes.ts';
import { stateRoutes } from './state-routes.ts';
import { supportedRoutes } from './supported-routes.ts';
import { wifiRoutes } from './wifi-routes.ts';

/** Every path of the earlier gateway, and of the boiler monitor, that is answered here, besides `/api/hello`, which is our own. */
export const ancestorRoutes: readonly AncestorRoute[] = withDocumentation([
  ...gatewayRoutes,
  ...ownerRoutes,
  ...logAndMessageRoutes,
  ...machineRoutes,
  ...wifiRoutes,
  ...deviceRoutes,
  ...supportedRoutes,
  ...scanRoutes,
  ...registerRoutes,
  ...controlRoutes,
  ...stateRoutes,
  ...settingsRoutes,
  ...mqttRoutes,
  ...boilerRoutes,
  ...missingRoutes,
]);
