import { Command, InvalidArgumentError } from 'commander';
import { CarebedFailure } from '../domain/failure.ts';
import { type Language, languageSchema } from '../domain/language.ts';
import { prepareDemoFolder } from './demo/demo-folder.ts';
import { createDemonstration } from './demo/demonstration.ts';
import { createKeys } from './demo/keys.ts';
import { demoSeconds } from './demo/neighbourhood.ts';
import type { Line } from './demo/story.ts';

const number =
  (low: number, high: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isFinite(value) || value < low || value > high) throw new InvalidArgumentError(`must be a number from ${low} to ${high}`);
    return value;
  };

const options = new Command('demo')
  .description('The gateway with a street of simulated homes, on this machine alone')
  .option('--lang <language>', 'zh-CN or en', (text) => languageSchema.parse(text), 'zh-CN' as const)
  .option('--homes <n>', 'how many homes', number(7, 500), 20)
  .option('--data <dir>', 'where it lives; made fresh each time', '.demo')
  .option('--keep', 'go on with the street of the last time')
  .option('--once', 'end by itself after the play, with a summary')
  .option('--seconds <n>', 'end by itself after so many seconds, with a summary', number(1, 86_400))
  .parse()
  .opts<{ lang: Language; homes: number; data: string; keep?: boolean; once?: boolean; seconds?: number }>();

const colours = { stage: '1', street: '36', gateway: '33', phone: '2' } as const;
const marks = { stage: '──', street: '街', gateway: '网', phone: '机' } as const;
const englishMarks = { stage: '--', street: 'street ', gateway: 'gateway', phone: 'phone  ' } as const;

const say = (kind: keyof typeof colours, line: Line): void => {
  const time = new Date().toLocaleTimeString('zh-CN', { hour12: false, timeZone: 'Asia/Shanghai' });
  const text = `${time} ${options.lang === 'en' ? englishMarks[kind] : marks[kind]} ${line[options.lang]}`;
  process.stdout.write(process.stdout.isTTY ? `\u001b[${colours[kind]}m${text}\u001b[0m\n` : `${text}\n`);
};

const { secondSeat, supervisor, dispatch, repeat } = demoSeconds;
const opening: Line = {
  'zh-CN': `演示用的升级时间已缩短：第二坐席与家属 ${secondSeat} 秒、主管 ${supervisor} 秒、直接上门 ${dispatch} 秒、之后每 ${repeat} 秒重来（正式默认为 60、120、180、180 秒）。人物、电话与地址都是虚构的，消息只到本机的“手机”。`,
  en: `Escalation is shortened for the demonstration: second seat and family at ${secondSeat} s, supervisor at ${supervisor} s, dispatch at ${dispatch} s, again every ${repeat} s (the real defaults are 60, 120, 180 and 180 s). People, phones and addresses are made up; messages reach the phones on this machine only.`,
};
const keysHelp: Line = {
  'zh-CN': '按键：3p 在 3 号按求助按钮，3f 跌倒，3d 停电 10 秒；q 或 Ctrl-C 结束。手机页上也能按。',
  en: 'Keys: 3p presses the button in home 3, 3f is a fall, 3d no power for 10 s; q or Ctrl-C ends. The phones page can do it too.',
};
const playedOut: Line = {
  'zh-CN': '剧目演完了，街上照常生活。请在手机页上点开消息应答，或亲手再按一次。',
  en: 'The play is over, the street lives on. Open a message on the phones page and answer it, or press a button yourself.',
};

const run = async (): Promise<number> => {
  const demo = createDemonstration({ folder: prepareDemoFolder(options.data, options.keep ?? false), homes: options.homes, say });
  const { promise: left, resolve: leave } = Promise.withResolvers<'asked'>();
  process.once('SIGINT', () => leave('asked'));
  process.once('SIGTERM', () => leave('asked'));
  say('stage', opening);
  const addresses = await demo.start();
  say('stage', { 'zh-CN': `手机    ${addresses.phones}`, en: `phones   ${addresses.phones}` });
  say('stage', { 'zh-CN': `接口    ${addresses.docs}`, en: `API      ${addresses.docs}` });
  say('stage', {
    'zh-CN': `MQTT    ${addresses.mqtt} ${addresses.mqtts} ${addresses.ws}`,
    en: `MQTT     ${addresses.mqtt} ${addresses.mqtts} ${addresses.ws}`,
  });
  say('stage', { 'zh-CN': `令牌    ${options.data}/gateway/admin-token`, en: `token    ${options.data}/gateway/admin-token` });
  const keys = createKeys({
    input: process.stdin,
    act: (home, act) => {
      try {
        demo.act(home, act);
      } catch (error) {
        if (!(error instanceof CarebedFailure)) throw error;
        say('stage', { 'zh-CN': error.message, en: error.message });
      }
    },
    leave: () => leave('asked'),
  });
  if (process.stdin.isTTY) say('stage', keysHelp);
  keys.start();

  const played = demo.played.then(() => {
    if (options.once !== true) say('stage', playedOut);
    return 'played' as const;
  });
  const endings: Promise<'asked' | 'broken' | 'played' | 'time'>[] = [left, demo.broken.then(() => 'broken' as const)];
  if (options.once === true) endings.push(played);
  let clock: NodeJS.Timeout | undefined;
  if (options.seconds !== undefined) {
    const { promise, resolve } = Promise.withResolvers<'time'>();
    clock = setTimeout(() => resolve('time'), options.seconds * 1_000);
    endings.push(promise);
  }
  const ending = await Promise.race(endings);
  clearTimeout(clock);
  keys.stop();
  if (ending === 'broken') {
    await demo.stop();
    throw new CarebedFailure('gateway-ended', `the gateway has ended by itself; see ${options.data}/gateway.log`);
  }
  const { callsSent, callsAcknowledged, alarmsRaised, lost } = await demo.compare();
  await demo.stop();
  say('stage', {
    'zh-CN': `呼救 ${callsSent} 次，网关确认 ${callsAcknowledged} 次，产生报警 ${alarmsRaised} 个，确认后丢失 ${lost.length} 次`,
    en: `${callsSent} calls for help, ${callsAcknowledged} acknowledged, ${alarmsRaised} alarms raised, ${lost.length} lost after they were acknowledged`,
  });
  return lost.length > 0 ? 1 : 0;
};

try {
  process.exitCode = await run();
} catch (error) {
  if (!(error instanceof CarebedFailure)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = 2;
}
