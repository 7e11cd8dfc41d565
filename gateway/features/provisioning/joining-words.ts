import type { JoiningEnd, JoiningFailure } from '../../core/wireless.ts';

/** What happened, and what a person can do about it. */
export interface JoiningWords {
  readonly message: string;
  readonly hint: string;
}

type FailedEnd = Extract<JoiningEnd, { readonly ok: false }>;

/** `of`: what is said of the network, after its name. */
const failureWords: Readonly<Record<JoiningFailure, { readonly of: string; readonly hint: string }>> = {
  wifi_failed: {
    of: 'could not be joined',
    hint: 'try again; if it repeats, the log of NetworkManager says more',
  },
  wifi_lost: {
    of: 'let the gateway in, and lost it again at once',
    hint: 'move the gateway nearer; see whether the router lets in only devices that it knows',
  },
  wifi_network_not_found: {
    of: 'is not in reach',
    hint: 'check the name, or move the gateway nearer; of a network that hides its name, say so',
  },
  wifi_no_address: {
    of: 'let the gateway in, and gave it no address',
    hint: 'start the router again; see whether its DHCP has addresses left',
  },
  wifi_password_wrong: {
    of: 'does not take the password',
    hint: 'type it again: capitals and spaces count',
  },
  wifi_security_unsupported: {
    of: 'is kept by something that the gateway does not know',
    hint: 'use a network with WPA2 or WPA3 and a password, or an open one: not WEP, nor one with a user name',
  },
  wifi_timeout: {
    of: 'did not let the gateway in within a minute',
    hint: 'move the gateway nearer, and try again',
  },
};

/** Of a network that was not joined. What the network manager said is told only where nothing better is known. */
export function wordsOfFailure(ssid: string, { failure, detail }: FailedEnd): JoiningWords {
  const { of, hint } = failureWords[failure];
  const why = failure === 'wifi_failed' && detail !== '' ? `: ${detail}` : '';
  return { message: `${JSON.stringify(ssid)} ${of}${why}`, hint };
}

/** Of a network that was joined, where something is still between it and the internet; null where nothing is. */
export function wordsOfJoined(
  ssid: string,
  { state }: Extract<JoiningEnd, { readonly ok: true }>,
): JoiningWords | null {
  const name = JSON.stringify(ssid);
  if (state.internet === 'captive-portal') {
    return {
      message: `${name} is joined, but wants a person to sign in before it lets anything out`,
      hint: 'sign the gateway in at the network, or use another one; readings are kept meanwhile',
    };
  }
  if (state.internet === 'none' || state.internet === 'limited') {
    return {
      message: `${name} is joined, but does not reach the internet`,
      hint: 'look whether the router is online; readings are kept meanwhile',
    };
  }
  return null;
}
