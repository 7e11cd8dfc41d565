import type { MetricFamily, MetricSample } from './metric-family.ts';

/** Forms in which Prometheus and what speaks like it take figures. */
export const expositionFormats = ['prometheus', 'openmetrics'] as const;

export type ExpositionFormat = (typeof expositionFormats)[number];

export const contentTypes = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
} as const satisfies Record<ExpositionFormat, string>;

/**
 * Figures as text (prometheus.io/docs/instrumenting/exposition_formats, and the OpenMetrics specification 1.0): those
 * of a name together, each after what it is. A name without samples is left out.
 */
export function exposition(families: readonly MetricFamily[], format: ExpositionFormat): string {
  const parts = families.filter(({ samples }) => samples.length > 0).map((one) => familyText(one, format));
  return parts.join('') + (format === 'openmetrics' ? '# EOF\n' : '');
}

function familyText({ name, help, type, samples }: MetricFamily, format: ExpositionFormat): string {
  const sampleName = type === 'counter' ? `${name}_total` : name;
  // The newer form describes a counter by its name without the ending, the older by what its samples are called.
  const described = format === 'openmetrics' ? name : sampleName;
  const head = `# HELP ${described} ${helpText(help, format)}\n# TYPE ${described} ${type}\n`;
  return head + samples.map((sample) => sampleText(sampleName, sample)).join('');
}

function sampleText(name: string, { labels, value }: MetricSample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${labelText(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${numberText(value)}\n`;
}

function labelText(text: string): string {
  return text.toWellFormed().replace(/[\\"\n]/g, (char) => (char === '\n' ? '\\n' : `\\${char}`));
}

/** Only the newer form says that quotes are to be escaped here. */
function helpText(text: string, format: ExpositionFormat): string {
  return format === 'openmetrics' ? labelText(text) : text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

/** As Go writes floats. */
function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}
