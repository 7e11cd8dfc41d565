import { Type, type TProperties } from 'typebox';
import type { ConfigSection } from '../../config/section.ts';
import type { OptionField, OptionValues } from '../../core/option-field.ts';
import type { SignerDefinition } from '../../io/signers/signer.ts';

/** The configuration of the identity, in force. */
export interface IdentitySettings {
  readonly signer: string;
  /** Of all signers; each takes its own. */
  readonly options: OptionValues;
}

export const identityKey = 'identity';

const usualSigner = 'ed25519';

/** The section with the options of all signers, each of which is one signer's alone. */
export function identitySection(
  signers: readonly SignerDefinition[],
  schemaOf: (field: OptionField) => Readonly<Record<string, unknown>>,
): ConfigSection {
  const options: TProperties = Object.fromEntries(
    signers.flatMap((signer) =>
      Object.entries(signer.options).map(([name, field]) => [
        name,
        Type.Optional(Type.Unsafe(schemaOf(field))),
      ]),
    ),
  );
  return {
    key: identityKey,
    schema: Type.Object(
      {
        signer: Type.Enum(
          signers.map(({ id }) => id),
          {
            description:
              'Where the key is: ed25519 a file, atecc608 a chip, none nowhere, for development only.',
            default: usualSigner,
          },
        ),
        ...options,
      },
      { description: 'The key that the gateway signs with.', additionalProperties: false },
    ),
  };
}

/** Of a section that has passed the schema. */
export function identitySettings(section: unknown): IdentitySettings {
  const { signer = usualSigner, ...options } = (section ?? {}) as OptionValues & { readonly signer?: string };
  return { signer, options };
}
