import type { Static, TSchema } from 'typebox';

/** What a token may do. There are no others. */
export const scopes = ['read', 'control', 'jobs:run', 'modbus:raw', 'admin', 'provision'] as const;

export type Scope = (typeof scopes)[number];

/**
 * Who asks: the owner of the data directory over its socket, a token's bearer, a key's holder, the cloud, a member who
 * speaks by the bot, somebody nearby over Bluetooth, or nobody yet.
 */
export interface Principal {
  readonly kind: 'local' | 'token' | 'key' | 'cloud' | 'member' | 'nearby' | 'anonymous';
  /**
   * For the audit: `local`, `token:ID`, `key:ID`, `cloud:ISSUER`, `member:ID`, `nearby:WAY` (see `NearbyWay`),
   * `anonymous`.
   */
  readonly id: string;
  readonly scopes: ReadonlySet<Scope>;
}

/** What every command may know of its call. */
export interface CommandCall {
  readonly principal: Principal;
  readonly signal: AbortSignal;
  /** The caller's address, or `local`. */
  readonly origin: string;
}

export interface HttpForm {
  /** GET changes nothing. */
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Fastify's form: `/api/v1/devices/:id`. Path parameters are properties of the input. */
  readonly path: string;
  /** Of a good answer; 200 when absent. A function when it depends on the answer. */
  readonly status?: number | ((answer: unknown) => number);
  /** Present when the answer is a `TextStream`: its content types. */
  readonly streams?: readonly string[];
  /**
   * Of answers that come in pages, which take `limit` and have `next`: the inputs that change for the page after this
   * one; undefined after the last.
   */
  readonly nextPage?: (answer: unknown) => Readonly<Record<string, string | number>> | undefined;
  /** Of the request, where it may be larger than others. */
  readonly bodyBytesMax?: number;
  /** Longest time until the answer comes, or between two parts of a stream, for what takes longer than a few seconds. */
  readonly answerMsMax?: number;
}

/**
 * How somebody nearby came in over Bluetooth: `session` has proved to know the set-up code; `improv` and `ancestor` have
 * proved nothing and are let in where their protocol is switched on, for a short time after somebody touched the gateway.
 */
export type NearbyWay = 'session' | 'improv' | 'ancestor';

/** Of a command that can be had over Bluetooth: one of a fixed list, never a way to all others. */
export interface NearbyForm {
  /** `set-wifi`; see docs/provisioning-protocol.md. */
  readonly verb: string;
  readonly ways: readonly NearbyWay[];
}

export type AnswerFormat = 'table' | 'csv' | 'json';

export interface CliForm {
  /** The words after `egw`: `device list`. */
  readonly verb: string;
  /** Inputs that are given by place; all others are `--name value`. */
  readonly positionals?: readonly string[];
  /** Other verbs for the same, of programs that this one takes the place of. */
  readonly aliases?: readonly string[];
  /** The list that gets all words after `--`, as they are. */
  readonly afterDashes?: string;
  /** Inputs of which exactly one must be given. */
  readonly oneOf?: readonly string[];
  /** Lists whose options may be given again and again, each text an item as it is: commas part nothing. */
  readonly wholeTexts?: readonly string[];
  /** A path that, over the socket of the owner, is from the caller's folder on; unless said, another input has that folder. */
  readonly fromFolder?: { readonly path: string; readonly unlessGiven: string };
  /** An input that is what stands in the file that is named in its place; the command line reads it. */
  readonly readsFile?: string;
  /**
   * An input that is secret: the command line asks for it at the terminal, or takes it from the file of its own option
   * (`passwordFile` for `password`).
   */
  readonly asksFor?: { readonly input: string; readonly prompt: string };
  /** Other words for inputs: `{ source: 'device' }`. */
  readonly otherWords?: Readonly<Record<string, string>>;
  /** Inputs that have a letter, too: `{ rows: 'n' }` is `-n`. */
  readonly letters?: Readonly<Record<string, string>>;
  /** Forms in which the answer can be had by `--format`, the first unless said; `csv` needs a view of its own. */
  readonly formats?: readonly AnswerFormat[];
  /** Options that are of the command line alone, and what they mean. */
  readonly ownOptions?: Readonly<Record<string, string>>;
  /** Of several commands with one verb this is the one when any of these options is given. */
  readonly isMeantBy?: readonly string[];
  /** Whether `--out` may replace a file: for answers that are fetched again and again. */
  readonly replacesFile?: true;
  /** Refuses what the gateway would refuse, also where none answers. Throws GatewayErrors. */
  readonly check?: (texts: Readonly<Record<string, string>>) => void;
  /** Texts of inputs that have another default here than in the schema. */
  readonly defaults?: Readonly<Record<string, string>>;
  /** Columns of the table, for answers that are lists; all when absent. */
  readonly columns?: readonly string[];
  /** The property of the answer that holds the list, when the answer is an object around one. */
  readonly list?: string;
  /** Whether an answer that came says that something failed, for which the exit code is 1. */
  readonly isFailure?: (answer: unknown) => boolean;
}

/**
 * One thing that a person or a machine can do, declared once. All faces check the same schema and the same
 * scope, and write the same audit line for every command that is not a GET.
 */
export interface CommandDefinition<
  Input extends TSchema = TSchema,
  Output extends TSchema = TSchema,
  Ports = never,
> {
  /** Subject and verb: `device.list`. */
  readonly id: string;
  readonly summary: string;
  /** `open` needs nobody's leave: only for answers without data. */
  readonly scope: Scope | 'open';
  /** An object schema that allows no other properties. */
  readonly input: Input;
  readonly output: Output;
  readonly http: HttpForm;
  readonly cli?: CliForm;
  readonly nearby?: NearbyForm;
  /** It writes its own audit lines, since hundreds of calls are one deed; refusals have theirs all the same. */
  readonly isAuditedItself?: true;
  /**
   * Never for the cloud, whatever its scope: who may come in is decided at the gateway, and so is whether the cloud
   * may tell it anything.
   */
  readonly isClosedToCloud?: true;
  /**
   * Whether the answer holds what lets somebody in. It is not given in the clear where it would not be taken so. The
   * input may not have been checked yet.
   */
  readonly givesToken?: (input: unknown) => boolean;
  run(ports: Ports, input: Static<Input>, call: CommandCall): Promise<Static<Output>> | Static<Output>;
}

/** A command without its code: all that a face needs to offer it. */
export type CommandDeclaration = Omit<CommandDefinition, 'run'>;

/** A command with what it needs, as `app.ts` puts them together and the faces see them. */
export interface BoundCommand {
  readonly definition: CommandDeclaration;
  /** The input must have passed the definition's schema. */
  run(input: unknown, call: CommandCall): Promise<unknown>;
}

/** Keeps the types of input and output together; the definition itself is data. */
export function defineCommand<Ports, Input extends TSchema, Output extends TSchema>(
  definition: CommandDefinition<Input, Output, Ports>,
): CommandDefinition<Input, Output, Ports> {
  return definition;
}

/** Gives a command what it needs to run. */
export function bindCommand<Ports, Input extends TSchema, Output extends TSchema>(
  definition: CommandDefinition<Input, Output, Ports>,
  ports: Ports,
): BoundCommand {
  return {
    definition,
    run: async (input, call) => await definition.run(ports, input as Static<Input>, call),
  };
}
