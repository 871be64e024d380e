/**
 * Our schemas' own words about a wrong value, in Chinese. A schema says `is not an id; use …`: what is wrong, then what is right. A test
 * reads the sources of the domain and of the interface, so that a new message there cannot be forgotten here.
 */
export const domainWordingZhCn: Readonly<Record<string, string>> = {
  'is not an id; use 1 to 64 of A-Z a-z 0-9 . _ - and start with a letter or digit':
    '不是有效的编号；请用 1 到 64 个字符，可用 A-Z a-z 0-9 . _ -，以字母或数字开头',
  'is not an alarm id; it looks like alarm-42': '不是报警编号；应形如 alarm-42',
  'is not an IANA time zone; write it like Asia/Shanghai': '不是 IANA 时区；请写成 Asia/Shanghai 这样',
  'is not a clock time; write it like 21:30': '不是钟点；请写成 21:30 这样',
  'is not a phone number; write digits only, with + and country code abroad': '不是电话号码；只写数字，境外号码以 + 和国家代码开头',
  'is not an e-mail address': '不是电子邮箱地址；应形如 name@example.com',
  'must be after from': '有误；应晚于 from',
  'an override needs a person, a person it replaces, or both': '有误；替班须写明替班人、被替的人，或两者都写',
  'levels must stand in the order of their afterSeconds': '顺序有误；各级应按 afterSeconds 从小到大排列',
  'must not be less than preAlertMinutes': '有误；不得小于 preAlertMinutes',
  'must be more than lowPerMinute': '有误；应大于 lowPerMinute',
  'must not be less than movingMinutes': '有误；不得小于 movingMinutes',
  'must not be less than afterHours': '有误；不得小于 afterHours',
  'is not a device secret; it needs at least 128 random bits: 22 or more characters of A-Z a-z 0-9 _ -':
    '不是有效的设备密钥；至少需要 128 位随机数：22 个以上字符，可用 A-Z a-z 0-9 _ -',
  'in hex needs at least 32 digits for 128 bits': '太短；十六进制须至少 32 位，合 128 位随机数',
  'is not random: it repeats too few characters': '不够随机；重复的字符太多',
  'is not a time; write it like 2026-05-01T08:00:00+08:00 or as milliseconds since 1970':
    '不是时间；请写成 2026-05-01T08:00:00+08:00 这样，或写 1970 年以来的毫秒数',
  'is not a position of this list; use the next of the page before': '不是这个列表的位置；请用上一页给出的 next',
  'is not a position of the stream; use the id of the last event': '不是事件流的位置；请用最后一个事件的 id',
  'is not used; a device that speaks through a hub never signs in, so leave it out': '用不到；通过中枢通信的设备从不自己登录，请去掉',
  'is not a reading kind; use one or more of those named in the documentation, with commas between':
    '不是读数种类；请用文档列出的一个或多个种类，以逗号分隔',
};
