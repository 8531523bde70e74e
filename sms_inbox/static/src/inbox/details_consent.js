import {deserializeDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";

import {Component} from "@odoo/owl";

/** Whether they want our texts, and the button that changes it. */
export class DetailsConsent extends Component {
    static template = "sms_inbox.DetailsConsent";
    static props = {
        consent: Object,
        optedOut: Boolean,
        onRun: Function,
    };

    get source() {
        const {said_by: by, since} = this.props.consent;
        return since
            ? _t("%(who)s, on %(date)s", {
                  who: by,
                  date: deserializeDateTime(since).toLocaleString({
                      dateStyle: "medium",
                  }),
              })
            : "";
    }
}
