const MOST = 3; // With a pointer, which shows a row's buttons by resting on it
const CLICKS = {
    check: 1,
    click: 1,
    dblclick: 2,
    drag_and_drop: 1,
    select: 1,
    uncheck: 1,
};

/**
 * How often somebody clicks who takes these steps of a tour. Keys are no clicks.
 *
 * @param {Object[]} steps whose `run` is a string, so that it can be counted
 * @returns {number}
 */
export function clicksOf(steps) {
    return steps
        .flatMap(({run = ""}) => run.split("&&"))
        .map((action) => CLICKS[action.trim().split(" ", 1)[0]] || 0)
        .reduce((sum, count) => sum + count, 0);
}

/**
 * The same steps, behind one that fails if they take more clicks than a newcomer is to
 * need.
 *
 * @param {Object[]} steps
 * @param {number} most
 * @returns {Object[]}
 */
export function withFewClicks(steps, most = MOST) {
    const clicks = clicksOf(steps);
    const count = () => {
        if (clicks > most) {
            throw new Error(`${clicks} clicks, and at most ${most} are allowed`);
        }
    };
    return [{content: "Few clicks are ahead", trigger: "body", run: count}, ...steps];
}
