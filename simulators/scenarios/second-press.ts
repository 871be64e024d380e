import type { Scenario } from './scenario.ts';
import { inTheDay, oneAlarm } from './scene.ts';

/** A second press while nobody has come: it joins the open alarm and calls again. */
export const secondPress: Scenario = {
  name: 'second-press',
  text: { 'zh-CN': '等不到人再按一次：同一个报警再次呼叫', en: 'Nobody comes, so a second press: the same alarm calls again' },
  startsAt: null,
  durationSeconds: 60,
  script: (home, _index, context) => {
    const first = context.random.fork('press').between(3, 15);
    return inTheDay(
      context,
      [
        { afterSeconds: first, type: 'presses' },
        { afterSeconds: first + 20, type: 'presses' },
      ],
      { expects: [oneAlarm(home, 'button', 2)] },
    );
  },
};
