/** The name of a wireless network as people read it; what is not UTF-8, and control characters, are U+FFFD. */
export function ssidText(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).replaceAll(/\p{Cc}/gu, '\u{fffd}');
}
