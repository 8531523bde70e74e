import {_t} from "@web/core/l10n/translation";
import {useFileUploader} from "@web/core/utils/files";
import {useService} from "@web/core/utils/hooks";

/**
 * What may be attached to a text, and how it gets to the server.
 *
 * @param {() => {mostMedia: number, noMediaReason: string}} conversation
 */
export function useAttaching(conversation) {
    const orm = useService("orm");
    const uploadFile = useFileUploader();

    /** Odoo forgets by itself what is uploaded so and never sent. */
    async function keep(file) {
        const answer = await uploadFile("/web/binary/upload_attachment", {
            csrf_token: odoo.csrf_token,
            model: "mail.compose.message",
            id: 0,
            ufile: [file],
        });
        const kept = answer?.[0] || {error: _t("It is too large.")};
        if (kept.error) {
            throw new Error(kept.error);
        }
        return kept;
    }

    return {
        get most() {
            return conversation().mostMedia || 0;
        },
        get reason() {
            return conversation().noMediaReason || "";
        },
        keep,
        drop: ({id}) => orm.silent.unlink("ir.attachment", [id]),
    };
}
