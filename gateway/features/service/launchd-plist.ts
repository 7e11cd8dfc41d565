import { serviceTitle, unitVariables, type ServiceUnit } from './service-unit.ts';
import { sealUnit } from './unit-seal.ts';

export const launchdLabel = 'org.egw.gateway';

/** What launchd runs: launchd.plist(5). */
export function launchdPlist(unit: ServiceUnit): string {
  const log = logFileOf(unit.dataDirectory);
  const dictionary: Readonly<Record<string, PlistValue>> = {
    Label: launchdLabel,
    ServiceDescription: serviceTitle,
    ProgramArguments: unit.program,
    EnvironmentVariables: unitVariables(unit),
    ...(unit.account !== undefined && { UserName: unit.account }),
    RunAtLoad: true,
    KeepAlive: true,
    ThrottleInterval: 5,
    ExitTimeOut: 15,
    // 0077: what it writes is its owner's alone.
    Umask: 0o077,
    StandardOutPath: log,
    StandardErrorPath: log,
  };
  const head = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<!-- Written by: egw service install. Secrets: .env in the data directory. -->',
    '<plist version="1.0">',
  ];
  return sealUnit(`${[...head, ...linesOf(dictionary, ''), '</plist>'].join('\n')}\n`, 'xml');
}

/** launchd keeps no log: what the service prints goes there. */
export function logFileOf(dataDirectory: string): string {
  return `${dataDirectory}/egw.log`;
}

type PlistValue = string | number | boolean | readonly string[] | { readonly [key: string]: PlistValue };

function linesOf(value: PlistValue, indent: string): readonly string[] {
  if (typeof value === 'boolean') return [`${indent}<${value ? 'true' : 'false'}/>`];
  if (typeof value === 'number') return [`${indent}<integer>${value}</integer>`];
  if (typeof value === 'string') return [`${indent}<string>${escapeXml(value)}</string>`];
  const deeper = `${indent}  `;
  if (isList(value)) {
    return [`${indent}<array>`, ...value.flatMap((item) => linesOf(item, deeper)), `${indent}</array>`];
  }
  const entries = Object.entries(value).flatMap(([key, item]) => [
    `${deeper}<key>${escapeXml(key)}</key>`,
    ...linesOf(item, deeper),
  ]);
  return [`${indent}<dict>`, ...entries, `${indent}</dict>`];
}

function isList(value: PlistValue): value is readonly string[] {
  return Array.isArray(value);
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
