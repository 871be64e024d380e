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
  /** Asks the keeper whether a message may leave; resolves when its answer is committed. */
  readonly leave: (delivery: Delivery) => Promise<boolean>;
  /** Asks the keeper to hand nothing over any more; resolves when all that it handed over has come here. */
  readonly hold: () => Promise<void>;
  /** Messages that never reached a channel: their claims go back to the keeper. */
  readonly giveBack: (deliveries: readonly Delivery[]) => Promise<void>;
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
    leave: options.leave,
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
    /** Lets out what is here for a moment, and gives back what did not get its turn. */
    async stop(): Promise<void> {
      try {
        await options.hold();
        const unsent = await notifier.stop();
        if (unsent.length > 0) await options.giveBack(unsent);
      } catch (error) {
        // A keeper that has died or whose disk refuses: what was claimed stays in doubt, as after a crash.
        options.log.warn({ err: error }, 'messages that were not sent could not be given back');
        await notifier.stop();
      }
      await Promise.all(opened.map((channel) => channel.close()));
    },
  };
};
