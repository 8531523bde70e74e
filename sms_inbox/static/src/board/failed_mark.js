import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

import {Component} from "@odoo/owl";

/** Marks in a list that there is no sign of our last text having arrived. */
export class FailedMark extends Component {
    static template = "sms_inbox.FailedMark";
    static props = {...standardFieldProps};

    get words() {
        return _t("No sign that our last text arrived");
    }
}

export const failedMark = {
    component: FailedMark,
    displayName: _t("No sign that our last text arrived"),
    supportedTypes: ["boolean"],
};

registry.category("fields").add("sms_inbox_failed", failedMark);
