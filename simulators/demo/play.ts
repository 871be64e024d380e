import type { SimHome } from '../home.ts';
import type { Street } from '../street.ts';
import type { Line } from './story.ts';

/** One thing that happens, so many seconds after the curtain. */
export interface Beat {
  readonly atSeconds: number;
  readonly line: Line;
  readonly act: (street: Street) => void;
}

/** The homes that have a part; the rest live their day. */
export interface Cast {
  readonly presser: SimHome;
  readonly cancels: SimHome;
  readonly falls: SimHome;
  readonly dark: readonly SimHome[];
}

/** Which homes play which part in a street of at least eight. */
export const castOf = (homes: readonly SimHome[]): Cast => {
  const [, , presser, , , cancels, falls] = homes;
  if (presser === undefined || cancels === undefined || falls === undefined) throw new RangeError('the play needs at least seven homes');
  return { presser, cancels, falls, dark: homes.slice(Math.floor(homes.length / 2)) };
};

/** The whole play, in order: a press that nobody answers, a fall taken back, a fall that a daughter answers, a second press, a power cut. */
export const playOf = (cast: Cast, nameOfHome: (id: string) => string): readonly Beat[] => {
  const name = (home: SimHome): string => nameOfHome(home.id);
  const { presser, cancels, falls, dark } = cast;
  return [
    {
      atSeconds: 5,
      line: {
        'zh-CN': `${name(presser)}有人按下了床头的求助按钮，无人应答会怎样？`,
        en: `${name(presser)}: somebody presses the help button. What if nobody answers?`,
      },
      act: (street) => void street.press(presser.id),
    },
    {
      atSeconds: 14,
      line: { 'zh-CN': `${name(cancels)}的传感器怀疑有人跌倒……`, en: `${name(cancels)}: the sensor suspects a fall …` },
      act: (street) => void street.fall(cancels.id, 'suspected'),
    },
    {
      atSeconds: 22,
      line: { 'zh-CN': `${name(cancels)}：没事，本人取消了`, en: `${name(cancels)}: all is well, the resident takes it back` },
      act: (street) => void street.fall(cancels.id, 'cancel'),
    },
    {
      atSeconds: 28,
      line: { 'zh-CN': `${name(falls)}有人跌倒，传感器已确认`, en: `${name(falls)}: a fall, confirmed by the sensor` },
      act: (street) => void street.fall(falls.id, 'confirmed'),
    },
    {
      atSeconds: 56,
      line: { 'zh-CN': `${name(presser)}等不到人，又按了一次`, en: `${name(presser)}: nobody has come, the button is pressed again` },
      act: (street) => void street.press(presser.id),
    },
    {
      atSeconds: 66,
      line: { 'zh-CN': `停电：${dark.length} 户同时断线`, en: `A power cut: ${dark.length} homes are gone at once` },
      act: (street) => street.cutPower(dark.map((home) => home.id)),
    },
    {
      atSeconds: 76,
      line: { 'zh-CN': '来电了，全部重新登录', en: 'The power is back, all sign in again' },
      act: (street) => street.restorePower(dark.map((home) => home.id)),
    },
  ];
};
