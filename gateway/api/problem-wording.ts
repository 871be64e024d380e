import type { Language } from '../../domain/language.ts';

interface Said {
  readonly title: string;
  /** Absent: what the failure itself says stands. */
  readonly detail?: string;
}
type Wording = Readonly<Record<Language, Said>>;

/** Each code in words. A code that is not here gets the words of its status, and its own message as detail. */
export const problemWording: Readonly<Record<string, Wording>> = {
  'request-invalid': {
    'zh-CN': { title: '请求有误', detail: '请看 errors：每一项写明位置、问题和正确的写法。' },
    en: { title: 'The request is not right', detail: 'See errors: each says where, what is wrong, and what would be right.' },
  },
  'not-found': {
    'zh-CN': { title: '没有找到', detail: '这里没有您可以查看的内容。' },
    en: { title: 'Not found', detail: 'There is nothing here that you may see.' },
  },
  'token-required': {
    'zh-CN': { title: '需要令牌', detail: '请在 Authorization 头中写 Bearer cb_…。' },
    en: { title: 'A token is needed', detail: 'Send the header Authorization: Bearer cb_….' },
  },
  'token-wrong': {
    'zh-CN': { title: '令牌无效', detail: '令牌不存在、已过期或已作废。请向管理员要新的令牌。' },
    en: { title: 'The token is not good', detail: 'It is unknown, has expired or was revoked. Ask an administrator for a new one.' },
  },
  'role-may-not': {
    'zh-CN': { title: '没有权限', detail: '这个令牌的角色不能做这件事。' },
    en: { title: 'Not allowed', detail: "This token's role may not do that." },
  },
  'scope-too-narrow': {
    'zh-CN': { title: '没有权限', detail: '这件事影响所有家庭，需要范围为全部的令牌。' },
    en: { title: 'Not allowed', detail: 'This touches every home and needs a token whose scope is everything.' },
  },
  'too-many-requests': {
    'zh-CN': { title: '请求太多', detail: '请按 Retry-After 头等待后再试。' },
    en: { title: 'Too many requests', detail: 'Wait as long as the header Retry-After says, then try again.' },
  },
  'body-too-large': {
    'zh-CN': { title: '请求体太大', detail: '请拆成几次发送。' },
    en: { title: 'The body is too large', detail: 'Send it in several parts.' },
  },
  'body-not-json': {
    'zh-CN': { title: '请求体不是 JSON', detail: '请发送 Content-Type: application/json 和正确的 JSON。' },
    en: { title: 'The body is not JSON', detail: 'Send Content-Type: application/json and well-formed JSON.' },
  },
  'version-conflict': {
    'zh-CN': { title: '版本不符', detail: 'If-Match 须写读取时得到的 ETag，形如 "3"。' },
    en: { title: 'Another version', detail: 'If-Match must be the ETag that came with the record, like "3".' },
  },
  'record-changed': {
    'zh-CN': { title: '版本不符', detail: '这条记录已被别人改过或删除。请重新读取后再改。' },
    en: { title: 'Another version' },
  },
  'record-exists': {
    'zh-CN': { title: '已经存在', detail: '这个编号已有记录。请换一个编号，或用 If-Match 修改。' },
    en: { title: 'It exists already' },
  },
  'record-missing': {
    'zh-CN': { title: '没有找到', detail: '这条记录不存在。' },
    en: { title: 'Not found' },
  },
  'parent-missing': {
    'zh-CN': { title: '引用不存在', detail: '它提到的一条记录不存在，请先建立那条记录。' },
    en: { title: 'It refers to nothing' },
  },
  'change-reason-unreadable': {
    'zh-CN': { title: '修改原因无法读取', detail: 'Change-Reason 须为百分号编码的 UTF-8 文字。' },
    en: { title: 'The reason cannot be read' },
  },
  'model-unknown': {
    'zh-CN': { title: '没有这种设备型号', detail: '请核对型号编号；可用的型号见 docs/devices.md。' },
    en: { title: 'There is no such device model' },
  },
  'record-clash': {
    'zh-CN': { title: '与别的记录冲突', detail: '请核对床位、家庭和中枢设备是否对应。' },
    en: { title: 'It does not fit beside another record' },
  },
  'record-in-use': {
    'zh-CN': { title: '仍在使用', detail: '还有别的记录用到它，请先改掉或删除那些记录。' },
    en: { title: 'Still in use' },
  },
  'care-numbers-contradict': {
    'zh-CN': { title: '数字互相矛盾', detail: '方案的数字与老人自己的数字合起来不成立，请核对。' },
    en: { title: 'The numbers contradict one another' },
  },
  'replay-busy': {
    'zh-CN': { title: '回放正忙', detail: '已有回放在运行，请等它结束或先结束它。' },
    en: { title: 'A replay runs already', detail: 'Wait for it, or end it first.' },
  },
  'replay-span-invalid': {
    'zh-CN': { title: '回放的时间有误', detail: 'from 须早于 to，跨度最多 366 天。' },
    en: { title: 'The time to replay is not right' },
  },
  'replay-cancelled': { 'zh-CN': { title: '回放已结束', detail: '回放被提前结束。' }, en: { title: 'The replay was ended' } },
  'replay-failed': {
    'zh-CN': { title: '回放失败', detail: '回放没有成功，请查看网关日志。' },
    en: { title: 'The replay failed', detail: 'It came to a bad end; see the log of the gateway.' },
  },
  'alarm-missing': {
    'zh-CN': { title: '没有找到', detail: '没有这个报警。' },
    en: { title: 'Not found' },
  },
  'alarm-unknown': { 'zh-CN': { title: '没有找到', detail: '没有这个报警。' }, en: { title: 'Not found' } },
  'alarm-closed': { 'zh-CN': { title: '报警已结束', detail: '报警已结束，只能再加备注。' }, en: { title: 'The alarm is closed' } },
  'call-needs-a-person': {
    'zh-CN': { title: '需要人来处理', detail: '呼救只能由人接警和结束。' },
    en: { title: 'That takes a person' },
  },
  'call-cannot-be-shelved': {
    'zh-CN': { title: '呼救不能搁置', detail: '请接警，或填写处置结果。' },
    en: { title: 'A call cannot be shelved' },
  },
  'call-cannot-be-suppressed': {
    'zh-CN': { title: '呼救不能抑制', detail: '请接警，或填写处置结果。' },
    en: { title: 'A call cannot be suppressed' },
  },
  'call-cannot-be-taken-out-of-service': {
    'zh-CN': { title: '呼救不能停用', detail: '请填写处置结果。' },
    en: { title: 'A call cannot be taken out of service' },
  },
  'pre-alert-cannot-be-quieted': {
    'zh-CN': { title: '预警不能消音', detail: '预警仍可能变成报警；请接警，或填写处置结果。' },
    en: { title: 'A pre-alert cannot be quieted' },
  },
  'condition-returned': {
    'zh-CN': { title: '情况已恢复', detail: '请接警，或填写处置结果。' },
    en: { title: 'The condition is over' },
  },
  'shelf-time-past': {
    'zh-CN': { title: '搁置时间有误', detail: '搁置到的时间须在将来。' },
    en: { title: 'The time has passed' },
  },
  'shelf-time-too-long': {
    'zh-CN': { title: '搁置时间太长', detail: '最多搁置 24 小时。' },
    en: { title: 'The time is too long' },
  },
  'alarm-suppressed': { 'zh-CN': { title: '报警已抑制', detail: '须先结束抑制。' }, en: { title: 'The alarm is suppressed' } },
  'alarm-out-of-service': {
    'zh-CN': { title: '报警已停用', detail: '请先恢复使用。' },
    en: { title: 'The alarm is out of service' },
  },
  'alarm-not-shelved': { 'zh-CN': { title: '没有搁置', detail: '这个报警没有搁置。' }, en: { title: 'It is not shelved' } },
  'alarm-not-out-of-service': {
    'zh-CN': { title: '没有停用', detail: '这个报警没有停用。' },
    en: { title: 'It is not out of service' },
  },
  'token-missing': {
    'zh-CN': { title: '没有找到', detail: '没有这个令牌，或已经作废。' },
    en: { title: 'Not found' },
  },
  'device-model-unknown': {
    'zh-CN': { title: '没有这个设备型号', detail: '网关读不懂这个型号的消息，所以不能登记。可用的型号见 GET /api/gateway。' },
    en: { title: 'There is no such device model' },
  },
  'device-never-signs-in': {
    'zh-CN': { title: '不需要密钥', detail: '这个设备通过中枢通信，从不自己登录。' },
    en: { title: 'It needs no secret' },
  },
  'backup-exists': {
    'zh-CN': { title: '已经存在', detail: '已有同名的备份，请换一个名字。' },
    en: { title: 'It exists already', detail: 'There is a backup of that name: choose another.' },
  },
  'telemetry-unavailable': {
    'zh-CN': { title: '暂时查不到历史', detail: '遥测存储没有回答，请稍后再试。报警不受影响。' },
    en: { title: 'History cannot be read now' },
  },
  'telemetry-query-invalid': {
    'zh-CN': { title: '查询范围太大', detail: '请缩短时间段、加大 window 或减小 limit。' },
    en: { title: 'The query asks for too much' },
  },
  'reference-unknown': {
    'zh-CN': { title: '引用不存在', detail: '它提到的一条记录不存在，或不在您的范围内。' },
    en: { title: 'It refers to nothing', detail: 'A record it refers to does not exist, or lies outside your scope.' },
  },
  'idempotency-key-reused': {
    'zh-CN': { title: 'Idempotency-Key 已用过', detail: '同一个键用于另一个请求。请换一个新的键。' },
    en: { title: 'The Idempotency-Key was used', detail: 'The same key came with another request. Use a new key.' },
  },
  'secret-already-given': {
    'zh-CN': { title: '密钥只给一次', detail: '这次请求已经做过，密钥当时已给出。若已丢失，请更换密钥。' },
    en: {
      title: 'The secret was given once',
      detail: 'This request was done before and its secret was given then. If it is lost, rotate it.',
    },
  },
  'store-unavailable': {
    'zh-CN': { title: '暂时不能保存', detail: '存储不可用，没有保存任何内容。请稍后再试。' },
    en: { title: 'It cannot be kept now', detail: 'The store is not available and nothing was kept. Try again later.' },
  },
  'rows-invalid': {
    'zh-CN': { title: '有的行有误', detail: '没有导入任何一行。请看 errors。' },
    en: { title: 'Some rows are not right', detail: 'No row was imported. See errors.' },
  },
};

const byStatus: Readonly<Record<number, Wording>> = {
  400: { 'zh-CN': { title: '请求有误' }, en: { title: 'The request is not right' } },
  404: { 'zh-CN': { title: '没有找到' }, en: { title: 'Not found' } },
  409: { 'zh-CN': { title: '与现状冲突' }, en: { title: 'In conflict with what is there' } },
  412: { 'zh-CN': { title: '版本不符' }, en: { title: 'Another version' } },
  422: { 'zh-CN': { title: '不能这样做' }, en: { title: 'That cannot be done' } },
  503: { 'zh-CN': { title: '暂时不可用' }, en: { title: 'Not available now' } },
};
const internal: Wording = {
  'zh-CN': { title: '网关内部出错', detail: '请把时间告诉维护人员，日志里有详情。' },
  en: { title: 'Something went wrong inside', detail: 'Tell the maintainers the time; the log has more.' },
};

/** A code and status in the caller's language. `message` is the failure's own, used where the code has no words of its own. */
export const wordProblem = (code: string, status: number, message: string, language: Language): { title: string; detail: string } => {
  const said = (problemWording[code] ?? (status >= 500 && status !== 503 ? internal : (byStatus[status] ?? internal)))[language];
  return { title: said.title, detail: said.detail ?? message };
};
