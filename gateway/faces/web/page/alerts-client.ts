import type { Alert, AlertDetail, Notifier, Rule, TestAnswer } from './alert-types.ts';
import type { ApiClient } from './api-client.ts';

/** The gateway's API about alerts. Every call rejects with an `ApiProblem`. */
export interface AlertsClient {
  /** Those that are not over. */
  open(): Promise<readonly Alert[]>;
  /** What people were told, newest first. */
  recent(): Promise<readonly Alert[]>;
  alert(id: number): Promise<AlertDetail>;
  acknowledge(id: number): Promise<void>;
  rules(): Promise<readonly Rule[]>;
  notifiers(): Promise<readonly Notifier[]>;
  /** Sends a test to all recipients of a notifier. */
  test(notifier: string): Promise<TestAnswer>;
}

const alertsPath = '/api/v1/alerts';
/** The gateway tells what became of a test after so long at most. */
const testMsMax = 60_000;

export function createAlertsClient(client: Pick<ApiClient, 'openAlerts' | 'read' | 'post'>): AlertsClient {
  return {
    open: () => client.openAlerts(),
    recent: async () => ((await client.read(`${alertsPath}?limit=30`)) as { alerts: Alert[] }).alerts,
    alert: async (id) => (await client.read(`${alertsPath}/${id}`)) as AlertDetail,
    acknowledge: async (id) => {
      await client.post(`${alertsPath}/${id}/acknowledge`);
    },
    rules: async () => ((await client.read('/api/v1/alert-rules')) as { rules: Rule[] }).rules,
    notifiers: async () => ((await client.read('/api/v1/notifiers')) as { notifiers: Notifier[] }).notifiers,
    test: async (notifier) =>
      (await client.post('/api/v1/notifiers/test', { notifier }, testMsMax)) as TestAnswer,
  };
}
