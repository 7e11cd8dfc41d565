import type { NotifierConfig } from './config/config.ts';
import { languages, type Language } from './core/alert.ts';
import type { Clock } from './core/clock.ts';
import { GatewayError } from './core/errors.ts';
import type { HttpClient } from './core/http.ts';
import type { Logger } from './core/logger.ts';
import type { Network } from './core/network.ts';
import type { ListedNotifier } from './features/alerts/listed-notifier.ts';
import type { SendingNotifier } from './features/alerts/sending-notifier.ts';
import type { NotifierDefinition, NotifierPorts } from './io/notifiers/notifier.ts';

/** A notifier whose part of the configuration is wrong. */
export interface QuarantinedNotifier {
  readonly id: string;
  readonly kind: string;
  /** What is wrong. */
  readonly reason: string;
}

interface Outside {
  readonly config: { readonly notifiers: readonly NotifierConfig[] };
  readonly quarantinedNotifiers?: readonly QuarantinedNotifier[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly http: HttpClient;
  readonly network: Network;
}

/** A notifier of the configuration, as alerts need it. */
export interface ConfiguredNotifier extends ListedNotifier {
  readonly sending: SendingNotifier;
}

/** Of what nobody knows how it works. */
const timeoutMsUnknown = 10_000;

/** All that are configured; `hasBalance` says of each whether it can be asked what is left of what was paid for. */
export function configuredNotifiers(
  kinds: readonly NotifierDefinition[],
  outside: Outside,
  { language, hasBalance }: { readonly language: Language; readonly hasBalance: (id: string) => boolean },
): readonly ConfiguredNotifier[] {
  const { config, quarantinedNotifiers = [] } = outside;
  return [
    ...config.notifiers.flatMap((notifier) => {
      const definition = kinds.find(({ id }) => id === notifier.kind);
      if (definition === undefined) return [];
      const { id, name = id, kind, enabled: isEnabled, options } = notifier;
      const listed: ConfiguredNotifier = {
        ...{ id, name, kind, title: definition.title, isEnabled, problem: problemOf(notifier) },
        language: languages.find((one) => one === options['language']) ?? language,
        recipients: definition.recipients(options),
        isRepeatSafe: definition.isRepeatSafe,
        get hasBalance() {
          return hasBalance(id);
        },
        shownRecipient: (recipient) => definition.shownRecipient(recipient),
        sending: sendingOf(notifier, definition, outside),
      };
      return [listed];
    }),
    ...quarantinedNotifiers.map((notifier) => quarantined(notifier, language)),
  ];
}

function sendingOf(
  notifier: NotifierConfig,
  definition: NotifierDefinition,
  { clock, logger, http, network }: Outside,
): SendingNotifier {
  const { id, options } = notifier;
  const ports: NotifierPorts = { id, clock, logger, http, network };
  const problem = problemOf(notifier);
  const recipients = problem === undefined ? definition.recipients(options) : undefined;
  return { id, definition, problem, recipients, open: () => definition.open(options, ports) };
}

function problemOf({ missingSecrets }: NotifierConfig): string | undefined {
  return missingSecrets.length === 0 ? undefined : `nobody has given its ${missingSecrets.join(' and ')}`;
}

/** What waits for it waits on: it may have been right before, and may be right again. */
function quarantined({ id, kind, reason }: QuarantinedNotifier, language: Language): ConfiguredNotifier {
  const shownRecipient = (): string => '';
  const problem = `its configuration is wrong: ${reason}`;
  const open = (): never => {
    throw new GatewayError('config_invalid', `notifier ${id}: ${reason}`);
  };
  return {
    ...{ id, name: id, kind, title: kind, isEnabled: true, problem, language, recipients: [] },
    ...{ isRepeatSafe: false, hasBalance: false, shownRecipient },
    sending: {
      ...{ id, problem, open, recipients: undefined },
      definition: { isRepeatSafe: false, timeoutMs: timeoutMsUnknown, shownRecipient },
    },
  };
}
