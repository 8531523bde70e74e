// What carriers count, as messaging/segments.py on the server does; the same test
// vectors hold for both (static/tests/segments.test.js).
const GSM_BASIC =
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const GSM_ESCAPED = new Set("\f^{}\\[~]|€");
const GSM = new Set([...GSM_BASIC, ...GSM_ESCAPED]);

const GSM_7 = {alone: 160, joined: 153, joinedTollFree: 152};
const UCS_2 = {alone: 70, joined: 67, joinedTollFree: 66};

/**
 * How many segments a text takes; an empty one is still one.
 *
 * @param {string} text
 * @param {boolean} [tollFree] from a toll-free number
 * @returns {number}
 */
export function countSegments(text, tollFree = false) {
    const characters = [...text];
    const isGsm = characters.every((character) => GSM.has(character));
    const coding = isGsm ? GSM_7 : UCS_2;
    const widths = characters.map((character) =>
        (isGsm ? GSM_ESCAPED.has(character) : character.length > 1) ? 2 : 1
    );
    const units = widths.reduce((sum, width) => sum + width, 0);
    if (units <= coding.alone) {
        return 1;
    }
    return countParts(widths, tollFree ? coding.joinedTollFree : coding.joined);
}

function countParts(widths, room) {
    let parts = 1;
    let used = 0;
    for (const width of widths) {
        used += width;
        if (used > room) {
            parts += 1;
            used = width;
        }
    }
    return parts;
}
