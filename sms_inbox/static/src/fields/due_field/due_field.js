import {formatDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

import {useEachMinute} from "../each_minute";
import {due} from "./due";

import {Component} from "@odoo/owl";

const LOOKS = {
    over: {badge: "text-bg-danger", icon: "fa-exclamation-circle"},
    soon: {badge: "text-bg-warning", icon: "fa-hourglass-half"},
    within: {badge: "border border-success text-body", icon: "fa-hourglass-start"},
};

/** Whether an answer is in time, due soon, overdue or not needed, by the clock of now. */
export class DueField extends Component {
    static template = "sms_inbox.DueField";
    static props = {...standardFieldProps};

    setup() {
        useEachMinute();
    }

    get value() {
        return this.props.record.data[this.props.name];
    }

    get isDone() {
        return !this.value && this.props.record.data.probably_done;
    }

    get due() {
        const {state, words} = due(this.value, this.props.record.data.soon_at);
        return {...LOOKS[state], words};
    }

    get exactly() {
        return _t("Answer due: %s", formatDateTime(this.value));
    }
}

export const dueField = {
    component: DueField,
    displayName: _t("Answer due"),
    supportedTypes: ["datetime"],
    fieldDependencies: [
        {name: "soon_at", type: "datetime"},
        {name: "probably_done", type: "boolean"},
    ],
    listViewWidth: [120, 170],
};

registry.category("fields").add("sms_inbox_due", dueField);
