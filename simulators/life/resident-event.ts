import type { Instant } from '../../domain/instant.ts';

export const rooms = ['bedroom', 'bathroom', 'kitchen', 'living-room'] as const;
export type Room = (typeof rooms)[number];

/** What the resident does. Sensors see it, each in its own way; most of it most sensors do not see. */
export type ResidentEvent = { readonly at: Instant } & (
  | { readonly type: 'lies-down' | 'gets-up' | 'turns-over' }
  | { readonly type: 'moves'; readonly room: Room }
  | { readonly type: 'opens-door' | 'closes-door' }
  /** The emergency button: pressed, or the call taken back on it. */
  | { readonly type: 'presses' | 'takes-back' }
  /** A fall: the sensor suspects it; the resident cancels it there, stays down so that it is confirmed, or gets up again. */
  | { readonly type: 'falls' | 'cancels-fall' | 'stays-down' | 'is-up-again' }
);

/** Where the resident is and how the home stands: what all events up to now have added up to. */
export interface ResidentState {
  readonly inBed: boolean;
  readonly room: Room;
  readonly doorOpen: boolean;
}

export const atFirst: ResidentState = { inBed: false, room: 'living-room', doorOpen: false };

/** The state after one more event. */
export const afterEvent = (state: ResidentState, event: ResidentEvent): ResidentState => {
  switch (event.type) {
    case 'lies-down':
      return { ...state, inBed: true, room: 'bedroom' };
    case 'gets-up':
      return { ...state, inBed: false };
    case 'moves':
      return { ...state, room: event.room };
    case 'opens-door':
      return { ...state, doorOpen: true };
    case 'closes-door':
      return { ...state, doorOpen: false };
    case 'turns-over':
    case 'presses':
    case 'takes-back':
    case 'falls':
    case 'cancels-fall':
    case 'stays-down':
    case 'is-up-again':
      return state;
  }
};
