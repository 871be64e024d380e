import { connect, type MqttClient } from 'mqtt';

/** A device that speaks Carebed's own protocol over a real socket. */
export interface MqttDevice {
  readonly client: MqttClient;
  /** Publishes with QoS 1 and resolves with the PUBACK, which the gateway sends after its commit. */
  say(topic: 'event' | 'telemetry' | 'status', readings: Record<string, unknown>, id?: string): Promise<void>;
  end(): Promise<void>;
}

/** Signs a device in. Rejects with the broker's refusal. */
export const connectDevice = async (
  url: string,
  device: string,
  secret: string,
  options: { readonly reconnect?: boolean } = {},
): Promise<MqttDevice> => {
  const client = connect(url, {
    clientId: device,
    username: device,
    password: secret,
    reconnectPeriod: options.reconnect === true ? 200 : 0,
    rejectUnauthorized: false,
    clean: true,
  });
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
  });
  return {
    client,
    async say(topic, readings, id) {
      await client.publishAsync(`carebed/v1/${device}/${topic}`, JSON.stringify(id === undefined ? { readings } : { id, readings }), {
        qos: 1,
      });
    },
    async end() {
      await client.endAsync(true);
    },
  };
};
