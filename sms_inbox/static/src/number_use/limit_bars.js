import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

import {Component} from "@odoo/owl";

const COLORS = {
    ok: "bg-primary",
    nearly: "bg-warning",
    reserved: "bg-warning",
    full: "bg-danger",
};

/** How much of each sending limit is used, as bars with their figures in words. */
export class LimitBars extends Component {
    static template = "sms_inbox.LimitBars";
    static props = {...standardFieldProps};

    get bars() {
        return this.props.record.data[this.props.name] || [];
    }

    label(bar) {
        return `${bar.level}: ${bar.name}`;
    }

    percent(bar) {
        return Math.round(bar.share * 100);
    }

    color(bar) {
        return COLORS[bar.state];
    }
}

registry.category("fields").add("sms_inbox_limit_bars", {
    component: LimitBars,
    displayName: _t("Use of limits"),
    supportedTypes: ["json"],
});
