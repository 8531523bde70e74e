import {DropdownItem} from "@web/core/dropdown/dropdown_item";
import {useService} from "@web/core/utils/hooks";

import {laterTimes} from "./times";
import {WhenDialog} from "./when_dialog";

import {Component} from "@odoo/owl";

/** Items of a menu: later today, tomorrow, next week, or any time. */
export class WhenItems extends Component {
    static template = "sms_inbox.WhenItems";
    static components = {DropdownItem};
    static props = {
        title: String,
        /** Gets a moment, a luxon.DateTime. */
        onChoose: Function,
    };

    setup() {
        this.dialog = useService("dialog");
    }

    get times() {
        return laterTimes();
    }

    other() {
        const {title, onChoose} = this.props;
        this.dialog.add(WhenDialog, {title, onChoose});
    }
}
