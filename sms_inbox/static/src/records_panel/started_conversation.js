/**
 * The id of the conversation that an answer of `sms.inbox.start` opens; false where it
 * asks first.
 *
 * @param {{res_model: string, res_id?: number}} answer an action
 * @returns {number|false}
 */
export function startedConversation({res_model: model, res_id: id}) {
    return model === "sms.inbox.conversation" && id;
}
