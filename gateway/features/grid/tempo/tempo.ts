import type { Clock } from '../../../core/clock.ts';
import type { Disk } from '../../../core/disk.ts';
import { describeError, GatewayError } from '../../../core/errors.ts';
import type { Interval } from '../../../core/interval.ts';
import type { Logger } from '../../../core/logger.ts';
import { addDays, frenchInstantMs, tempoDayAt, type TempoDay } from '../../../core/tempo-day.ts';
import type { TempoColour } from '../../../core/tempo-rules.ts';
import type { BoundCommand } from '../../command.ts';
import type { TariffSettings } from '../tariff-section.ts';
import { tariffKinds } from '../tariffs/index.ts';
import type { PriceSlot, Tariff } from '../tariffs/tariff.ts';
import { ColourBook, tryRestore, type ColourBookPorts } from './colour-book.ts';
import { NamedPriceFile } from './named-price-file.ts';
import { PriceBook, type PriceBookPorts } from './price-book.ts';
import { bindPriceCommands } from '../price-commands.ts';
import { SeasonWish } from './season-wish.ts';
import { bindTempoCommands } from '../tempo-commands.ts';
import { TempoKnown } from './tempo-known.ts';

export interface TempoPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly disk: Pick<Disk, 'readText'>;
  readonly store: ColourBookPorts['store'] & PriceBookPorts['store'];
  /** Has these seasons asked for, by their first days. */
  readonly want: (firstDays: readonly TempoDay[]) => void;
  /** Something is new that plans may depend on. */
  readonly news: () => void;
}

export interface TempoSettings {
  readonly settings: TariffSettings;
  /** Absolute: a file of prices; undefined: none is configured. */
  readonly priceFile: string | undefined;
  /** Id of the source of colours; undefined where none is read. */
  readonly source: string | undefined;
  /** Whether a server goes by colours and prices. */
  readonly hasServer: boolean;
  /** The first day whose colour is needed; undefined: of this season. */
  readonly since: TempoDay | undefined;
  readonly siteZone: string;
  readonly spotPrices: (range: Interval) => readonly PriceSlot[];
}

/** What costs go by. Prices are those of slots, none where they are not known. */
interface CostTariff extends Tariff {
  readonly isTempo: boolean;
  /** IANA, of the site. */
  readonly zone: string;
  readonly colourOf: (day: TempoDay) => TempoColour | undefined;
}

/** Colours, prices and the tariff that goes by them, put together. */
export interface Tempo {
  readonly book: ColourBook;
  readonly prices: PriceBook;
  /** The book, where anything goes by colours. */
  readonly colours: ColourBook | undefined;
  readonly wish: SeasonWish;
  readonly known: TempoKnown;
  /** That is configured. */
  readonly tariff: Tariff | undefined;
  /** Why it cannot be used, or not well. */
  readonly problem: string | undefined;
  readonly commands: readonly BoundCommand[];
  /** What costs go by: Tempo where a server is shared and no tariff is configured. */
  readonly costTariff: CostTariff;
  notes(): readonly TempoNote[];
  restore(): Promise<void>;
}

interface TempoNote {
  readonly subject: string;
  readonly status: 'degraded';
  readonly message: string;
  readonly hint: string;
}

/** From when on a colour that is not known is told: the last of the times at which providers have said it. */
const lateHour = { hour: 20, minute: 6 };

export function createTempo(ports: TempoPorts, given: TempoSettings): Tempo {
  const { clock, logger, store } = ports;
  const { settings, source, hasServer, since } = given;
  const news = (): void => {
    ports.news();
    known.news();
  };
  const book = new ColourBook({ clock, logger, store, news }, source);
  const prices = new PriceBook({ logger, store, news });
  const file = new NamedPriceFile(given.priceFile, { ...ports, prices });
  const { tariff, problem } = openTariff(given, { book, prices });
  const isConfigured = settings.kind !== undefined;
  const isTempo = settings.kind === 'tempo' || (!isConfigured && hasServer);
  const reckoned = !isConfigured && hasServer ? openKind('tempo', given, { book, prices }) : tariff;
  const whyNoTariff = problem ?? 'no tariff is configured: set tariff.kind';
  const known = new TempoKnown({
    book,
    tariff: reckoned,
    isTempo,
    sourceOf: (day) => (isTempo ? prices.rowOf(day)?.source : settings.kind),
    whyNoTariff,
  });
  const isUsed = source !== undefined || isTempo || hasServer;
  return {
    book,
    prices,
    colours: isUsed ? book : undefined,
    wish: new SeasonWish({ clock, book, since, want: ports.want }),
    known,
    tariff,
    costTariff: {
      isTempo,
      zone: given.siteZone,
      colourOf: (day) => book.colourOf(day)?.colour,
      prices: (range) => reckoned?.prices(range) ?? [],
      whyUnknown: reckoned?.whyUnknown ?? whyNoTariff,
    },
    problem,
    commands: [
      ...bindTempoCommands({ clock, book, known }),
      ...bindPriceCommands({ clock, prices, given: settings.tempo ?? {} }),
    ],
    notes: () => [
      ...fileNotes(file),
      ...(isUsed ? notesOf(book, source, clock.wall()) : []),
      ...contradictions(book, clock.wall()),
    ],
    restore: async () => {
      await tryRestore(book, logger);
      await prices.restore();
      await file.take();
    },
  };
}

interface Books {
  readonly book: ColourBook;
  readonly prices: PriceBook;
}

function openTariff(
  given: TempoSettings,
  books: Books,
): { readonly tariff?: Tariff; readonly problem?: string } {
  const { kind } = given.settings;
  if (kind === undefined) return {};
  try {
    const tariff = openKind(kind, given, books);
    return tariff === undefined ? {} : { tariff };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { problem: `${describeError(error)}: ${error.hint ?? ''}` };
  }
}

function openKind(
  id: string,
  { settings, siteZone: zone, spotPrices }: TempoSettings,
  { book, prices }: Books,
): Tariff | undefined {
  return tariffKinds
    .find((kind) => kind.id === id)
    ?.open(settings, {
      zone,
      coloursOf: (day) => book.coloursOf(day),
      tempoPriceOf: (day, colour, band) => prices.priceOf(day, colour, band),
      spotPrices,
    });
}

function fileNotes({ problem }: NamedPriceFile): readonly TempoNote[] {
  return problem === undefined ? [] : [noteOf(problem, 'correct tariff.priceFile, or the file')];
}

function notesOf(book: ColourBook, source: string | undefined, nowMs: number): readonly TempoNote[] {
  const today = tempoDayAt(nowMs);
  const tomorrow = addDays(today, 1);
  const isLate = nowMs >= frenchInstantMs(today, lateHour.hour, lateHour.minute);
  if (source === undefined)
    return [
      noteOf(
        'no source says the colours of Tempo',
        'add a source of the kind tempo, or say them: egw tempo set',
      ),
    ];
  const day = book.colourOf(today) === undefined ? today : isLate ? tomorrow : undefined;
  if (day === undefined || book.colourOf(day) !== undefined) return [];
  return [
    noteOf(
      `the colour of ${day} is not known`,
      `it is asked for again; see egw source show ${source}, or say it: egw tempo set ${day} COLOUR`,
    ),
  ];
}

/** Today and tomorrow, where people and providers differ. */
function contradictions(book: ColourBook, nowMs: number): readonly TempoNote[] {
  const today = tempoDayAt(nowMs);
  return [today, addDays(today, 1)].flatMap((day) => {
    const [said, known] = [book.contradictionOf(day), book.said(day)];
    if (said === undefined || known === undefined) return [];
    const message = `${day} counts as ${known.colour}, as somebody has said, but ${said.provider} says ${said.colour}`;
    return [noteOf(message, `if that is right: egw tempo set ${day} ${said.colour}`)];
  });
}

function noteOf(message: string, hint: string): TempoNote {
  return { subject: 'tempo', status: 'degraded', message, hint };
}
