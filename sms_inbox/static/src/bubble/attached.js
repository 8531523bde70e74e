import {FileModel} from "@web/core/file_viewer/file_model";
import {useFileViewer} from "@web/core/file_viewer/file_viewer_hook";
import {_t} from "@web/core/l10n/translation";
import {humanNumber} from "@web/core/utils/numbers";
import {url} from "@web/core/utils/urls";

import {Component} from "@odoo/owl";

// What browsers play; phones also send kinds that only phones know.
const PLAYED = ["audio/mpeg", "audio/ogg", "audio/wav", "audio/mp4", "video/mp4"];

/**
 * @param {"picture"|"audio"|"video"|"file"} kind
 * @returns {string} a word for it
 */
export function wordOf(kind) {
    const words = {
        picture: _t("Picture"),
        audio: _t("Audio"),
        video: _t("Video"),
        file: _t("File"),
    };
    return String(words[kind]);
}

/**
 * How one thing that is attached to a text is shown.
 *
 * @param {{kind: string, state: string, type: string}} media
 * @returns {"waiting"|"failed"|"picture"|"audio"|"video"|"file"}
 */
export function lookOf({kind, state, type}) {
    if (state !== "here") {
        return state;
    }
    return kind === "picture" || PLAYED.includes(type) ? kind : "file";
}

/** What is attached to a text: pictures, sounds, films and files. */
export class Attached extends Component {
    static template = "sms_inbox.Attached";
    static props = {
        media: {type: Array, element: Object},
        /** Who sent it; without it, it is our own. */
        from: {type: String, optional: true},
        onFetch: {type: Function, optional: true},
    };

    setup() {
        this.viewer = useFileViewer();
    }

    get rows() {
        return this.props.media.map((media) => ({
            ...media,
            word: wordOf(media.kind),
            look: lookOf(media),
            label: this.labelOf(wordOf(media.kind)),
            size: media.size
                ? `${humanNumber(media.size, {decimals: media.size < 1000 ? 0 : 1})}B`
                : "",
            source: url(`/web/content/${media.attachment}`),
            download: url(`/web/content/${media.attachment}`, {download: true}),
        }));
    }

    labelOf(word) {
        const {from} = this.props;
        return from
            ? _t("%(word)s from %(from)s", {word, from})
            : _t("%s we sent", word);
    }

    onClickPicture(id) {
        const pictures = this.rows
            .filter(({look}) => look === "picture")
            .map(({id: mediaId, attachment, name, type}) =>
                Object.assign(new FileModel(), {
                    mediaId,
                    id: attachment,
                    name,
                    mimetype: type,
                })
            );
        this.viewer.open(
            pictures.find(({mediaId}) => mediaId === id),
            pictures
        );
    }
}
