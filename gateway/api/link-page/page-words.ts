import type { Language } from '../../../domain/language.ts';

/** Everything the page behind a link says, apart from the message itself. */
export interface PageWords {
  readonly name: string;
  readonly state: {
    readonly open: string;
    readonly taken: string;
    readonly takenBy: (name: string) => string;
    readonly onTheWay: (name: string) => string;
    readonly arrived: (name: string) => string;
    readonly returned: string;
    readonly closed: string;
    readonly quiet: string;
  };
  readonly somebody: string;
  readonly you: string;
  readonly going: string;
  readonly cannot: string;
  readonly acknowledge: string;
  readonly hints: { readonly going: string; readonly cannot: string; readonly acknowledge: string };
  readonly done: Readonly<Record<'going' | 'decline' | 'acknowledge', string>>;
  readonly notDone: string;
  readonly unknown: { readonly title: string; readonly text: string };
  readonly expired: { readonly title: string; readonly text: string };
  readonly otherLanguage: string;
  readonly emergency: string;
}

const zhCn: PageWords = {
  name: '家庭床位呼叫',
  state: {
    open: '还没有人应答',
    taken: '已有人接警',
    takenBy: (name) => `${name}已接警`,
    onTheWay: (name) => `${name}正在赶去`,
    arrived: (name) => `${name}已到达`,
    returned: '情况已恢复，还没有人确认',
    closed: '已经处理完毕，谢谢您',
    quiet: '暂时搁置',
  },
  somebody: '有人',
  you: '您',
  going: '我去',
  cannot: '我去不了',
  acknowledge: '知道了',
  hints: { going: '告诉大家您正在赶去', cannot: '马上改为通知别人', acknowledge: '由您负责跟进' },
  done: {
    going: '已记下：您正在赶去。谢谢您！',
    decline: '已记下：您去不了。会通知别人。',
    acknowledge: '已记下：您知道了，由您跟进。',
  },
  notDone: '没有记下。请再按一次；如果还不行，请打电话给服务机构。',
  unknown: { title: '链接无效', text: '这个链接不完整或不是本系统的。请打开短信里的完整链接，或打电话给服务机构。' },
  expired: { title: '链接已过期', text: '这次呼叫的链接已经过期。如果仍需要帮助，请打电话给服务机构。' },
  otherLanguage: 'English',
  emergency: '情况危急，请先拨打 120。',
};

const en: PageWords = {
  name: 'Care bed call',
  state: {
    open: 'Nobody has answered yet',
    taken: 'Somebody has taken it',
    takenBy: (name) => `${name === 'You' ? 'You have' : `${name} has`} taken it`,
    onTheWay: (name) => `${name === 'You' ? 'You are' : `${name} is`} on the way`,
    arrived: (name) => `${name === 'You' ? 'You are' : `${name} is`} there`,
    returned: 'Back to normal, but nobody has confirmed it yet',
    closed: 'It has been settled. Thank you.',
    quiet: 'Set aside for now',
  },
  somebody: 'Somebody',
  you: 'You',
  going: 'I am going',
  cannot: "I can't",
  acknowledge: 'I know, I will see to it',
  hints: { going: 'Tells the others that you are on your way', cannot: 'Others are told at once', acknowledge: 'You take charge of it' },
  done: {
    going: 'Noted: you are on your way. Thank you!',
    decline: "Noted: you can't go. Others will be told.",
    acknowledge: 'Noted: you know, and will see to it.',
  },
  notDone: 'It was not noted. Please press again; if that does not help, call the care provider.',
  unknown: {
    title: 'This link does not work',
    text: 'It is not complete, or not one of ours. Open the whole link from the message, or call the care provider.',
  },
  expired: { title: 'This link has expired', text: 'If help is still needed, please call the care provider.' },
  otherLanguage: '中文',
  emergency: 'In an emergency call 120 first.',
};

export const pageWords: Readonly<Record<Language, PageWords>> = { 'zh-CN': zhCn, en };
