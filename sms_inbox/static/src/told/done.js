import {registry} from "@web/core/registry";

const SHORTEST = 2_000; // milliseconds
const PER_CHARACTER = 50; // milliseconds, in which an unhurried reader reads one

/**
 * Tell the user that something was done: briefly, as it lies over buttons.
 *
 * @param {Object} notification Odoo's notification service
 * @param {string} message
 */
export function tellDone(notification, message) {
    notification.add(message, {
        type: "success",
        autocloseDelay: Math.max(SHORTEST, PER_CHARACTER * message.length),
    });
}

// What a button on the server did, see toast.py
registry.category("actions").add("sms_inbox.done", (env, {params}) => {
    tellDone(env.services.notification, params.message);
    return params.next;
});
