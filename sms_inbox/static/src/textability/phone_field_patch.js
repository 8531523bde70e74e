import {patch} from "@web/core/utils/patch";
import {PhoneField} from "@web/views/fields/phone/phone_field";

import {askedOf} from "./asked_of";
import {TextabilityMark} from "./textability_mark";
import {useTyped} from "./use_typed";

// Odoo's own phone fields, on whatever model: the number's text is all that is needed.
patch(PhoneField, {
    components: {...PhoneField.components, TextabilityMark},
});

patch(PhoneField.prototype, {
    setup() {
        super.setup(...arguments);
        this.smsInboxTyped = useTyped(
            "input",
            () => this.props.record.data[this.props.name]
        );
    },

    get smsInboxMark() {
        return askedOf(this.props, this.smsInboxTyped.text);
    },
});
