import { createMailInbox } from './mail-inbox.ts';
import { createPageServer, type PageOptions, type PageServer } from './page-server.ts';
import { createSmsProvider, type Templates } from './sms-provider.ts';

export interface PhonesOptions extends PageOptions {
  readonly smsTemplates: () => Templates;
  readonly smsLinkPrefix: () => string;
}

/** Where the gateway finds the services that bring messages to these phones. All on 127.0.0.1. */
export interface PhoneAddresses {
  readonly page: string;
  readonly smtpPort: number;
  readonly sms: string;
  /** `<webhooks>/<name>` */
  readonly webhooks: string;
}

/** The phones of a street: a mail server, an SMS provider and a webhook receiver, and the page on which everything that came is seen. */
export interface Phones extends Pick<PageServer, 'tell' | 'link'> {
  start(): Promise<PhoneAddresses>;
  stop(): Promise<void>;
}

export const createPhones = (options: PhonesOptions): Phones => {
  const page = createPageServer(options);
  const mail = createMailInbox(page.receive);
  const sms = createSmsProvider({ templates: options.smsTemplates, linkPrefix: options.smsLinkPrefix, receive: page.receive });
  return {
    start: async () => {
      const [pagePort, smtpPort, smsPort] = await Promise.all([page.start(), mail.start(), sms.start()]);
      const address = `http://127.0.0.1:${pagePort}`;
      return { page: `${address}/`, smtpPort, sms: `http://127.0.0.1:${smsPort}`, webhooks: `${address}/hooks` };
    },
    stop: async () => {
      await Promise.all([page.stop(), mail.stop(), sms.stop()]);
    },
    tell: (line) => page.tell(line),
    link: (name, url) => page.link(name, url),
  };
};
