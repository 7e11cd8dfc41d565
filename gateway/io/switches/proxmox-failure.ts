import type { GatewayError } from '../../core/errors.ts';
import type { HttpAnswer } from '../../core/http.ts';
import { saidByService } from '../said-by-service.ts';
import { refused, unavailable } from './refused.ts';

export interface AskedNode {
  /** Host and port. */
  readonly host: string;
  /** Undefined while it is being looked for. */
  readonly node: string | undefined;
  /** The right that what was asked for takes. */
  readonly privilege: 'Sys.Audit' | 'Sys.PowerMgmt';
  /** Never to be seen in a message. */
  readonly secrets: readonly string[];
}

/** The other node of the cluster, or what stands before it, was asked and did not answer; it may have been told. */
const unclearStatuses: ReadonlySet<number> = new Set([502, 504, 596, 599]);
/** As pveproxy says that it cannot reach the node of the path: PVE::APIServer::AnyEvent, proxy_request. */
const unreachableStatuses: ReadonlySet<number> = new Set([595, 596, 599]);

/** Whether a status says that this node cannot be reached by the one that was asked. */
export function saysUnreachable(status: number): boolean {
  return unreachableStatuses.has(status);
}

/** What an answer says in the place of data; undefined: it is well. */
export function proxmoxFailure(answer: HttpAnswer, asked: AskedNode): GatewayError | undefined {
  const { status } = answer;
  if (status >= 200 && status < 300) return undefined;
  const { host, node, privilege, secrets } = asked;
  const said = saidByService(reasonIn(answer), secrets);
  const what = `Proxmox at ${host} answered ${status}${said === '' ? '' : ` (${said})`}`;
  const facts = { status, host, ...(node !== undefined && { node }) };
  const remedy = remedyFor(status, said, asked);
  if (remedy !== undefined) return refused(what, remedy, status === 403 ? { ...facts, privilege } : facts);
  const hint = saysUnreachable(status)
    ? `the node ${node ?? ''} cannot be reached by the one that was asked`
    : 'look into its task log; it is told again';
  return unavailable(what, hint, { ...facts, ...(unclearStatuses.has(status) && { isUnclear: true }) });
}

/** What somebody has to correct; undefined: it may pass. */
function remedyFor(status: number, said: string, { node, privilege }: AskedNode): string | undefined {
  if (status === 401)
    return 'check tokenId (USER@REALM!TOKEN) and tokenSecret, and that neither token nor user has expired';
  if (status === 403)
    return `give the token the privilege ${privilege} on /nodes/${node ?? 'NODE'}; a token with privilege separation needs it itself, not only its user`;
  if (isOfName(status, said)) return 'check the setting node: Proxmox knows none of that name';
  if (status >= 300 && status < 400) return 'check the setting url: https, and port 8006 unless it was moved';
  if (status === 408 || status === 429) return undefined;
  return status < 500 || status === 501 ? 'check url and node, and that this is Proxmox VE' : undefined;
}

/** PVE::Cluster and PVE::INotify say so with 500. */
function isOfName(status: number, said: string): boolean {
  return status === 500 && /hostname lookup|no such (cluster )?node|invalid node/i.test(said);
}

/** Of its JSON the message, with what it says of single parameters. */
function reasonIn({ body, headers }: HttpAnswer): string {
  const text = new TextDecoder().decode(body);
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== 'object' || json === null) return '';
    const { message, errors } = json as { readonly message?: unknown; readonly errors?: unknown };
    const single = typeof errors === 'object' && errors !== null ? JSON.stringify(errors) : '';
    return [typeof message === 'string' ? message.trim() : '', single]
      .filter((part) => part !== '')
      .join(' ');
  } catch {
    return /html/i.test(headers['content-type'] ?? '') ? '' : text;
  }
}
