import { stringify } from 'yaml';
import { type Language, languages } from '../../domain/language.ts';
import type { PhoneAddresses } from '../phones/phones.ts';
import type { Templates } from '../phones/sms-provider.ts';

const who = '${name}，${place}，${time}';
const whoInEnglish = '${name}, ${place}, ${time}';

/** What is told in which words, as templates must be approved with a real provider: by purpose, in both languages. */
const texts: Readonly<Record<string, { code: number; 'zh-CN': string; en: string }>> = {
  default: { code: 1, 'zh-CN': `\${what}。${who}。请点开应答：`, en: `\${what}. ${whoInEnglish}. Open to answer: ` },
  'dispatch-unverified': {
    code: 2,
    'zh-CN': `请立即上门！\${what}，无人应答。${who}。请点开：`,
    en: `GO THERE NOW: \${what}, nobody answered. ${whoInEnglish}: `,
  },
  taken: {
    code: 3,
    'zh-CN': `已有人处理，您不用再去。\${what}，${who}。详情：`,
    en: `Somebody is on it, you need not go. \${what}, ${whoInEnglish}: `,
  },
  returned: {
    code: 4,
    'zh-CN': `已恢复，仍请确认平安。\${what}，${who}。详情：`,
    en: `Over by itself; please check all the same. \${what}, ${whoInEnglish}: `,
  },
  closed: { code: 5, 'zh-CN': `已结束。\${what}，${who}。详情：`, en: `Closed. \${what}, ${whoInEnglish}: ` },
  reminder: { code: 6, 'zh-CN': `您到了吗？\${what}，${who}。请点开：`, en: `Are you there yet? \${what}, ${whoInEnglish}: ` },
  exhausted: { code: 7, 'zh-CN': `仍无人应答！\${what}，${who}。请点开：`, en: `STILL NO ANSWER: \${what}, ${whoInEnglish}: ` },
};
const codeOf = (code: number, language: Language): string => `SMS_100000${language === 'en' ? 2 : 1}${code}`;

/** The approved texts of the look-alike provider, by template code. */
export const smsTemplates = (linkPrefix: string): Templates =>
  Object.fromEntries(
    Object.values(texts).flatMap((text) =>
      languages.map((language) => [codeOf(text.code, language), `${text[language]}${linkPrefix}\${token}`]),
    ),
  );

const templatesOf = (language: Language): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).map(([purpose, { code }]) => [purpose, codeOf(code, language)]));

/** Where the gateway's secrets come from: the environment of its process, as in a real installation. */
export const secretNames = { webhook: 'DEMO_WEBHOOK_SECRET', sms: 'DEMO_SMS_SECRET' } as const;

/** The gateway's configuration for a demonstration: ports of its own, and every channel ends at the street's phones. */
export const demoConfig = (options: { readonly httpPort: number; readonly phones: PhoneAddresses }): string => {
  const { httpPort, phones } = options;
  const publicUrl = `http://127.0.0.1:${httpPort}`;
  return stringify({
    http: { host: '127.0.0.1', port: httpPort, publicUrl },
    mqtt: { host: '127.0.0.1', port: 0 },
    mqtts: { host: '127.0.0.1', port: 0 },
    websocket: { host: '127.0.0.1', port: 0 },
    channels: {
      webhooks: [
        { id: 'desk', url: `${phones.webhooks}/desk`, secrets: [`\${${secretNames.webhook}}`], detail: 'full', allowPrivate: true },
      ],
      email: { host: '127.0.0.1', port: phones.smtpPort, encryption: 'none', from: 'carebed@street.example' },
      sms: {
        accessKeyId: 'demo',
        accessKeySecret: `\${${secretNames.sms}}`,
        baseUrl: phones.sms,
        signName: '床前守护',
        linkPrefix: `${publicUrl}/a/`,
        templates: { 'zh-CN': templatesOf('zh-CN'), en: templatesOf('en') },
      },
    },
    openMetrics: true,
  });
};
