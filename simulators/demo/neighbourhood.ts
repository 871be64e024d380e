import type { z } from 'zod';
import type { deviceSchema } from '../../domain/device.ts';
import type { bedSchema, districtSchema, homeSchema, providerSchema, residentSchema } from '../../domain/home.ts';
import type { Language } from '../../domain/language.ts';
import type { contactSchema, PersonRole, personSchema, rosterSchema } from '../../domain/people.ts';
import type { careProfileSchema } from '../../domain/care-profile.ts';
import type { policySchema } from '../../domain/policy.ts';
import type { SimHome } from '../home.ts';
import type { Owner } from '../phones/message.ts';

type Input<T extends z.ZodType> = z.input<T>;

/** Every record of a demonstration street, as the import takes them, in the order in which they must go in. All people are made up. */
export interface Neighbourhood {
  readonly district: readonly Input<typeof districtSchema>[];
  readonly provider: readonly Input<typeof providerSchema>[];
  readonly home: readonly Input<typeof homeSchema>[];
  readonly bed: readonly Input<typeof bedSchema>[];
  readonly profile: readonly Input<typeof careProfileSchema>[];
  readonly resident: readonly Input<typeof residentSchema>[];
  readonly device: readonly (Input<typeof deviceSchema> & { secret?: string })[];
  readonly person: readonly Input<typeof personSchema>[];
  readonly contact: readonly Input<typeof contactSchema>[];
  readonly roster: readonly Input<typeof rosterSchema>[];
  readonly policy: readonly Input<typeof policySchema>[];
}

/** Seconds after which each level is told, and the waits after it: far shorter than in life, so that it can be watched. */
export const demoSeconds = { secondSeat: 15, supervisor: 30, dispatch: 45, repeat: 60, remind: 60, reopen: 120 } as const;

const residents = ['王桂兰', '李秀英', '张福生', '刘玉珍', '陈德明', '杨淑华', '赵长庚', '黄翠莲', '周世安', '吴凤仙'];
const more = ['徐永年', '孙素琴', '胡宝山', '朱月娥', '高志远', '林美玉', '何广田', '郭兰芝', '马国栋', '罗春香'];
const families = ['王芳', '李强', '张敏', '刘洋', 'Emily Chen', '杨杰', '赵静', '黄磊', '周娜', '吴涛'];
const moreFamilies = ['徐丽', '孙鹏', '胡婷', '朱伟', 'Grace Gao', '林浩', '何雪', '郭峰', '马莉', '罗斌'];
const neighbours = ['楼下老魏', '对门冯阿姨', '社区小丁', '隔壁许叔'];

const nth = (list: readonly string[], index: number): string => list[index % list.length] ?? '';
const phoneOf = (number: number): string => `1380000${String(number).padStart(4, '0')}`;
const roomNames: Readonly<Record<string, string>> = {
  button: '床头',
  fall: '卧室',
  bed: '床垫',
  contact: '入户门',
  motion: '厨房',
  hub: '客厅',
};

interface Planned {
  readonly person: Owner;
  readonly record: Input<typeof personSchema>;
}

const person = (
  id: string,
  name: string,
  role: PersonRole,
  number: number,
  options: { language?: Language; channels?: readonly ('sms' | 'email')[] } = {},
): Planned => {
  const { language = 'zh-CN', channels = ['sms', 'email'] } = options;
  const phone = phoneOf(number);
  const email = `${id}@street.example`;
  const reach = channels.map((channel) => (channel === 'sms' ? { channel, phone } : { channel, address: email }));
  return { person: { id, name, role, language, phone, email }, record: { id, name, role, language, channels: reach } };
};

/** The desk answers on its own screen: it is told by webhook. */
const desk: Planned = {
  person: { id: 'desk', name: '值班坐席 周敏', role: 'operator', language: 'zh-CN', phone: null, email: null },
  record: { id: 'desk', name: '值班坐席 周敏', role: 'operator', channels: [{ channel: 'webhook', webhook: 'desk' }] },
};

/**
 * People, records and devices for these homes: a provider with its shifts, and for each home a resident, a daughter or son, and for every
 * fifth a neighbour with a key.
 */
export const planNeighbourhood = (
  homes: readonly SimHome[],
): { records: Neighbourhood; owners: readonly Owner[]; nameOfHome: (id: string) => string } => {
  const staff = [
    desk,
    person('second-seat', '第二坐席 何静', 'operator', 2),
    person('supervisor', '值班主管 郑强', 'supervisor', 3),
    person('responder', '上门人员 孙浩', 'responder', 4),
    person('maintainer', '设备维护 钱工', 'maintainer', 5, { channels: ['email'] }),
  ];
  const kin = homes.map((_, i) => {
    const name = nth([...families, ...moreFamilies], i);
    return person(`family-${i + 1}`, name, 'family', 100 + i, { language: /^[A-Z]/.test(name) ? 'en' : 'zh-CN' });
  });
  const near = homes.flatMap((_, i) =>
    i % 5 === 2
      ? [{ home: i, planned: person(`neighbour-${i + 1}`, nth(neighbours, i), 'neighbour', 300 + i, { channels: ['sms'] }) }]
      : [],
  );
  const people = [...staff, ...kin, ...near.map(({ planned }) => planned)];

  const names = new Map<string, string>(homes.map((home, i) => [home.id, `${i + 1} 号 ${nth([...residents, ...more], i)}家`]));
  const bedOf = (home: SimHome): string => home.devices.find((device) => device.bed !== null)?.bed ?? `${home.id}-bed`;
  const onDuty = (id: string, name: string, member: string): Input<typeof rosterSchema> => ({ id, name, shifts: [{ person: member }] });
  const roster = (id: string) => ({ type: 'roster', roster: id }) as const;

  const records: Neighbourhood = {
    district: [{ id: 'demo-district', name: '示范区' }],
    provider: [{ id: 'demo-provider', name: '示范养老服务中心', district: 'demo-district' }],
    home: homes.map((home, i) => ({
      id: home.id,
      provider: 'demo-provider',
      name: names.get(home.id) ?? home.id,
      address: `示范街 ${i + 1} 号`,
      access: i % 3 === 0 ? '钥匙在门口密码盒' : '',
      policies: { high: 'demo-high' },
    })),
    bed: homes.map((home) => ({ id: bedOf(home), home: home.id, name: '主卧' })),
    profile: [{ id: 'demo-profile', name: '演示照护方案', numbers: { fall: { localCancelSeconds: 15 } } }],
    resident: homes.map((home, i) => ({
      id: `resident-${i + 1}`,
      bed: bedOf(home),
      name: nth([...residents, ...more], i),
      birthYear: 1934 + ((i * 7) % 15),
      profile: 'demo-profile',
    })),
    device: homes.flatMap((home) =>
      home.devices.map(({ id, model, bed, hub, hubName, role, secret }) => ({
        id,
        model,
        home: home.id,
        bed,
        hub,
        hubName,
        place: roomNames[role] ?? '',
        ...(secret === null ? {} : { secret }),
      })),
    ),
    person: people.map(({ record }) => record),
    contact: [
      ...homes.map((home, i) => ({
        id: `contact-${i + 1}`,
        home: home.id,
        person: `family-${i + 1}`,
        order: 1,
        relation: i % 2 === 0 ? '女儿' : '儿子',
      })),
      ...near.map(({ home, planned }) => ({
        id: `contact-near-${home + 1}`,
        home: homes[home]?.id ?? '',
        person: planned.person.id,
        order: 2,
        relation: '邻居',
        holdsKey: true,
      })),
    ],
    roster: [
      onDuty('duty', '值班坐席 duty', 'desk'),
      onDuty('second-seat', '第二坐席 second seat', 'second-seat'),
      onDuty('supervisor', '值班主管 supervisor', 'supervisor'),
      onDuty('responders', '上门响应 responders', 'responder'),
      onDuty('maintainers', '设备维护 maintainers', 'maintainer'),
    ],
    policy: [
      {
        id: 'demo-high',
        name: '演示：紧急（时间已缩短） demo high',
        levels: [
          { afterSeconds: 0, targets: [roster('duty')] },
          { afterSeconds: demoSeconds.secondSeat, targets: [roster('second-seat'), { type: 'contacts', order: 'parallel' }] },
          { afterSeconds: demoSeconds.supervisor, targets: [roster('supervisor')] },
          { afterSeconds: demoSeconds.dispatch, targets: [roster('responders')], asks: 'dispatch-unverified' },
        ],
        repeatSeconds: demoSeconds.repeat,
        remindSeconds: demoSeconds.remind,
        reopenSeconds: demoSeconds.reopen,
      },
    ],
  };
  return { records, owners: people.map((planned) => planned.person), nameOfHome: (id) => names.get(id) ?? id };
};
