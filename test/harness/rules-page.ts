import { careNumbersOf } from '../../domain/care-profile.ts';
import { levelProfiles } from '../../domain/care-profiles/levels.ts';
import { rules } from '../../alerts/rules/catalogue.ts';

/** The committed page: every rule as it says itself with the defaults, and which profile has it switched on. */
export const rulesPage = (): string => {
  const standard = careNumbersOf({}, {});
  const sentences = rules.map(
    (rule) =>
      `### ${rule.name}\n\n- ${rule.sentence(standard, 'zh-CN')}\n- ${rule.sentence(standard, 'en')}\n- ${rule.inactivity ? 'Quieted by the resident’s state.' : 'Never quieted by the resident’s state.'}`,
  );
  const profiles = [{ id: 'standard', numbers: {} }, ...levelProfiles];
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const table = [
    row(['rule', ...profiles.map(({ id }) => id)]),
    row(['---', ...profiles.map(() => ':-:')]),
    ...rules.map((rule) =>
      row([rule.name, ...profiles.map(({ numbers }) => (rule.sentence(careNumbersOf(numbers, {}), 'en').startsWith('(Off) ') ? '' : '●'))]),
    ),
  ];
  return `# The rules

Written by \`node test/harness/write-rules-page.ts\`; a test says when that is due. Where the numbers come from stands beside each of them in
\`domain/care-profile.ts\` and \`domain/care-numbers/\`, why the profiles differ in \`domain/care-profiles/levels.ts\`.

## What each says of itself, with the defaults

${sentences.join('\n\n')}

## Which profile has which switched on

${table.join('\n')}
`;
};
