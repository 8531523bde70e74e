import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";

import {formatNumber} from "../fields/number_field/format_number";

import {Component, onWillStart, onWillUpdateProps, useState} from "@odoo/owl";

const MODEL = "sms.inbox.conversation";

/** Why nothing can be sent, and what can be done instead. */
export class NoText extends Component {
    static template = "sms_inbox.NoText";
    static props = {data: Object};

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({maySubscribe: false});
        onWillStart(() => this.look(this.props));
        onWillUpdateProps((props) => {
            if (props.data.id !== this.props.data.id) {
                this.state.maySubscribe = false;
                this.look(props);
            }
        });
    }

    get callLabel() {
        return _t("Call %s", formatNumber(this.props.data.contact_number));
    }

    look({data: {id}}) {
        this.asked = id;
        // an extra: without an answer the button is not there
        this.orm.silent
            .call(MODEL, "may_subscribe_again", [[id]])
            .catch(() => false)
            .then((may) => {
                if (id === this.asked) {
                    this.state.maySubscribe = may;
                }
            });
    }

    async subscribe() {
        const ids = [this.props.data.id];
        await this.action.doAction(
            await this.orm.call(MODEL, "action_subscribe", [ids])
        );
    }
}
