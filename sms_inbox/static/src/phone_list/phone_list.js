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
            const {body, at} = texts.at(-1);
            return {line, pretty, body, since: formatSince(luxon.DateTime.fromISO(at))};
        });
    }
}
