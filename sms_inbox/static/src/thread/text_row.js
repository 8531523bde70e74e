import {_t} from "@web/core/l10n/translation";
import {user} from "@web/core/user";

import {deliveryOf} from "./delivery";

// States of texts that did not get to the recipient's phone, as far as we know.
const NOT_THERE = ["held", "canceled", "failed", "undelivered", "expired"];

/**
 * What a bubble shows of a text.
 *
 * @param {Object} text as it is read
 * @param {string} contactName
 * @returns {Object}
 */
export function textRow(text, contactName) {
    const mine = text.direction === "out";
    return {
        ...text,
        mine,
        body: text.body || "",
        who: mine ? _t("We wrote:") : _t("They wrote:"),
        from: mine ? "" : contactName,
        author: otherAuthor(text),
        delivery: mine ? deliveryOf(text) : null,
        notThere: isNotThere(text),
        isOwnReply: isOwnReply(text),
    };
}

/** Whether it is not on their phone, nor about to be. */
function isNotThere({state, waits_for: waitsFor}) {
    return NOT_THERE.includes(state) || (state === "queued" && Boolean(waitsFor));
}

function isOwnReply({author_id: author, priority}) {
    return priority === "reply" && author?.[0] === user.userId;
}

function otherAuthor({author_id: author}) {
    return author && author[0] !== user.userId ? author[1] : "";
}
