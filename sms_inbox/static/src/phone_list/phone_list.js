import {wordOf} from "../bubble/attached";
import {formatSince} from "../fields/since_field/format_since";

import {Component} from "@odoo/owl";

/** A phone's list of threads: one for each number that texted it, and no names. */
export class PhoneList extends Component {
    static template = "sms_inbox.PhoneList";
    static props = {
        handset: String,
        threads: {type: Array, element: Object},
        otherLines: {type: Array, element: Object},
        onOpen: Function,
    };

    get rows() {
        return this.props.threads.map(({line, pretty, texts}) => {
            const {body, media, at} = texts.at(-1);
            const shown = body || (media[0] ? wordOf(media[0].kind) : "");
            const since = formatSince(luxon.DateTime.fromISO(at));
            return {line, pretty, body: shown, since};
        });
    }
}
