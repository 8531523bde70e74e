import {Dropdown} from "@web/core/dropdown/dropdown";

import {WhenItems} from "./when_items";

import {Component} from "@odoo/owl";

/** A button that asks until when: later today, tomorrow, next week, or any time. */
export class WhenMenu extends Component {
    static template = "sms_inbox.WhenMenu";
    static components = {Dropdown, WhenItems};
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
        /** `default`: items above the times. */
        slots: {type: Object, optional: true},
    };

    get tooltip() {
        const {title, hotkey} = this.props;
        return hotkey ? `${title} (${hotkey})` : title;
    }
}
