/** Topics of one gateway: `egw/<site>/<device>/<quantity>`, and whether it is there. */
export interface MqttTopics {
  readonly status: string;
  state(device: string, quantity: string): string;
}

export function mqttTopics(base: string, site: string): MqttTopics {
  const root = `${base}/${topicLevel(site)}`;
  return {
    status: `${root}/status`,
    state: (device, quantity) => `${root}/${topicLevel(device)}/${topicLevel(quantity)}`,
  };
}

/**
 * One level of a topic for any name; different names have different ones. What MQTT gives a meaning to (3.1.1, 4.7)
 * and what brokers refuse is written as in a URL, and so is the sign for that.
 */
export function topicLevel(name: string): string {
  if (name === '') return '%';
  return name.toWellFormed().replace(/[/+#%\p{Cc}\p{Noncharacter_Code_Point}]/gu, encodeChar);
}

function encodeChar(char: string): string {
  return [...Buffer.from(char)]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('');
}
