import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

import {openInbox} from "../told/open_inbox";
import {Thread} from "./thread";

import {Component} from "@odoo/owl";

/** The thread of a conversation in its form. */
export class ThreadWidget extends Component {
    static template = "sms_inbox.ThreadWidget";
    static components = {Thread};
    static props = {...standardWidgetProps};

    setup() {
        this.action = useService("action");
    }

    openInInbox() {
        return openInbox(this.action, {id: this.props.record.resId});
    }

    get conversation() {
        const {data, resId} = this.props.record;
        return {
            id: resId,
            contactName: data.partner_id?.display_name || "",
            contactNumber: data.contact_number || "",
            ourName: data.number_id?.display_name || "",
            noTextReason: data.no_text_reason || "",
            mostMedia: data.most_media,
            noMediaReason: data.no_media_reason || "",
        };
    }
}

export const threadWidget = {
    component: ThreadWidget,
    fieldDependencies: [
        {name: "number_id", type: "many2one", relation: "sms.inbox.number"},
        {name: "contact_number", type: "char"},
        {name: "no_text_reason", type: "char"},
        {name: "partner_id", type: "many2one", relation: "res.partner"},
        {name: "most_media", type: "integer"},
        {name: "no_media_reason", type: "char"},
    ],
};

registry.category("view_widgets").add("sms_inbox_thread", threadWidget);
