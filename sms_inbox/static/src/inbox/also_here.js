import {_t} from "@web/core/l10n/translation";

import {Component} from "@odoo/owl";

/** Who else has the conversation open, and who of them types. */
export class AlsoHere extends Component {
    static template = "sms_inbox.AlsoHere";
    static props = {others: Object};

    get typing() {
        return this.names(({typing}) => typing);
    }

    get words() {
        const {typing} = this;
        if (typing) {
            return _t("%s is typing…", typing);
        }
        const here = this.names(() => true);
        return here ? _t("%s is also here", here) : "";
    }

    names(which) {
        return Object.values(this.props.others)
            .filter(which)
            .map(({name}) => name)
            .join(", ");
    }
}
