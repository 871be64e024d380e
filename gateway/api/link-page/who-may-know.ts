import type { PersonRole } from '../../../domain/people.ts';

/** Who may be told by name who is on it: staff and family, as in the messages. A neighbour learns that somebody is. */
export const audienceMayKnowNames = (role: PersonRole): boolean => {
  switch (role) {
    case 'operator':
    case 'supervisor':
    case 'responder':
    case 'family':
      return true;
    case 'neighbour':
    case 'maintainer':
    case 'system':
      return false;
  }
};
