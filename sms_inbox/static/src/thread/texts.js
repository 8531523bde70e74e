import {_t} from "@web/core/l10n/translation";

import {formatTime} from "../fields/format_time";

const {DateTime} = luxon;

/** How many texts are read at once. */
export const PAGE = 30;

// No report of a carrier and no person changes these any more.
const FINAL = ["received", "delivered", "canceled"];

// What is on nobody's phone yet stands below all that is.
const WAITING = ["queued", "held"];

const waits = ({state}) => WAITING.includes(state);

function isFinal({state, media = []}) {
    return FINAL.includes(state) && media.every((each) => each.state === "here");
}

/**
 * Two readings of some texts as one, as their phone has them; where both have a text,
 * the later reading is right. What was taken back since then is gone.
 *
 * @param {{id: number, place: number, state: string}[]} known
 * @param {{id: number, place: number, state: string, taken_back: boolean}[]} fresh
 * @param {number} [from] what is there before this place comes with its page, also if
 *     it is known because it waited
 * @returns {{id: number}[]} oldest first, and then what waits
 */
export function mergeTexts(known, fresh, from = 0) {
    const byId = new Map([...known, ...fresh].map((text) => [text.id, text]));
    return [...byId.values()]
        .filter((text) => !text.taken_back && (waits(text) || text.place >= from))
        .sort((a, b) => waits(a) - waits(b) || a.place - b.place || a.id - b.id);
}

export function withoutWaiting(known) {
    return known.filter((text) => !waits(text));
}

/**
 * What is known with one page more. What waits is read with the newest texts, so it
 * says nothing of what is above.
 *
 * @param {Object[]} known texts
 * @param {{texts: Object[], complete: boolean}} page as the server gives it
 * @returns {{texts: Object[], complete: boolean, from: number}} `from`: the place from
 *     which on all texts are known
 */
export function withPage(known, {texts, complete}) {
    const places = withoutWaiting(texts).map(({place}) => place);
    const from = complete ? 0 : Math.min(...places);
    return {texts: mergeTexts(known, texts), complete, from};
}

/**
 * What to read so that a thread is up to date: the newest texts, what waits, and those
 * above whose state may still change.
 *
 * @param {{id: number, place: number, state: string, media: Object[]}[]} known
 *     oldest first
 * @returns {{domain: Array, limit: number}}
 */
export function whatMayHaveChanged(known) {
    const from = withoutWaiting(known).slice(-PAGE)[0]?.place || 0;
    const moving = known.filter((text) => text.place < from && !isFinal(text));
    const ids = moving.map((text) => text.id);
    return {
        domain: [
            "|",
            "|",
            ["place", ">=", from],
            ["state", "in", WAITING],
            ["id", "in", ids],
        ],
        limit: 2 * PAGE + ids.length,
    };
}

/**
 * The texts, and between them the team's notes, as rows with a `key`. Notes that are
 * older than the oldest text known wait until older texts are read.
 *
 * @param {{id: number, date: string}[]} texts oldest first
 * @param {{id: number, date: string}[]} notes oldest first
 * @param {boolean} complete whether there are no older texts
 * @returns {{key: string, isNote: boolean}[]}
 */
export function withNotes(texts, notes, complete) {
    const from = complete ? "" : texts[0]?.date || "";
    const waiting = notes
        .filter(({date}) => date >= from)
        .map((note) => ({...note, key: `note ${note.id}`, isNote: true}));
    const rows = [];
    for (const text of texts) {
        while (waiting.length && (waits(text) || waiting[0].date < text.date)) {
            rows.push(waiting.shift());
        }
        rows.push({...text, key: `text ${text.id}`, isNote: false});
    }
    return [...rows, ...waiting];
}

/**
 * The texts with the time of day in words (`at`), and the day (`day`) where it changes.
 *
 * @template {Object} T
 * @param {T[]} texts oldest first
 * @param {(text: T) => luxon.DateTime} momentOf
 * @param {luxon.DateTime} [now]
 * @returns {(T & {at: string, day: string})[]}
 */
export function withDays(texts, momentOf, now = DateTime.now()) {
    let before = null;
    return texts.map((text) => {
        const at = momentOf(text);
        // what waits has no day yet
        const day = waits(text) || before?.hasSame(at, "day") ? "" : nameOfDay(at, now);
        before = day ? at : before;
        return {...text, day, at: formatTime(at)};
    });
}

function nameOfDay(at, now) {
    if (at.hasSame(now, "day")) {
        return _t("Today");
    }
    if (at.hasSame(now.minus({days: 1}), "day")) {
        return _t("Yesterday");
    }
    const year = at.hasSame(now, "year") ? {} : {year: "numeric"};
    return at.toLocaleString({weekday: "long", day: "numeric", month: "long", ...year});
}
