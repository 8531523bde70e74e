import {Dropdown} from "@web/core/dropdown/dropdown";
import {DropdownItem} from "@web/core/dropdown/dropdown_item";
import {useService} from "@web/core/utils/hooks";

import {laterTimes} from "./times";
import {WhenDialog} from "./when_dialog";

import {Component} from "@odoo/owl";

/** A button that asks until when: later today, tomorrow, next week, or any time. */
export class WhenMenu extends Component {
    static template = "sms_inbox.WhenMenu";
    static components = {Dropdown, DropdownItem};
    static props = {
        label: String,
        icon: String,
        title: String,
        /** The key that opens it, told beside the title. */
        hotkey: {type: String, optional: true},
        disabled: {type: Boolean, optional: true},
        className: {type: String, optional: true},
        /** Gets a moment, a luxon.DateTime. */
        onChoose: Function,
        /** Of a `useDropdownState`, where a key opens it. */
        state: {type: Object, optional: true},
    };

    setup() {
        this.dialog = useService("dialog");
    }

    get tooltip() {
        const {title, hotkey} = this.props;
        return hotkey ? `${title} (${hotkey})` : title;
    }

    get times() {
        return laterTimes();
    }

    other() {
        const {title, onChoose} = this.props;
        this.dialog.add(WhenDialog, {title, onChoose});
    }
}
