import { webhookSecret } from '../harness/first-home.ts';
import { type AliyunSmsServer, createAliyunSmsServer } from '../servers/aliyun-sms-server.ts';
import { createSmtpInbox, type SmtpInbox } from '../servers/smtp-inbox.ts';
import { createWebhookReceiver, type WebhookReceiver } from '../servers/webhook-receiver.ts';

/** Everybody's phones and mailboxes, as strict as the real ones. They outlive every gateway process. */
export interface Receivers {
  readonly webhooks: WebhookReceiver;
  readonly mail: SmtpInbox;
  readonly sms: AliyunSmsServer;
  /** The gateway's configuration to reach them. */
  readonly config: Record<string, unknown>;
  /** How many messages arrived so far, copies included. */
  count(): number;
  stop(): Promise<void>;
}

const template = 'SMS_100001';
const publicUrl = 'https://carebed.example';

export const startReceivers = async (): Promise<Receivers> => {
  const webhooks = createWebhookReceiver({ secret: webhookSecret });
  const mail = createSmtpInbox();
  const keys = { accessKeyId: 'faults-id', accessKeySecret: 'faults-secret' };
  const templates = { [template]: '${name} ${time} ${what} ${place} https://carebed.example/a/${token}' };
  // The strict server's limit a number is about marketing; an escalation test sends one number hundreds.
  const sms = createAliyunSmsServer({ ...keys, signName: '家庭床位', templates, perNumber: 1_000_000 });
  const { url } = await webhooks.start();
  const { port } = await mail.start();
  const { url: baseUrl } = await sms.start();
  const endpoint = (id: string) => ({ id, url, secrets: [webhookSecret], allowPrivate: true });
  return {
    webhooks,
    mail,
    sms,
    config: {
      http: { publicUrl },
      channels: {
        webhooks: ['desk', 'crew', 'family'].map(endpoint),
        email: { host: '127.0.0.1', port, encryption: 'none', from: 'bell@carebed.example' },
        sms: { ...keys, baseUrl, signName: '家庭床位', templates: { 'zh-CN': { default: template } }, linkPrefix: `${publicUrl}/a/` },
      },
    },
    count: () => webhooks.messages.length + mail.messages.length + sms.messages.length,
    stop: async () => {
      await Promise.all([webhooks.stop(), mail.stop(), sms.stop()]);
    },
  };
};
