import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { CarebedFailure } from '../domain/failure.ts';
import { deviceModelIdSchema } from '../domain/ids.ts';
import { readingKindSchema } from '../domain/reading.ts';
import { isTopicFilter } from './topic.ts';

const bilingual = z.strictObject({ 'zh-CN': z.string().trim().min(1).max(600), en: z.string().trim().min(1).max(600) });

/** A path into JSON: `data.friendly_name`, `params.events.0.event`, `.` for the whole, or a list of keys where a key itself holds a dot. */
const pathSchema = z
  .union([z.string().min(1).max(200), z.array(z.string().min(1)).min(1).max(20)])
  .transform((path): readonly string[] => (path === '.' ? [] : typeof path === 'string' ? path.split('.') : path));

const isPattern = (text: string): boolean => {
  try {
    return new RegExp(`${text}|`, 'u').exec('')?.length === 2;
  } catch {
    return false;
  }
};
/** A regular expression with one group: what the group holds stands for the whole text. */
const partSchema = z
  .string()
  .max(100)
  .refine(isPattern, { error: 'is not a regular expression with exactly one group, such as ^[0-9A-F]{5}([0-9A-F])$' });

/** Only when this field holds one of these values (as text); without `is`, when it is there and not null. */
const conditionSchema = z.strictObject({ field: pathSchema, is: z.array(z.string()).min(1).optional() });

/** What a value of the device means in ours. Null: it means nothing, quietly. */
const meaning = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** One field turned into one fact. */
const readSchema = z
  .strictObject({
    field: pathSchema,
    fact: readingKindSchema,
    /** Only this part of the field's text counts; a text that it does not fit is treated as `otherwise` says. */
    part: partSchema.optional(),
    /** The device's values, written as text, and ours. Without it the value is taken as it is. */
    values: z.record(z.string(), meaning).optional(),
    /**
     * For a value that `values` does not know: refuse it, ignore it, or take this meaning. An absent field or a null is never asked about, and what
     * says no (an empty text, none, false, 0) is never taken.
     */
    otherwise: z.union([z.literal('reject'), z.literal('ignore'), z.strictObject({ take: meaning })]).default('reject'),
    /** True where their true is our false. */
    invert: z.boolean().default(false),
    /** Their number times `scale` plus `offset` is ours. */
    scale: z.number().default(1),
    offset: z.number().default(0),
    when: conditionSchema.optional(),
  })
  .refine((read) => !read.invert || read.values === undefined, {
    path: ['invert'],
    error: 'goes without values: write the inverted values there',
  });

/** How one kind of payload is read. */
const messageSchema = z.strictObject({
  /** A payload that is no JSON object (plain text, a bare number) is read as if it were this field of one. Without it such a payload is refused. */
  textField: z.string().min(1).optional(),
  /** Read each element of this array as a message of its own. */
  each: pathSchema.optional(),
  /** Read only a payload of which this holds; another says nothing here. */
  only: conditionSchema.optional(),
  read: z.array(readSchema).default([]),
  /** Whatever it says, the device is there: it counts as `online`, unless the message says otherwise or is a retained one. */
  alive: z.boolean().default(false),
  /** Refuses a message without this field, with the remedy. A call may have been in what is missing. */
  needs: z.strictObject({ field: pathSchema, when: conditionSchema.optional(), remedy: z.string().min(1).max(200) }).optional(),
  /** An envelope: what lies at `field` is read as `message` of the child's own model, under the envelope's time and event id. */
  inner: z.strictObject({ field: pathSchema, message: z.string().min(1) }).optional(),
  /** Fields that together tell an event from its repeat; used when every one of them is there. */
  eventId: z.array(pathSchema).max(6).optional(),
  /** The device's own time. A text must be RFC 3339 with an offset (one without says nothing sure); a number is in `unit`. */
  time: z.strictObject({ field: pathSchema, unit: z.enum(['seconds', 'milliseconds']).default('milliseconds') }).optional(),
});

const captureCount = (pattern: string): number => pattern.split('/').filter((level) => /^\{child\*?\}$/.test(level)).length;

/** A topic below the prefix: literal levels, `+` for any one, `#` for any rest, `{child}` for a child's name, `{child*}` for one with slashes. */
const topicPatternSchema = z
  .string()
  .min(1)
  .refine((text) => isTopicFilter(text.replaceAll(/\{child\*?\}/g, '+')) && captureCount(text) <= 1, {
    error: 'is not a topic pattern; use literal levels, +, a last #, and at most one level {child} or {child*}',
  });

/** Where a child's name stands: a path, or the part of a field's text that is the name. */
const childNameSchema = z
  .union([pathSchema, z.strictObject({ field: pathSchema, part: partSchema })])
  .transform((name) => ('field' in name ? name : { field: name, part: undefined }));

const topicSchema = z
  .strictObject({
    topic: topicPatternSchema,
    /** The entry of `messages` that reads it (of the child's model first, then of `childMessages`, when it is about a child); of several, each. */
    message: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1).max(5)])
      .transform((name): readonly string[] => (typeof name === 'string' ? [name] : name))
      .optional(),
    /** Why nothing is read here. */
    ignore: z.string().min(1).max(200).optional(),
    /** Everything here is refused, with this reason: it tells an installer what is wrong. */
    refuse: z.string().min(1).max(200).optional(),
    /** The payload is a list at this path, and each of its elements is about a child of its own. Goes with `childField`. */
    each: pathSchema.optional(),
    /** The child is named in the payload, by the first of these fields that is there. */
    childField: z.array(childNameSchema).min(1).max(5).optional(),
    /** What names no child is about the hub itself, and read by its own `messages`. */
    elseOwn: z.boolean().default(false),
    /** What to do about a child that is not registered. */
    unknownChild: z.enum(['reject', 'ignore']).default('reject'),
    /** A child that is not registered is put on the list of those that wait for an installer, with what these fields say it is. */
    announce: z
      .strictObject({
        when: conditionSchema.optional(),
        /** Maker, name and description, for people. */
        says: z.array(pathSchema).max(5).default([]),
        /** The maker's code of the thing, by which a model that is `sold` under it is suggested. */
        code: childNameSchema.optional(),
      })
      .optional(),
  })
  .refine(
    ({ message, ignore, refuse, announce }) => {
      const said = [message, ignore, refuse].filter((one) => one !== undefined).length;
      return said === 1 || (said === 0 && announce !== undefined);
    },
    { error: 'needs either message or ignore (or refuse, or announce alone)' },
  )
  .refine((topic) => topic.each === undefined || topic.childField !== undefined, { path: ['each'], error: 'needs childField' })
  .refine((topic) => topic.childField === undefined || captureCount(topic.topic) === 0, {
    path: ['childField'],
    error: 'goes without {child} in the topic',
  });

/**
 * A device model 设备型号: how a device's messages become readings, and what it promises. One YAML file each; no code a device.
 */
export const deviceModelSchema = z.strictObject({
  id: deviceModelIdSchema,
  name: bilingual,
  /** Takes over topics, messages and all else from this model; what stands here comes first, or wins. */
  extends: deviceModelIdSchema.optional(),
  /** Only there to be extended. */
  abstract: z.boolean().default(false),
  /** `carebed`: speaks Carebed's own JSON protocol, and needs no topics and messages. */
  protocol: z.enum(['carebed', 'mapped']).optional(),
  /** It signs in itself and speaks for children. */
  hub: z.boolean().optional(),
  /** It promises to be heard from at least this often. */
  heartbeatSeconds: z.number().int().min(5).max(604_800).optional(),
  /** It connects to speak and leaves again (a battery button): a clean goodbye says nothing, only missed heartbeats do. */
  sleeps: z.boolean().optional(),
  /** Filters below its prefix to which it may subscribe. */
  commands: z
    .array(z.string().refine(isTopicFilter, { error: 'is not a topic filter' }))
    .max(20)
    .optional(),
  battery: z
    .strictObject({
      /** Below this the battery counts as low, when the device does not say so itself (coin cell: 2,800 mV, Aqara). */
      lowBelowMillivolts: z.number().int().min(500).max(20_000).optional(),
      lowBelowPercent: z.number().min(1).max(99).optional(),
    })
    .optional(),
  /**
   * A press is a state that the device says again while it lasts: a copy without an id this long after the first is the same press. Also what
   * arrives on several topics. Without it, the care profile's echo time (2 s).
   */
  repeatsWithinSeconds: z.number().int().min(1).max(30).optional(),
  /**
   * A call with the retain flag and no event id: `take` it, or `refuse` it with a reason. A gateway of another maker sends its retained messages
   * again whenever it reconnects, old presses too; nothing in them tells old from new.
   */
  retainedCalls: z.enum(['take', 'refuse']).optional(),
  /** How the maker's side is set up, so that its topics lie below `carebed/v1/<device id>/`. */
  connect: bilingual.optional(),
  /** What is known to go wrong, for installers. */
  faults: z.array(bilingual).max(20).default([]),
  /** How the maker and its model are printed on the thing. */
  sold: z.array(z.string().max(80)).max(100).default([]),
  topics: z.array(topicSchema).max(100).default([]),
  messages: z.record(z.string(), messageSchema).default({}),
  /** Messages about children that are read the same way for all of them. */
  childMessages: z.record(z.string(), messageSchema).default({}),
  /**
   * What is a call, beyond doubt, from a child that nobody has registered: it calls for the hub's home. Only for networks that a thing must be
   * paired with (a neighbour's Bluetooth button is no business of this home).
   */
  strangers: z.record(z.string(), messageSchema).default({}),
});
export type DeviceModelFile = z.infer<typeof deviceModelSchema>;
export type MessageReading = z.infer<typeof messageSchema>;
export type FieldReading = z.infer<typeof readSchema>;
export type TopicReading = z.infer<typeof topicSchema>;
export type Condition = z.infer<typeof conditionSchema>;
export type ChildName = z.infer<typeof childNameSchema>;

/** A model with everything it extends put in, and every promise filled in. */
export type DeviceModel = Omit<
  DeviceModelFile,
  'extends' | 'protocol' | 'hub' | 'heartbeatSeconds' | 'sleeps' | 'commands' | 'battery' | 'retainedCalls'
> & {
  readonly protocol: 'carebed' | 'mapped';
  readonly hub: boolean;
  readonly heartbeatSeconds: number;
  readonly sleeps: boolean;
  readonly commands: readonly string[];
  readonly battery: NonNullable<DeviceModelFile['battery']>;
  readonly retainedCalls: 'take' | 'refuse';
};

/**
 * Reads one model file. @throws CarebedFailure `device-model-invalid` that names the file, the line of each fault, and what would be right.
 */
export const parseDeviceModel = (text: string, file: string): DeviceModelFile => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const faults = document.errors.map((error) => `${file}:${lines.linePos(error.pos[0]).line}: ${error.message}`);
  if (faults.length === 0) {
    const parsed = deviceModelSchema.safeParse(document.toJS({ maxAliasCount: 100 }));
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) {
      // The nearest thing that stands in the file: a missing key has no line of its own.
      const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
      let line = 1;
      for (let depth = path.length; depth >= 0; depth--) {
        const node: unknown = document.getIn(path.slice(0, depth), true);
        const range = typeof node === 'object' && node !== null && 'range' in node ? (node.range as readonly number[] | null) : null;
        if (range?.[0] !== undefined) {
          line = lines.linePos(range[0]).line;
          break;
        }
      }
      faults.push(`${file}:${line}: ${path.join('.') || 'the file'} ${issue.message}`);
    }
  }
  throw new CarebedFailure('device-model-invalid', faults.join('\n'));
};
