import { describe, expect, test } from 'vitest';
import { sheets } from './columns.ts';
import { readCsv } from './read-csv.ts';

const read = (kind: string, text: string, language: 'zh-CN' | 'en' = 'en') => {
  const sheet = sheets[kind];
  if (sheet === undefined) throw new RangeError(kind);
  return readCsv(Buffer.from(text), sheet, language);
};

describe('a file of rows', () => {
  test('an unknown column is told with those that are known, before any row', () => {
    const { good, bad } = read('beds', 'id,hom\nb,h\n');
    expect(good).toEqual([]);
    expect(bad).toEqual([{ line: 1, column: 'hom', wrong: 'unknown column "hom"', right: 'columns are: id, home, name' }]);
  });

  test('a phone, an e-mail address and a webhook become channels in that order, and a fault is told by its column', () => {
    const { good } = read('people', 'id,name,role,phone,email,webhook\np,P,family,(0391) 123-4567,a@b.cn,desk\n');
    expect(good[0]?.row).toMatchObject({
      channels: [
        { channel: 'sms', phone: '03911234567' },
        { channel: 'email', address: 'a@b.cn' },
        { channel: 'webhook', webhook: 'desk' },
      ],
    });
    const { bad } = read('people', 'id,name,role,phone,email\np,P,aunt,12,nowhere\n');
    expect(bad.map(({ column }) => column)).toEqual(['role', 'phone', 'email']);
  });

  test('numbers and truths are read in both languages, and told when they are neither', () => {
    const { good, bad } = read('contacts', 'id,home,person,order,holdsKey\na,h,p,2,yes\nb,h,p,,否\nc,h,p,two,perhaps\n');
    expect(good.map(({ row }) => [row['order'], row['holdsKey']])).toEqual([
      [2, true],
      [undefined, false],
    ]);
    expect(bad).toEqual([
      { line: 4, column: 'order', wrong: 'is of the wrong kind', right: 'write a whole number' },
      { line: 4, column: 'holdsKey', wrong: 'is of the wrong kind', right: 'write true/false, yes/no or 1/0' },
    ]);
  });

  test('a byte-order mark, quotes with line breaks and empty lines do not disturb the count of lines', () => {
    const { good, bad } = read('homes', '\uFEFFid,name,provider,access\nh1,A,p,"key box\nbehind the door"\n\nh 2,B,p,\n');
    expect(good).toHaveLength(1);
    expect(bad).toMatchObject([{ line: 5, column: 'id' }]);
  });

  test.each([
    ['', 'the file has no rows'],
    ['id,home\n', 'the file has no rows'],
    ['id,home\n"b,h\n', 'this line is not well-formed CSV'],
    ['id,home\nb,h,more\n', 'this line is not well-formed CSV'],
  ])('%j: %s', (text, wrong) => {
    expect(read('beds', text).bad).toMatchObject([{ wrong }]);
  });

  test('every kind of file has a place in the import, and every column a Chinese name of its own', () => {
    for (const { columns } of Object.values(sheets)) {
      expect(new Set(columns.map(({ zh }) => zh)).size).toBe(columns.length);
      for (const { zh } of columns) expect(zh).toMatch(/[\u4e00-\u9fff]/);
    }
  });
});
