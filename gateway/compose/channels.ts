import { createEmailChannel } from '../../alerts/notifications/email/email-channel.ts';
import { createNotifier } from '../../alerts/notifications/notifier.ts';
import { createAliyunSmsChannel } from '../../alerts/notifications/sms/aliyun-sms-channel.ts';
import { createWebhookChannel } from '../../alerts/notifications/webhook/webhook-channel.ts';
import type { Clock } from '../../domain/instant.ts';
import type { Channel, Delivery, DeliveryResult } from '../../domain/notification.ts';
import type { ChannelName } from '../../domain/people.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { GatewayConfig } from './config-schema.ts';

/** The configured channels and the notifier that works them. A person's channel that is not configured fails at once with `channel-not-configured`. */
export const createTelling = (options: {
  readonly config: GatewayConfig;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly onResult: (delivery: Delivery, result: DeliveryResult) => void;
}) => {
  const { clock, metrics } = options;
  const { webhooks, email, sms } = options.config.channels;
  const webhook = createWebhookChannel({ endpoints: webhooks, clock });
  const mail = email === undefined ? null : createEmailChannel({ config: email });
  const text = sms === undefined ? null : createAliyunSmsChannel({ config: sms, clock });
  const opened = [webhook, mail, text].filter((channel) => channel !== null);
  const channels = new Map<ChannelName, Channel>(opened.map((channel) => [channel.name, channel]));

  const notifier = createNotifier({
    channels,
    clock,
    onResult: (delivery, result) => {
      metrics.countDelivery(delivery.address.channel, result.state);
      options.onResult(delivery, result);
    },
  });
  return {
    idempotentChannels: opened.filter((channel) => channel.idempotent).map((channel) => channel.name),
    deliver(deliveries: readonly Delivery[]): void {
      for (const delivery of deliveries) {
        metrics.observeStep('hand-over', Math.max(0, clock.now() - delivery.createdAt));
        notifier.send(delivery);
      }
    },
    pending: (): number => notifier.waiting,
    async stop(): Promise<void> {
      await notifier.stop();
      await Promise.all(opened.map((channel) => channel.close()));
    },
  };
};
