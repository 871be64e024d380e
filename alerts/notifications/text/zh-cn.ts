import type { Catalogue } from './catalogue.ts';

const lateness = (milliseconds: number): string =>
  milliseconds < 60_000 ? `${Math.round(milliseconds / 1_000)} 秒` : `${Math.round(milliseconds / 60_000)} 分钟`;

export const zhCn: Catalogue = {
  resident: '老人',
  knownPlace: '您登记帮助的住户',
  device: '设备',
  what: {
    button: { 'pre-alert': () => '按了呼叫按钮', alarm: () => '按了呼叫按钮' },
    fall: { 'pre-alert': () => '可能跌倒', alarm: () => '跌倒' },
    'out-of-bed': {
      'pre-alert': ({ minutes }) => `离床 ${minutes} 分钟`,
      alarm: ({ minutes }) => `离床 ${minutes} 分钟未回`,
    },
    'device-offline': {
      'pre-alert': ({ devicePlace }) => `${devicePlace ?? ''}设备可能失联`,
      alarm: ({ devicePlace }) => `${devicePlace ?? ''}设备失联`,
    },
    'battery-low': {
      'pre-alert': ({ devicePlace }) => `${devicePlace ?? ''}设备电量偏低`,
      alarm: ({ devicePlace }) => `${devicePlace ?? ''}设备电量低`,
    },
  },
  helpNeeded: '需要帮助',
  deviceNeedsLook: '家中设备需要查看',
  over: '的情况已恢复',
  overUnnamed: '情况已恢复',
  mark: {
    raised: (priority) => `【${priority}】`,
    'raised-again': (priority) => `【${priority}·再次】`,
    'dispatch-unverified': () => '【请立即上门】',
    reminder: () => '【提醒】',
    returned: () => '【已恢复】',
    taken: () => '【已有人处理】',
    exhausted: () => '【无人应答】',
    closed: () => '【已结束】',
  },
  priority: { high: '紧急', medium: '注意', low: '当日处理', technical: '设备' },
  ask: {
    raised: {
      staff: '请马上联系老人；联系不上就派人上门。',
      family: '请马上打电话给老人；打不通请尽快赶去。',
      neighbour: '请现在过去看一看；情况危急拨打 120。',
      maintainer: '请通知值班人员。',
      system: '等待接警。',
    },
    'raised-again': {
      staff: '老人又呼叫了一次，请马上处理。',
      family: '老人又呼叫了一次，请马上打电话或赶去。',
      neighbour: '再次请您现在过去看一看；情况危急拨打 120。',
      maintainer: '请通知值班人员。',
      system: '再次呼叫，等待接警。',
    },
    'dispatch-unverified': {
      staff: '还没有人核实，请立即上门查看。',
      family: '还没有人核实，请立即赶去查看。',
      neighbour: '还没有人赶到，请立即过去看一看；情况危急拨打 120。',
      maintainer: '还没有人核实，请通知值班人员。',
      system: '未经核实，要求立即上门。',
    },
    reminder: {
      staff: '已接警但还没有人到达，请跟进。',
      family: '还没有人到达，请再联系老人。',
      neighbour: '还没有人到达，如果您方便请过去看一看。',
      maintainer: '还没有处理完，请跟进。',
      system: '已接警，未到达，未处置。',
    },
    returned: {
      staff: '仍请确认老人平安，并填写处置结果。',
      family: '仍请打电话确认老人平安。',
      neighbour: '暂时不用过去，谢谢您。',
      maintainer: '不用处理。',
      system: '情况已恢复。',
    },
    taken: {
      staff: '您不用再处理，除非另行通知。',
      family: '有消息会再告诉您。',
      neighbour: '您暂时不用过去，谢谢您。',
      maintainer: '不用处理。',
      system: '已有人接警。',
    },
    exhausted: {
      staff: '已通知所有人，没有人应答。请马上处理！',
      family: '目前没有人应答，请马上联系老人或赶去；情况危急拨打 120。',
      neighbour: '目前没有人应答，请现在过去看一看；情况危急拨打 120。',
      maintainer: '没有人应答，请通知值班人员。',
      system: '最后一级无人应答。',
    },
    closed: {
      staff: '已处置完毕。',
      family: '已处置完毕，详情请问服务机构。',
      neighbour: '已经处理好了，谢谢您。',
      maintainer: '已处置完毕。',
      system: '已处置完毕。',
    },
  },
  askDevice: {
    raised: '请安排检查设备。',
    'raised-again': '又报了一次，请安排检查设备。',
    'dispatch-unverified': '请上门检查设备。',
    reminder: '设备还没有处理好，请跟进。',
    returned: '不用处理。',
    taken: '您不用再处理。',
    exhausted: '没有人应答，请安排检查设备。',
    closed: '已处理完毕。',
  },
  sentence: (who, since, what, calls) =>
    `${who}${/[A-Za-z0-9]$/u.test(who) ? ' ' : ''}${since} ${what}${calls > 1 ? `（第 ${calls} 次）` : ''}。`,
  headline: (mark, who, what) => `${mark}${who}${/[A-Za-z0-9]$/u.test(who) ? ' ' : ''}${what}`,
  where: (place) => `地点：${place}`,
  access: (access) => `进门：${access}`,
  takenBy: (name) => `${name} 正在处理。`,
  late: (milliseconds) => `晚了 ${lateness(milliseconds)}`,
  link: (link) => `查看并回应：${link}`,
  joinPlace: (parts) => parts.join('，'),
};
