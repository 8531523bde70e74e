import {formatDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

import {useEachMinute} from "../each_minute";
import {formatSince} from "./format_since";

import {Component} from "@odoo/owl";

/** How long ago a moment was; it keeps up with the clock. */
export class SinceField extends Component {
    static template = "sms_inbox.SinceField";
    static props = {...standardFieldProps};

    setup() {
        useEachMinute();
    }

    get value() {
        return this.props.record.data[this.props.name];
    }

    get since() {
        return formatSince(this.value);
    }

    get exactly() {
        return formatDateTime(this.value);
    }
}

export const sinceField = {
    component: SinceField,
    displayName: _t("Time since"),
    supportedTypes: ["datetime"],
    listViewWidth: [75, 110],
};

registry.category("fields").add("sms_inbox_since", sinceField);
