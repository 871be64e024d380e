import { randomBytes } from 'node:crypto';
import { CarebedFailure } from '../../domain/failure.ts';
import { type HomeId, homeIdSchema } from '../../domain/ids.ts';
import { systemClock } from '../../domain/instant.ts';
import { type Comparison, compare } from '../comparison.ts';
import { readCredentials } from '../credentials.ts';
import { createGatewayApi, type GatewayApi } from '../gateway-api.ts';
import type { SimHome } from '../home.ts';
import type { Owner, Received } from '../phones/message.ts';
import type { PageAct } from '../phones/page-server.ts';
import { createPhones, type Phones } from '../phones/phones.ts';
import { beginRunAlarms, type RunAlarms } from '../run-alarms.ts';
import { scenarioNamed } from '../scenarios/catalogue.ts';
import { planStreet } from '../street-plan.ts';
import { createStreet, type Street } from '../street.ts';
import { answerLink } from './answer-link.ts';
import { demoConfig, secretNames, smsTemplates } from './config-file.ts';
import { type DemoFolder, readFirstToken, writePrivately } from './demo-folder.ts';
import { freePort } from './free-port.ts';
import { createGatewayProcess, type GatewayAddresses, type GatewayProcess } from './gateway-process.ts';
import { followEvents } from './live-events.ts';
import { planNeighbourhood } from './neighbourhood.ts';
import { castOf, playOf } from './play.ts';
import { settleIn } from './settle-in.ts';
import { type Line, storyOf } from './story.ts';

export interface DemoAddresses extends GatewayAddresses {
  readonly phones: string;
  readonly docs: string;
}

export interface DemonstrationOptions {
  readonly folder: DemoFolder;
  readonly homes: number;
  /** A line of what is happening: what the street does, what the gateway decides, what arrives on a phone. */
  readonly say: (kind: 'stage' | 'street' | 'gateway' | 'phone', line: Line) => void;
}

/** Everything at once: phones, gateway, street, and the play upon it. */
export interface Demonstration {
  /** Resolves when the curtain is up. @throws CarebedFailure when a part does not start; then everything is stopped again. */
  start(): Promise<DemoAddresses>;
  /** Resolves after the last beat of the play. */
  readonly played: Promise<void>;
  /** Resolves when the gateway ends by itself, which it must not. */
  readonly broken: Promise<void>;
  /** What a viewer does in the n-th home, from 1. @throws CarebedFailure when there is no such home */
  act(number: number, act: PageAct): void;
  /** What was sent against what was raised, as of now. */
  compare(): Promise<Comparison>;
  stop(): Promise<void>;
}

const wantedHttpPort = 8080;
const darkSeconds = 10;
/** How long the daughter takes to read her message before she answers. */
const thinkSeconds = 6;

const dialectOf = (index: number): SimHome['dialect'] => (index % 5 === 4 ? 'zigbee2mqtt' : index === 1 ? 'direct' : 'hub');

const both = (text: string): Line => ({ 'zh-CN': text, en: text });

const channelWords: Readonly<Record<Received['channel'], Line>> = {
  sms: { 'zh-CN': '短信', en: 'SMS' },
  email: { 'zh-CN': '邮件', en: 'e-mail' },
  webhook: { 'zh-CN': '坐席屏幕', en: "the desk's screen" },
};

export const createDemonstration = (options: DemonstrationOptions): Demonstration => {
  const { folder, say } = options;
  const homes = folder.kept ? readCredentials(folder.street) : planStreet({ homes: options.homes, dialectOf, prefix: 'demo' });
  const { records, owners, nameOfHome } = planNeighbourhood(homes);
  const cast = castOf(homes);
  const names = { home: nameOfHome, person: (id: string) => owners.find((owner) => owner.id === id)?.name ?? id };
  const stopping = new AbortController();
  const timers = new Set<NodeJS.Timeout>();
  const { promise: played, resolve: playIsOver } = Promise.withResolvers<void>();
  const { promise: broken, resolve: breakDown } = Promise.withResolvers<void>();
  let publicUrl = '';
  let gateway: GatewayProcess | null = null;
  let alarms: RunAlarms | null = null;
  let street: Street | null = null;
  let following: Promise<void> = Promise.resolve();
  let daughterHasAnswered = false;

  const after = (seconds: number, what: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      what();
    }, seconds * 1_000);
    timers.add(timer);
  };
  const story = (kind: 'street' | 'gateway', line: Line): void => {
    say(kind, line);
    phones.tell(line);
  };

  /** The family of the home where somebody falls answers by itself, so that the viewer sees how that goes. */
  const answerForFamily = (message: Received, owner: Owner): void => {
    if (stopping.signal.aborted || daughterHasAnswered || message.link === null || owner.id !== `family-${homes.indexOf(cast.falls) + 1}`)
      return;
    daughterHasAnswered = true;
    const { link } = message;
    after(thinkSeconds, () => {
      story('street', { 'zh-CN': `${owner.name} 点开链接，按下“我去”`, en: `${owner.name} opens the link and presses "I am going"` });
      answerLink(link, 'going').catch((error: unknown) => say('stage', both(error instanceof Error ? error.message : String(error))));
    });
  };

  const doIn = (home: HomeId, act: PageAct): void => {
    if (street === null) throw new CarebedFailure('street-not-there', 'the street is not awake yet', { status: 409 });
    const lit = street;
    if (act === 'press') lit.press(home);
    if (act === 'fall') lit.fall(home, 'confirmed');
    if (act === 'power') {
      lit.cutPower([home]);
      after(darkSeconds, () => lit.restorePower([home]));
    }
    const done = { press: ['按下求助按钮', 'the help button is pressed'], fall: ['有人跌倒', 'a fall'], power: ['停电', 'no power'] }[act];
    story('street', {
      'zh-CN': `${names.home(home)}（观众）：${done[0] ?? ''}`,
      en: `${names.home(home)} (by the viewer): ${done[1] ?? ''}`,
    });
  };

  const phones: Phones = createPhones({
    owners,
    homes: homes.map((home) => ({ id: home.id, name: nameOfHome(home.id) })),
    act: (home, act) => doIn(homeIdSchema.parse(home), act),
    onReceived: (message, owner) => {
      if (owner === undefined) return;
      const text = `${message.title} ${message.text}`.replace(/\s+/g, ' ').trim();
      const line = (language: keyof Line): string => `${channelWords[message.channel][language]} → ${owner.name}：${text}`;
      say('phone', { 'zh-CN': line('zh-CN'), en: line('en') });
      if (message.link !== null && !text.includes(message.link)) say('phone', both(message.link));
      answerForFamily(message, owner);
    },
    smsTemplates: () => smsTemplates(`${publicUrl}/a/`),
    smsLinkPrefix: () => `${publicUrl}/a/`,
  });

  const startGateway = async (httpPort: number, phoneAddresses: Awaited<ReturnType<Phones['start']>>): Promise<GatewayAddresses> => {
    writePrivately(folder.config, demoConfig({ httpPort, phones: phoneAddresses }));
    gateway = createGatewayProcess({
      dataFolder: folder.gateway,
      configFile: folder.config,
      logFile: folder.log,
      secrets: { [secretNames.webhook]: `whsec_${randomBytes(32).toString('base64')}`, [secretNames.sms]: randomBytes(16).toString('hex') },
    });
    void gateway.died.then(breakDown);
    return gateway.start();
  };

  const registerStreet = async (known: GatewayApi): Promise<void> => {
    if (folder.kept) return;
    const count = await settleIn(known, records);
    const devices = homes.flatMap((home) => home.devices.map((device) => ({ ...device, home: home.id })));
    writePrivately(folder.street, JSON.stringify({ devices }));
    say('stage', { 'zh-CN': `已登记 ${homes.length} 户，共 ${count} 条记录`, en: `${homes.length} homes registered, ${count} records` });
  };

  const watch = (url: string, token: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const onEvent: Parameters<typeof followEvents>[0]['onEvent'] = (event) => {
        const line = storyOf(event, names);
        if (line !== null) story('gateway', line);
      };
      following = followEvents({ url, token, onOpen: resolve, onEvent }, stopping.signal);
      following.catch(reject);
    });

  const stop = async (): Promise<void> => {
    stopping.abort();
    for (const timer of timers) clearTimeout(timer);
    await street?.stop();
    await gateway?.stop();
    await phones.stop();
    await following;
  };

  const raise = async (): Promise<DemoAddresses> => {
    const phoneAddresses = await phones.start();
    const httpPort = await freePort(wantedHttpPort);
    publicUrl = `http://127.0.0.1:${httpPort}`;
    const addresses = await startGateway(httpPort, phoneAddresses);
    const token = readFirstToken(folder.gateway);
    const api = createGatewayApi({ url: addresses.http, token });
    await registerStreet(api);
    alarms = await beginRunAlarms(api, systemClock);
    await watch(addresses.http, token);
    street = createStreet({ url: addresses.mqtt, homes, scenario: scenarioNamed('ordinary-day'), durationSeconds: Infinity, seed: 7 });
    await street.start();
    const docs = `${addresses.http}/api/docs`;
    phones.link({ 'zh-CN': '接口文档', en: 'API documentation' }, docs);
    phones.link({ 'zh-CN': '指标', en: 'Metrics' }, `${addresses.http}/metrics`);
    return { ...addresses, phones: phoneAddresses.page, docs };
  };

  const openCurtain = (lit: Street): void => {
    const beats = playOf(cast, nameOfHome);
    for (const beat of beats) {
      after(beat.atSeconds, () => {
        story('street', beat.line);
        beat.act(lit);
      });
    }
    after(Math.max(...beats.map((beat) => beat.atSeconds)) + darkSeconds, playIsOver);
  };

  return {
    played,
    broken,
    start: async () => {
      try {
        const addresses = await raise();
        if (street !== null) openCurtain(street);
        return addresses;
      } catch (error) {
        await stop();
        throw error;
      }
    },
    act: (number, act) => {
      const home = homes[number - 1];
      if (home === undefined) throw new CarebedFailure('no-such-home', `there are homes 1 to ${homes.length}`, { status: 404 });
      doIn(home.id, act);
    },
    compare: async () => compare(street?.ledger.entries() ?? [], [], (await alarms?.read()) ?? []),
    stop,
  };
};
