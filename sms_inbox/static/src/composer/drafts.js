import {browser} from "@web/core/browser/browser";
import {user} from "@web/core/user";
import {session} from "@web/session";

// Files that were attached and not sent, until the page is closed.
const files = new Map();

const keyOf = (draftOf) =>
    `sms_inbox.draft.${session.db || ""}.${user.userId}.${draftOf}`;

/**
 * What was begun and not sent yet; its words outlive the page.
 *
 * @param {number|string} draftOf
 * @returns {{body: string, files: Object[]}}
 */
export function readDraft(draftOf) {
    return {
        body: browser.localStorage.getItem(keyOf(draftOf)) || "",
        files: files.get(draftOf) || [],
    };
}

/**
 * @param {number|string} draftOf
 * @param {{body: string, files: Object[]}} draft
 */
export function keepDraft(draftOf, draft) {
    if (draft.body) {
        browser.localStorage.setItem(keyOf(draftOf), draft.body);
    } else {
        browser.localStorage.removeItem(keyOf(draftOf));
    }
    files.set(draftOf, draft.files);
}

/** @param {number|string} draftOf */
export function forgetDraft(draftOf) {
    browser.localStorage.removeItem(keyOf(draftOf));
    files.delete(draftOf);
}
