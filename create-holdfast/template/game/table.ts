/** The table of duel-pong, in units of its own: for the rules, and for the page that draws it. */
export const width = 400;
export const height = 300;
export const paddle = 60;
