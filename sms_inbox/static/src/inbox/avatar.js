import {url} from "@web/core/utils/urls";

import {Component} from "@odoo/owl";

/** A contact's picture, or a sign for a number without a contact. */
export class Avatar extends Component {
    static template = "sms_inbox.Avatar";
    static props = {
        partnerId: {type: [Number, Boolean], optional: true},
    };

    get source() {
        return url(`/web/image/res.partner/${this.props.partnerId}/avatar_128`);
    }
}
