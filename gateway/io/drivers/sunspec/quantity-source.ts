import { quantityDefinition, type QuantityName } from '../../../core/quantity.ts';
import type { RegisterMap } from '../driver.ts';
import type { DerivedField, RegisterField } from '../register-map.ts';
import { fieldOf, type PlacedPoint } from './placed-point.ts';

/** One way to a quantity: the value of one field, or computed from several. */
export interface QuantitySource {
  readonly quantity: QuantityName;
  readonly fields: readonly RegisterField[];
  /** The first field's value unless said. */
  readonly compute?: DerivedField['compute'];
}

/** What is plausible, by unit; far beyond every house, as any device may be behind this driver. */
const plausible: Readonly<Record<string, Pick<RegisterField, 'min' | 'max'>>> = {
  W: { min: -10_000_000, max: 10_000_000 },
  VA: { min: -10_000_000, max: 10_000_000 },
  var: { min: -10_000_000, max: 10_000_000 },
  V: { min: 0, max: 2_000 },
  A: { min: -20_000, max: 20_000 },
  Hz: { min: 40, max: 70 },
  '%': { min: 0, max: 100 },
  kWh: { min: 0, max: 1_000_000_000 },
  '°C': { min: -60, max: 200 },
};
const plausibleCode = { min: 0, max: 0xffffffff };
const plausibleFactor = { min: -1, max: 1 };

/** A point as a field that feeds the quantity; undefined for text. */
export function fieldFor(
  quantity: QuantityName,
  point: PlacedPoint,
  scale: number | undefined,
): RegisterField | undefined {
  const { kind, unit } = quantityDefinition(quantity);
  const range = plausible[unit] ?? (kind === 'state' ? plausibleCode : plausibleFactor);
  const name = `model_${point.model}_${point.name.replace(/[[\]]/g, '').replace('.', '_')}`;
  return fieldOf(point, { name, ...range, ...(scale === undefined ? {} : { scale }) });
}

/**
 * The fields and derived quantities of all sources, the preferred first. A gauge may be taken from one source
 * now and from the next a minute later; a counter or a code never, as two sources count and number differently:
 * of these only the first is taken, whether or not the device fills it.
 */
export function composeSources(sources: readonly QuantitySource[]): Pick<RegisterMap, 'fields' | 'derived'> {
  const alternatives = [...Map.groupBy(sources, ({ quantity }) => quantity)].map(([quantity, all]) =>
    quantityDefinition(quantity).kind === 'gauge' ? all : all.slice(0, 1),
  );
  const quantityOf = directFields(alternatives);
  const renamed = (field: RegisterField): RegisterField => ({
    ...field,
    name: quantityOf.get(field.name) ?? field.name,
  });
  const chosen = alternatives.flat();
  const fields = chosen.flatMap((source) => source.fields).map(renamed);
  const derived = chosen
    .filter(({ quantity, fields: [field] }) => field === undefined || quantityOf.get(field.name) !== quantity)
    .map(({ quantity, fields: inputs, compute }) => ({
      quantity,
      from: inputs.map((field) => renamed(field).name),
      compute: compute ?? (([value]) => value),
    }));
  return { fields: [...new Map(fields.map((field) => [field.name, field])).values()], derived };
}

/** The fields that are a quantity as they are, and take its name: each is one quantity's only source. */
function directFields(
  alternatives: readonly (readonly QuantitySource[])[],
): ReadonlyMap<string, QuantityName> {
  const quantityOf = new Map<string, QuantityName>();
  for (const [source, ...others] of alternatives) {
    if (source === undefined || source.compute !== undefined || others.length > 0) continue;
    const name = source.fields[0]?.name;
    if (name !== undefined && !quantityOf.has(name)) quantityOf.set(name, source.quantity);
  }
  return quantityOf;
}
