import { createServer } from 'node:http';
import { z } from 'zod';
import { type Instant, hours, instant } from '../../domain/instant.ts';
import { listening } from './listening.ts';
import type { Receive } from './message.ts';

/** The text of a template by its code, with variables like `${name}`. */
export type Templates = Readonly<Record<string, string>>;

/**
 * Looks like Aliyun's SMS service (Dysmsapi 2017-05-25, SendSms and QuerySendDetails, parameters in the query) to whoever sends through it,
 * and delivers everything at once. It believes every signature: nothing that arrives here leaves the machine.
 */
export interface SmsProvider {
  start(): Promise<number>;
  stop(): Promise<void>;
}

interface Taken {
  readonly phone: string;
  readonly outId: string;
  readonly bizId: string;
  readonly template: string;
  readonly text: string;
  readonly at: Instant;
}

const variablesSchema = z.record(z.string(), z.string());

/** `2026-11-23 12:00:00` in Beijing, where the provider keeps its books. */
const beijing = (at: Instant): string => new Date(at + hours(8)).toISOString().slice(0, 19).replace('T', ' ');

export const createSmsProvider = (options: {
  readonly templates: () => Templates;
  /** What stands before the token in the templates; the phone shows the whole link. */
  readonly linkPrefix: () => string;
  readonly receive: Receive;
}): SmsProvider => {
  const taken: Taken[] = [];

  const send = (query: URLSearchParams): Record<string, unknown> => {
    const template = options.templates()[query.get('TemplateCode') ?? ''];
    if (template === undefined) return { Code: 'isv.SMS_TEMPLATE_ILLEGAL', Message: 'the template is not known' };
    const parsed = variablesSchema.safeParse(JSON.parse(query.get('TemplateParam') ?? '{}'));
    if (!parsed.success) return { Code: 'isv.INVALID_JSON_PARAM', Message: 'the variables are not texts' };
    const variables = parsed.data;
    const text = template.replace(/\$\{(\w+)\}/g, (_, name: string) => variables[name] ?? '');
    const at = instant(Date.now());
    const bizId = `${at}${taken.length + 1}^0`;
    const token = variables['token'] ?? '-';
    for (const phone of (query.get('PhoneNumbers') ?? '').split(',')) {
      taken.push({ phone, outId: query.get('OutId') ?? '', bizId, template: query.get('TemplateCode') ?? '', text, at });
      const title = `【${query.get('SignName') ?? ''}】`;
      options.receive({ channel: 'sms', to: phone, title, text, link: token === '-' ? null : `${options.linkPrefix()}${token}`, at });
    }
    return { Code: 'OK', Message: 'OK', BizId: bizId };
  };

  const details = (query: URLSearchParams): Record<string, unknown> => {
    const records = taken.filter(
      (record) =>
        record.phone === query.get('PhoneNumber') &&
        beijing(record.at).slice(0, 10).replaceAll('-', '') === query.get('SendDate') &&
        (query.get('BizId') === null || record.bizId === query.get('BizId')),
    );
    const size = Number(query.get('PageSize') ?? 50);
    const page = Number(query.get('CurrentPage') ?? 1);
    const shown = records.slice((page - 1) * size, page * size).map((record) => ({
      PhoneNum: record.phone,
      SendStatus: 3,
      ErrCode: 'DELIVERED',
      TemplateCode: record.template,
      Content: record.text,
      OutId: record.outId,
      SendDate: beijing(record.at),
      ReceiveDate: beijing(record.at),
    }));
    return { Code: 'OK', Message: 'OK', TotalCount: String(records.length), SmsSendDetailDTOs: { SmsSendDetailDTO: shown } };
  };

  const answer = (action: string, query: URLSearchParams): { status: number; body: Record<string, unknown> } => {
    if (action === 'SendSms') return { status: 200, body: send(query) };
    if (action === 'QuerySendDetails') return { status: 200, body: details(query) };
    return { status: 404, body: { Code: 'InvalidAction.NotFound', Message: 'SendSms and QuerySendDetails are known here' } };
  };

  const server = createServer((request, response) => {
    request.resume();
    const { searchParams } = new URL(request.url ?? '/', 'http://provider');
    const action = request.headers['x-acs-action'];
    let answered: ReturnType<typeof answer>;
    try {
      answered = answer(typeof action === 'string' ? action : '', searchParams);
    } catch {
      answered = { status: 400, body: { Code: 'isv.INVALID_JSON_PARAM', Message: 'the variables are not JSON' } };
    }
    response.writeHead(answered.status, { 'content-type': 'application/json;charset=utf-8' });
    response.end(JSON.stringify({ ...answered.body, RequestId: `demo-${taken.length}` }));
  });
  return {
    start: async () => listening(server.listen(0, '127.0.0.1')),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
