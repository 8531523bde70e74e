/** How the user is told that something was done: briefly, as it lies over buttons. */
export const DONE = {type: "success", autocloseDelay: 2_000};
