import type { PersonId } from '../../domain/ids.ts';
import type { Directory } from './directory.ts';

/** Whether this is somebody whose work it is. Family and neighbours are told that help is wanted; that a chain has failed is for staff. */
export const isStaff = (directory: Directory, person: PersonId): boolean => {
  const role = directory.role(person);
  return role !== null && role !== 'family' && role !== 'neighbour';
};
