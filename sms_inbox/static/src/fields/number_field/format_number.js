// Country codes have one digit (1, 7), two (these), or else three.
const E164 =
    /^\+(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})(\d{4,14})$/;
const NORTH_AMERICAN = /^(\d{3})(\d{3})(\d{4})$/;

/**
 * A stored number as people read it: "+14155552671" becomes "+1 415 555 2671". Other
 * countries group as they please, so there only the country code stands apart. Short
 * codes, names and everything else stay as they are.
 *
 * @param {string|false} number
 * @returns {string}
 */
export function formatNumber(number) {
    const [, country, rest] = E164.exec(number || "") || [];
    if (!country) {
        return number || "";
    }
    const northAmerican = country === "1" && NORTH_AMERICAN.exec(rest);
    const groups = northAmerican ? northAmerican.slice(1) : [rest];
    return `+${country} ${groups.join(" ")}`;
}
