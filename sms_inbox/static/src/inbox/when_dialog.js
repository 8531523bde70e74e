import {Dialog} from "@web/core/dialog/dialog";
import {_t} from "@web/core/l10n/translation";

import {laterTimes} from "./times";

import {Component, useState} from "@odoo/owl";

const {DateTime} = luxon;
const INPUT = "yyyy-MM-dd'T'HH:mm";

/** Asks for a date and a time to come. */
export class WhenDialog extends Component {
    static template = "sms_inbox.WhenDialog";
    static components = {Dialog};
    static props = {
        title: String,
        onChoose: Function,
        close: Function,
    };

    setup() {
        this.earliest = DateTime.now().toFormat(INPUT);
        const tomorrow = laterTimes().find(({name}) => name === "tomorrow");
        this.state = useState({value: tomorrow.at.toFormat(INPUT), problem: ""});
    }

    choose() {
        const at = DateTime.fromFormat(this.state.value, INPUT);
        if (!at.isValid || at <= DateTime.now()) {
            this.state.problem = _t("Choose a time that is still to come.");
            return;
        }
        this.props.onChoose(at);
        this.props.close();
    }
}
