import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {CharField, charField} from "@web/views/fields/char/char_field";

import {askedOf} from "../../textability/asked_of";
import {TextabilityMark} from "../../textability/textability_mark";
import {useTyped} from "../../textability/use_typed";
import {formatNumber} from "./format_number";

// it adds to what a text field understands, and has to come first
import "@mail/js/onchange_on_keydown";

/**
 * A phone number: easy to read, left to right in every language, and where wanted with
 * the mark that tells whether it can be texted.
 */
export class NumberField extends CharField {
    static template = "sms_inbox.NumberField";
    static components = {...CharField.components, TextabilityMark};
    static props = {
        ...CharField.props,
        mark: {type: Boolean, optional: true},
        /** Whose mark, by the name of a field; else it is the active company's. */
        companyField: {type: String, optional: true},
    };

    setup() {
        super.setup();
        this.typed = useTyped("input", () => this.props.record.data[this.props.name]);
    }

    get formattedValue() {
        return formatNumber(this.props.record.data[this.props.name]);
    }

    get asked() {
        return askedOf(this.props, this.typed.text, this.props.companyField);
    }
}

export const numberField = {
    ...charField,
    component: NumberField,
    displayName: _t("Phone number"),
    supportedTypes: ["char"],
    supportedOptions: [
        ...charField.supportedOptions,
        {label: _t("Show whether it can be texted"), name: "mark", type: "boolean"},
        {label: _t("Company of the mark"), name: "company_field", type: "field"},
    ],
    extractProps: (fieldInfo) => ({
        ...charField.extractProps(fieldInfo),
        mark: Boolean(fieldInfo.options.mark),
        companyField: fieldInfo.options.company_field,
    }),
    listViewWidth: ({options}) => (options.mark ? [155, 190] : [135, 170]),
};

registry.category("fields").add("sms_inbox_number", numberField);
