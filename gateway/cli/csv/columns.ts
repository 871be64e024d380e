import type { z } from 'zod';
import { careProfileSchema } from '../../../domain/care-profile.ts';
import { deviceSchema, deviceSecretSchema } from '../../../domain/device.ts';
import { bedSchema, districtSchema, homeSchema, providerSchema, residentSchema } from '../../../domain/home.ts';
import { contactSchema, personSchema } from '../../../domain/people.ts';

/** One column: its name in a file's first line, its Chinese name, and what its cells hold. */
export interface Column {
  readonly name: string;
  readonly zh: string;
  readonly holds?: 'text' | 'number' | 'boolean';
}

/** How the rows of one kind of file become records. */
export interface Sheet {
  /** The kind of record, as POST /api/import names it. */
  readonly record: string;
  readonly schema: z.ZodType;
  readonly columns: readonly Column[];
  /** Puts what stands in several cells into its place. Gets the cells that are filled. */
  readonly shape?: (cells: Readonly<Record<string, unknown>>) => Record<string, unknown>;
  /** The column that an issue at this field is about. */
  readonly columnOf?: (path: readonly PropertyKey[], row: Readonly<Record<string, unknown>>) => string;
}

const text = (name: string, zh: string): Column => ({ name, zh });
const id = text('id', '编号');
const name = text('name', '名称');

const person = ({ phone, email, webhook, ...rest }: Readonly<Record<string, unknown>>): Record<string, unknown> => ({
  ...rest,
  channels: [
    ...(typeof phone !== 'string' ? [] : [{ channel: 'sms', phone: phone.replaceAll(/[\s()-]/g, '') }]),
    ...(email === undefined ? [] : [{ channel: 'email', address: email }]),
    ...(webhook === undefined ? [] : [{ channel: 'webhook', webhook }]),
  ],
});
const channelColumns: Readonly<Record<string, string>> = { sms: 'phone', email: 'email', webhook: 'webhook' };
const personColumn = (path: readonly PropertyKey[], row: Readonly<Record<string, unknown>>): string => {
  if (path[0] !== 'channels' || !Array.isArray(row['channels'])) return String(path[0] ?? '');
  const channel: unknown = row['channels'][Number(path[1])];
  const kind = typeof channel === 'object' && channel !== null && 'channel' in channel ? String(channel.channel) : '';
  return channelColumns[kind] ?? 'channels';
};

const home = ({
  policyHigh,
  policyMedium,
  policyLow,
  policyTechnical,
  ...rest
}: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const policies = { high: policyHigh, medium: policyMedium, low: policyLow, technical: policyTechnical };
  return { ...rest, policies: Object.fromEntries(Object.entries(policies).filter(([, policy]) => policy !== undefined)) };
};
const resident = ({ abilityScale, abilityLevel, ...rest }: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  abilityScale === undefined && abilityLevel === undefined ? rest : { ...rest, ability: { scale: abilityScale, level: abilityLevel } };

/** Every kind of file, by the word on the command line. */
export const sheets: Readonly<Record<string, Sheet>> = {
  districts: { record: 'district', schema: districtSchema, columns: [id, name] },
  providers: { record: 'provider', schema: providerSchema, columns: [id, name, text('district', '区县')] },
  homes: {
    record: 'home',
    schema: homeSchema,
    columns: [
      id,
      name,
      text('provider', '服务机构'),
      text('address', '地址'),
      text('access', '进门方式'),
      text('phone', '电话'),
      text('timeZone', '时区'),
      text('policyHigh', '紧急策略'),
      text('policyMedium', '一般策略'),
      text('policyLow', '当日策略'),
      text('policyTechnical', '技术策略'),
    ],
    shape: home,
    columnOf: (path) =>
      path[0] === 'policies' ? `policy${String(path[1]).replace(/^./, (letter) => letter.toUpperCase())}` : String(path[0] ?? ''),
  },
  beds: { record: 'bed', schema: bedSchema, columns: [id, text('home', '家庭'), name] },
  profiles: { record: 'profile', schema: careProfileSchema, columns: [id, name] },
  residents: {
    record: 'resident',
    schema: residentSchema,
    columns: [
      id,
      text('bed', '床位'),
      text('name', '姓名'),
      { name: 'birthYear', zh: '出生年', holds: 'number' },
      text('language', '语言'),
      text('notes', '须知'),
      text('profile', '照护方案'),
      text('abilityScale', '评估标准'),
      { name: 'abilityLevel', zh: '评估等级', holds: 'number' },
    ],
    shape: resident,
    columnOf: (path) => (path[0] === 'ability' ? (path[1] === 'level' ? 'abilityLevel' : 'abilityScale') : String(path[0] ?? '')),
  },
  people: {
    record: 'person',
    schema: personSchema,
    columns: [
      id,
      text('name', '姓名'),
      text('role', '角色'),
      text('language', '语言'),
      text('phone', '手机'),
      text('email', '邮箱'),
      text('webhook', '接口'),
    ],
    shape: person,
    columnOf: personColumn,
  },
  contacts: {
    record: 'contact',
    schema: contactSchema,
    columns: [
      id,
      text('home', '家庭'),
      text('person', '联系人'),
      { name: 'order', zh: '顺序', holds: 'number' },
      text('relation', '关系'),
      { name: 'holdsKey', zh: '有钥匙', holds: 'boolean' },
    ],
  },
  devices: {
    record: 'device',
    schema: deviceSchema.extend({ secret: deviceSecretSchema.optional() }),
    columns: [
      id,
      text('model', '型号'),
      text('home', '家庭'),
      text('bed', '床位'),
      text('hub', '中枢'),
      text('hubName', '中枢内名称'),
      text('place', '位置'),
      text('ownership', '产权'),
      { name: 'enabled', zh: '启用', holds: 'boolean' },
      text('secret', '密钥'),
    ],
  },
};
