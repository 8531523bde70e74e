import {Dropdown} from "@web/core/dropdown/dropdown";
import {DropdownItem} from "@web/core/dropdown/dropdown_item";

import {countInWords, viewOf, VIEWS} from "./views";

import {Component} from "@odoo/owl";

/** The views with their counts: side by side where there is room, else as a menu. */
export class ViewMenu extends Component {
    static template = "sms_inbox.ViewMenu";
    static components = {Dropdown, DropdownItem};
    static props = {
        view: String,
        counts: Object,
        wide: Boolean,
        onChoose: Function,
    };

    get rows() {
        return VIEWS.map((view) => ({
            ...view,
            count: countInWords(this.props.counts[view.name]),
            chosen: view.name === this.props.view,
        }));
    }

    get chosen() {
        return viewOf(this.props.view);
    }

    get count() {
        return countInWords(this.props.counts[this.props.view]);
    }
}
