import {_t} from "@web/core/l10n/translation";
import {useFileUploader} from "@web/core/utils/files";
import {useService} from "@web/core/utils/hooks";

// What phones may take, by what the browser knows of it; the server looks into it.
const TYPES = /^(image\/(jpe?g|png|gif|webp)|audio\/.+|video\/.+)$/;
const NAMES = /\.(pdf|vcf|txt|amr|3gp)$/i;

/**
 * Why a file cannot be sent, in words; "" if nothing speaks against it.
 *
 * @param {File} file
 * @returns {string}
 */
export function whyNot({name, type, size}) {
    if (!size) {
        return _t("It is empty.");
    }
    return TYPES.test(type) || NAMES.test(name)
        ? ""
        : _t(
              "Phones cannot show it. Send a picture, a sound, a film, a PDF or a contact card."
          );
}

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
        const problem = whyNot(file);
        if (problem) {
            throw new Error(problem);
        }
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
