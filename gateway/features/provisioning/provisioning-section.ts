import { Type, type Static } from 'typebox';
import type { ConfigSection } from '../../config/section.ts';
import { setupCodeProblem } from './setup-code.ts';

const provisioning = Type.Object(
  {
    socket: Type.Optional(
      Type.String({
        description:
          'Where the Bluetooth service asks the gateway. Default: provision.sock in the data directory. Containers share the folder of it.',
        minLength: 1,
        maxLength: 103,
      }),
    ),
    code: Type.Optional(
      Type.String({
        description:
          'The set-up code that is on the label: 16 characters in groups of four. Default: made at the first start, and anew each time it has been used on the local network.',
        pattern: '^[0-9A-Za-z][0-9A-Za-z -]{14,30}$',
      }),
    ),
    page: Type.Optional(
      Type.String({
        description: 'An https address at which the set-up page can be had: the QR code leads there.',
        pattern: '^https://[^\\s#]+$',
        maxLength: 200,
      }),
    ),
    improv: Type.Boolean({
      description:
        'Whether apps of Improv Wi-Fi can set up the network, for a minute after the button. Unencrypted: the password can be heard.',
      default: false,
    }),
    ancestor: Type.Boolean({
      description:
        'Whether the apps of the gateway that this one follows can set up the network, for three minutes after the button. Unencrypted.',
      default: false,
    }),
    button: Type.Optional(
      Type.String({
        description:
          'What is pressed: a device of gpio-keys (/dev/input/event0), or a line of a GPIO chip (gpiochip0/17; active low, pulled up).',
        pattern: '^(/dev/input/.+|gpiochip[0-9]+/[0-9]+)$',
        maxLength: 120,
      }),
    ),
    light: Type.Optional(
      Type.String({
        description:
          'What shows how it stands: a LED of the kernel (/sys/class/leds/ACT), or a program that is called with the pattern (off on waiting busy identify failed).',
        pattern: '^/.+$',
        maxLength: 200,
      }),
    ),
  },
  { additionalProperties: false },
);

export type ProvisioningSettings = Static<typeof provisioning>;

/** How a gateway is set up by somebody nearby: see docs/provisioning.md. */
export const provisioningSection: ConfigSection = {
  key: 'provisioning',
  schema: provisioning,
  secretKeys: ['code'],
  warnings: (section) => {
    const { improv, ancestor } = provisioningSettings(section);
    const ways = [...(improv ? ['improv'] : []), ...(ancestor ? ['ancestor'] : [])];
    return ways.map(
      (way) =>
        `provisioning.${way} lets anybody nearby set up the network after the button, and its password can be heard`,
    );
  },
  problems: (section) => {
    const { code } = provisioningSettings(section);
    const problem = code === undefined ? undefined : setupCodeProblem(code);
    if (problem === undefined) return [];
    const hint = 'leave it out, and the gateway makes one: egw provision show';
    return [{ path: ['code'], message: problem, hint }];
  },
};

/** Of a section that has passed the schema. */
export function provisioningSettings(section: unknown): ProvisioningSettings {
  return { improv: false, ancestor: false, ...(section as Partial<ProvisioningSettings> | undefined) };
}
