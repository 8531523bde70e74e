import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

import {TextabilityMark} from "./textability_mark";

import {Component} from "@odoo/owl";

/** The first texts of a bulk text as they would leave: to whom, from where, in words. */
export class RecipientsPreview extends Component {
    static template = "sms_inbox.RecipientsPreview";
    static components = {TextabilityMark};
    static props = {...standardFieldProps};

    get rows() {
        return this.props.record.data[this.props.name] || [];
    }

    senderOf({sender, segments}) {
        return segments > 1
            ? _t("From %(sender)s · counts as %(count)s texts", {
                  sender,
                  count: segments,
              })
            : _t("From %s", sender);
    }
}

export const recipientsPreview = {
    component: RecipientsPreview,
    displayName: _t("Preview of texts"),
    supportedTypes: ["json"],
};

registry.category("fields").add("sms_inbox_recipients_preview", recipientsPreview);
