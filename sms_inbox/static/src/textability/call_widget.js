import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

import {Component} from "@odoo/owl";

/** A link that calls the number in a field of the record. */
export class CallWidget extends Component {
    static template = "sms_inbox.CallWidget";
    static props = {...standardWidgetProps, field: String};

    get href() {
        return `tel:${this.number.replace(/\s+/g, "")}`;
    }

    get number() {
        return this.props.record.data[this.props.field] || "";
    }

    get label() {
        return _t("Call %s", this.number);
    }
}

registry.category("view_widgets").add("sms_inbox_call", {
    component: CallWidget,
    extractProps: ({attrs}) => ({field: attrs.field}),
});
