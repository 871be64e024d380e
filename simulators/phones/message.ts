import type { Instant } from '../../domain/instant.ts';
import type { Language } from '../../domain/language.ts';
import type { ChannelName, PersonRole } from '../../domain/people.ts';

/** Somebody who has a phone on this street. */
export interface Owner {
  readonly id: string;
  readonly name: string;
  readonly role: PersonRole;
  readonly language: Language;
  readonly phone: string | null;
  readonly email: string | null;
}

/** One message as it arrived. */
export interface Received {
  readonly channel: ChannelName;
  /** Phone number, e-mail address or webhook name it came to. */
  readonly to: string;
  readonly title: string;
  readonly text: string;
  /** The link to open; null when the message has none. */
  readonly link: string | null;
  readonly at: Instant;
}

export type Receive = (message: Received) => void;

/** The part of a phone number by which its owner is known: the mainland's country code may stand before it or not. */
const digitsOf = (phone: string): string => phone.replace(/\D/g, '').replace(/^86(?=1\d{10}$)/, '');

/** Whose phone a message came to; undefined for a number that nobody here has. */
export const ownerOf = (owners: readonly Owner[], message: Received): Owner | undefined =>
  owners.find((owner) => {
    if (message.channel === 'sms') return owner.phone !== null && digitsOf(owner.phone) === digitsOf(message.to);
    if (message.channel === 'email') return owner.email?.toLowerCase() === message.to.toLowerCase();
    return owner.id === message.to;
  });

/** The first address in a text that can be opened. */
export const linkIn = (text: string): string | null => /https?:\/\/[^\s"'<>）)】]+/u.exec(text)?.[0] ?? null;
