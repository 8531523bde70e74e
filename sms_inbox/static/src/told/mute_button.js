import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";

import {Component} from "@odoo/owl";

/** Whether the user is told of new texts in a conversation. */
export class MuteButton extends Component {
    static template = "sms_inbox.MuteButton";
    static props = {
        id: Number,
        muted: Boolean,
    };

    setup() {
        this.orm = useService("orm");
    }

    get label() {
        return this.props.muted
            ? _t("Muted: you are not told of new texts")
            : _t("Mute: be told of no new texts");
    }

    /** What is shown changes when the server says that it did. */
    toggle() {
        const {id, muted} = this.props;
        return this.orm.call("sms.inbox.conversation", "inbox_mute", [[id], !muted]);
    }
}
