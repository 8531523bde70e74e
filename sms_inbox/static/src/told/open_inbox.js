const ACTION = "sms_inbox.sms_inbox_inbox_action";

/**
 * Open the inbox from anywhere in Odoo.
 *
 * @param {Object} action Odoo's action service
 * @param {Object} [options]
 * @param {number|false} [options.id] the conversation to open
 * @param {boolean} [options.newText] whether to begin a new text
 */
export function openInbox(action, {id = false, newText = false} = {}) {
    return action.doAction(ACTION, {
        clearBreadcrumbs: true,
        additionalContext: {sms_inbox_new_text: newText},
        props: {resId: id},
    });
}
