export type * from '../domain/inbound.ts';
