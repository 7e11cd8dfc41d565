/** The form of log lines in force. `auto` is lines for people on a terminal, JSON anywhere else. */
export function chooseLogFormat(wanted: 'auto' | 'json' | 'pretty', isTerminal: boolean): 'json' | 'pretty' {
  if (wanted === 'auto') return isTerminal ? 'pretty' : 'json';
  return wanted;
}
