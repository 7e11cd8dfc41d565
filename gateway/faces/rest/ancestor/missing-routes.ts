import { statusError, type AncestorRoute } from './ancestor-route.ts';
import { textField } from './field-values.ts';

const missing = (
  route: Pick<AncestorRoute, 'method' | 'path' | 'scope' | 'summary'>,
  body: unknown,
): AncestorRoute => ({
  ...route,
  returns: { nothing: 'it is answered with 501' },
  answer: () => ({ status: 501, body }),
});

const reviving = 'a chip that does not answer is woken again by itself: see the health of the gateway';
const noBus = 'what the machine runs is told by its own tools: systemctl show';
const noLogFiles = 'the log goes to the service manager: journalctl -u egw, or docker logs';
const noLogIn = 'nobody logs in: the page and programs have a token (egw token create --scope read)';
const noCurrent = 'no device takes a limit of current: set grid/limit, in watts';

const endpoint: AncestorRoute = {
  method: 'POST',
  path: '/api/endpoint',
  scope: 'admin',
  summary: 'Add a harvest endpoint: not served, but answered with the line to write into the configuration',
  required: { endpoint: 'string - its URL' },
  returns: { nothing: 'it is answered with 501' },
  errorBody: statusError,
  answer: ({ body }) => {
    const url = textField(body, 'endpoint')?.slice(0, 500) ?? 'URL';
    const line = `sinks: [{ id: harvest, kind: srcful-harvest, url: ${JSON.stringify(url)} }]`;
    const message = `where readings are sent to stands in the configuration: write there ${line}`;
    return { status: 501, body: statusError(message) };
  },
};

/** Paths of the earlier gateway that this one does not serve, so that each says why. */
export const missingRoutes: readonly AncestorRoute[] = [
  missing(
    { method: 'GET', path: '/api/crypto/revive', scope: 'read', summary: 'Wake the chip: not served' },
    {
      error: reviving,
    },
  ),
  missing(
    { method: 'GET', path: '/api/system/details', scope: 'read', summary: 'systemd: not served' },
    {
      error: noBus,
      status: 'failed',
    },
  ),
  endpoint,
  missing(
    {
      method: 'GET',
      path: '/admin/log/download/:file',
      scope: 'read',
      summary: 'The log files of chaudiere: not served',
    },
    { error: noLogFiles },
  ),
  ...(['GET', 'POST'] as const).map((method) =>
    missing(
      {
        method,
        path: method === 'GET' ? '/logout' : '/log_admin',
        scope: 'read',
        summary: 'Log-in of chaudiere: not served',
      },
      { error: noLogIn },
    ),
  ),
  missing(
    {
      method: 'POST',
      path: '/api/device/:sn/grid/current/:amps',
      scope: 'control',
      summary: 'Limit the current of the grid: not served',
    },
    statusError(noCurrent),
  ),
];
