import { z } from 'zod';

/** The languages people are spoken to in. zh-CN is the first. */
export const languages = ['zh-CN', 'en'] as const;
export const languageSchema = z.enum(languages);
export type Language = z.infer<typeof languageSchema>;
