import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {CharField, charField} from "@web/views/fields/char/char_field";

import {formatNumber} from "./format_number";

/** A phone number: easy to read, and left to right in every language. */
export class NumberField extends CharField {
    static template = "sms_inbox.NumberField";
    static props = {...CharField.props};

    get formattedValue() {
        return formatNumber(this.props.record.data[this.props.name]);
    }
}

export const numberField = {
    ...charField,
    component: NumberField,
    displayName: _t("Phone number"),
    supportedTypes: ["char"],
    listViewWidth: [135, 170],
};

registry.category("fields").add("sms_inbox_number", numberField);
