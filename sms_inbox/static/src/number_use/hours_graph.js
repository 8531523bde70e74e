import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

import {Component} from "@odoo/owl";

/** Texts per hour as a row of small columns, said in words below. */
export class HoursGraph extends Component {
    static template = "sms_inbox.HoursGraph";
    static props = {...standardFieldProps};

    get graph() {
        return this.props.record.data[this.props.name];
    }

    get columns() {
        const {labels, texts} = this.graph;
        const most = Math.max(...texts, 1);
        return texts.map((count, index) => ({
            height: Math.ceil((count / most) * 100),
            title: `${labels[index]}: ${count}`,
        }));
    }
}

registry.category("fields").add("sms_inbox_hours_graph", {
    component: HoursGraph,
    displayName: _t("Texts per hour"),
    supportedTypes: ["json"],
});
