import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInbox, type Inbox } from './inbox.ts';

/** A message that the provider took. */
export interface TakenSms {
  readonly phone: string;
  readonly outId: string;
  readonly bizId: string;
  readonly template: string;
  readonly variables: Readonly<Record<string, string>>;
  /** The text on the receiver's phone, with the signature in front. */
  readonly text: string;
  readonly at: number;
}

/** What the server does with the next SendSms instead of taking it. */
export type SmsScript =
  /** Refuses inside HTTP 200, or with another status. */
  | { readonly code: string; readonly status?: number }
  /** Never answers; with `-after-accept` the message goes out all the same. */
  | 'hang'
  | 'hang-after-accept'
  /** Closes the connection without an answer. */
  | 'drop'
  | 'drop-after-accept';

export interface AliyunSmsServer extends Inbox<TakenSms> {
  start(): Promise<{ url: string }>;
  stop(): Promise<void>;
  script(...steps: readonly SmsScript[]): void;
  /** Says what the carrier did with a message; until then QuerySendDetails answers "waiting" (only with `deliver: 'when-told'`). */
  settle(outId: string, end: 'delivered' | 'failed', errCode?: string): void;
  /** False hides all records from QuerySendDetails, as in the seconds before the provider has filed them. */
  showRecords(show: boolean): void;
  /** Every request, also the refused ones: action and the code answered. */
  readonly requests: readonly { readonly action: string; readonly code: string }[];
}

export interface AliyunSmsServerOptions {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly signName: string;
  /** Approved templates by code, with variables like `${name}`. */
  readonly templates: Readonly<Record<string, string>>;
  /** `at-once` (default): the carrier delivers everything; `when-told`: only what {@link AliyunSmsServer.settle} says. */
  readonly deliver?: 'at-once' | 'when-told';
  /** Messages a number may get a day (Aliyun: 50 notifications of one signature and template). */
  readonly perNumber?: number;
  /** False leaves OutId out of QuerySendDetails, as older records do. */
  readonly showOutId?: boolean;
  readonly port?: number;
}

class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

const hex = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');

/** RFC 3986, byte by byte: unreserved characters stay, everything else is %XX. */
const percent = (text: string): string =>
  [...Buffer.from(text, 'utf8')]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[A-Za-z0-9\-_.~]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');

interface AnswerBody {
  readonly Code: string;
  readonly [name: string]: unknown;
}

interface Call {
  readonly action: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * The SMS API of Aliyun (Dysmsapi 2017-05-25) as strict as the real one: V3 signature, dates within 15 minutes, nonces used once, approved
 * signature and templates, rules for variables, limits per number; refusals of the business inside HTTP 200. Written from the
 * documentation, sharing nothing with the gateway's own code.
 */
export const createAliyunSmsServer = (options: AliyunSmsServerOptions): AliyunSmsServer => {
  const inbox = createInbox<TakenSms>('Aliyun SMS server');
  const steps: SmsScript[] = [];
  const nonces = new Set<string>();
  const requests: { action: string; code: string }[] = [];
  const ends = new Map<string, { status: 2 | 3; errCode: string }>();
  const records: TakenSms[] = [];
  let visible = true;
  let serial = 0;

  const authenticate = (request: IncomingMessage, body: Buffer): Call => {
    const header = (name: string): string => {
      const value = request.headers[name];
      if (typeof value !== 'string' || value === '') throw new Refusal(400, `Missing${name}`);
      return value;
    };
    if (request.method !== 'POST') throw new Refusal(405, 'UnsupportedHTTPMethod');
    const url = new URL(request.url ?? '/', 'http://server');
    if (url.pathname !== '/') throw new Refusal(404, 'InvalidAction.NotFound');
    if (header('x-acs-version') !== '2017-05-25') throw new Refusal(400, 'InvalidVersion');
    const date = header('x-acs-date');
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(date)) throw new Refusal(400, 'InvalidTimeStamp.Format');
    if (Math.abs(Date.now() - Date.parse(date)) > 15 * 60_000) throw new Refusal(400, 'InvalidTimeStamp.Expired');
    if (header('x-acs-content-sha256') !== hex(body)) throw new Refusal(400, 'InvalidContentSha256');

    const authorization = /^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})$/.exec(
      header('authorization'),
    );
    if (authorization === null) throw new Refusal(400, 'IncompleteSignature');
    const [, keyId, signedNames = '', signature = ''] = authorization;
    if (keyId !== options.accessKeyId) throw new Refusal(404, 'InvalidAccessKeyId.NotFound');
    const names = signedNames.split(';');
    const mustBeSigned = Object.keys(request.headers).filter((name) => name === 'host' || name.startsWith('x-acs-'));
    if (mustBeSigned.some((name) => !names.includes(name))) throw new Refusal(400, 'IncompleteSignature');
    if (names.join(';') !== [...names].sort().join(';')) throw new Refusal(400, 'SignatureDoesNotMatch');

    const parameters = new Map<string, string>();
    for (const [name, value] of url.searchParams) {
      if (parameters.has(name)) throw new Refusal(400, 'RepeatedParameter');
      parameters.set(name, value);
    }
    const sorted = [...parameters].map(([name, value]) => `${percent(name)}=${percent(value)}`).sort();
    const lines = names.map((name) => `${name}:${String(request.headers[name]).trim()}`);
    const canonical = `POST\n/\n${sorted.join('&')}\n${lines.join('\n')}\n\n${signedNames}\n${hex(body)}`;
    const right = createHmac('sha256', options.accessKeySecret).update('ACS3-HMAC-SHA256\n').update(hex(canonical)).digest();
    if (!timingSafeEqual(right, Buffer.from(signature, 'hex'))) throw new Refusal(400, 'SignatureDoesNotMatch');
    const nonce = header('x-acs-signature-nonce');
    if (nonces.has(nonce)) throw new Refusal(400, 'SignatureNonceUsed');
    nonces.add(nonce);
    return { action: header('x-acs-action'), parameters };
  };

  const needed = (call: Call, name: string): string => {
    const value = call.parameters.get(name);
    if (value === undefined || value === '') throw new Refusal(400, `Missing${name}`);
    return value;
  };

  const variablesOf = (text: string, template: string): Record<string, string> => {
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      throw new Refusal(200, 'isv.INVALID_JSON_PARAM');
    }
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new Refusal(200, 'isv.INVALID_JSON_PARAM');
    const variables: Record<string, string> = {};
    for (const [name, value] of Object.entries(parsed)) {
      if (typeof value !== 'string') throw new Refusal(200, 'isv.INVALID_JSON_PARAM');
      if (value.length > 35) throw new Refusal(200, 'isv.PARAM_LENGTH_LIMIT');
      if (/https?:|www\./i.test(value)) throw new Refusal(200, 'isv.PARAM_NOT_SUPPORT_URL');
      if (/[【】\r\n]/u.test(value)) throw new Refusal(200, 'isv.TEMPLATE_PARAMS_ILLEGAL');
      variables[name] = value;
    }
    for (const [, name = ''] of template.matchAll(/\$\{(\w+)\}/g)) {
      if ((variables[name] ?? '') === '') throw new Refusal(200, 'isv.TEMPLATE_MISSING_PARAMETERS');
    }
    return variables;
  };

  const take = (call: Call): TakenSms => {
    const phone = needed(call, 'PhoneNumbers');
    const signName = needed(call, 'SignName');
    const code = needed(call, 'TemplateCode');
    if (!/^1\d{10}$|^[1-9]\d{6,14}$/.test(phone)) throw new Refusal(200, 'isv.MOBILE_NUMBER_ILLEGAL');
    if (signName !== options.signName) throw new Refusal(200, 'isv.SMS_SIGNATURE_ILLEGAL');
    const template = options.templates[code];
    if (template === undefined) throw new Refusal(200, 'isv.SMS_TEMPLATE_ILLEGAL');
    const variables = variablesOf(call.parameters.get('TemplateParam') ?? '{}', template);
    if (records.filter((record) => record.phone === phone).length >= (options.perNumber ?? 50)) {
      throw new Refusal(200, 'isv.BUSINESS_LIMIT_CONTROL');
    }
    serial += 1;
    const taken: TakenSms = {
      phone,
      outId: call.parameters.get('OutId') ?? '',
      bizId: `${Date.now()}${serial}^0`,
      template: code,
      variables,
      text: `【${signName}】${template.replace(/\$\{(\w+)\}/g, (_, name: string) => variables[name] ?? '')}`,
      at: Date.now(),
    };
    records.push(taken);
    inbox.put(taken);
    return taken;
  };

  /** `2026-11-23 04:12:00` in Beijing. */
  const beijing = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');

  const query = (call: Call): AnswerBody => {
    const phone = needed(call, 'PhoneNumber');
    const sendDate = needed(call, 'SendDate');
    const size = Number(needed(call, 'PageSize'));
    const page = Number(needed(call, 'CurrentPage'));
    if (!/^\d{8}$/.test(sendDate)) throw new Refusal(200, 'isv.INVALID_PARAMETERS');
    if (!(size >= 1 && size <= 50) || !(page >= 1)) throw new Refusal(200, 'isv.INVALID_PARAMETERS');
    const bizId = call.parameters.get('BizId');
    const fitting = (visible ? records : []).filter(
      (record) =>
        record.phone === phone &&
        beijing(record.at).slice(0, 10).replaceAll('-', '') === sendDate &&
        (bizId === undefined || record.bizId === bizId),
    );
    return {
      Code: 'OK',
      Message: 'OK',
      RequestId: `request-${requests.length}`,
      TotalCount: String(fitting.length),
      SmsSendDetailDTOs: {
        SmsSendDetailDTO: fitting.slice((page - 1) * size, page * size).map((record) => {
          const end = ends.get(record.outId) ?? (options.deliver === 'when-told' ? undefined : { status: 3, errCode: 'DELIVERED' });
          return {
            PhoneNum: record.phone,
            SendDate: beijing(record.at),
            ReceiveDate: beijing(record.at),
            SendStatus: end?.status ?? 1,
            ErrCode: end?.errCode ?? '',
            TemplateCode: record.template,
            Content: record.text,
            ...(options.showOutId === false ? {} : { OutId: record.outId }),
          };
        }),
      },
    };
  };

  const answer = (response: ServerResponse, action: string, status: number, body: AnswerBody): void => {
    requests.push({ action, code: body.Code });
    response.writeHead(status, { 'content-type': 'application/json;charset=utf-8' }).end(JSON.stringify(body));
  };

  const serve = (call: Call, request: IncomingMessage, response: ServerResponse): void => {
    if (call.action === 'QuerySendDetails') {
      answer(response, call.action, 200, query(call));
      return;
    }
    if (call.action !== 'SendSms') throw new Refusal(404, 'InvalidAction.NotFound');
    const step = steps.shift();
    if (typeof step === 'object') throw new Refusal(step.status ?? 200, step.code);
    if (step === 'hang' || step === 'drop') {
      requests.push({ action: call.action, code: step });
      if (step === 'drop') request.socket.destroy();
      return;
    }
    const taken = take(call);
    if (step !== undefined) {
      requests.push({ action: call.action, code: step });
      if (step === 'drop-after-accept') request.socket.destroy();
      return;
    }
    answer(response, call.action, 200, { Code: 'OK', Message: 'OK', BizId: taken.bizId, RequestId: `request-${requests.length}` });
  };

  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const action = String(request.headers['x-acs-action']);
      try {
        serve(authenticate(request, Buffer.concat(parts)), request, response);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        answer(response, action, error.status, { Code: error.code, Message: error.code, RequestId: `request-${requests.length}` });
      }
    });
  });

  return {
    messages: inbox.messages,
    next: inbox.next,
    [Symbol.asyncIterator]: inbox[Symbol.asyncIterator],
    requests,
    script: (...more) => void steps.push(...more),
    settle: (outId, end, errCode) =>
      void ends.set(outId, end === 'delivered' ? { status: 3, errCode: 'DELIVERED' } : { status: 2, errCode: errCode ?? 'UNDELIV' }),
    showRecords: (show) => {
      visible = show;
    },
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(options.port ?? 0, '127.0.0.1', () => resolve({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
      }),
    stop: () =>
      new Promise((resolve) => {
        inbox.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
