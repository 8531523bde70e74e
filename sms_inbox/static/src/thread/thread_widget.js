import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

import {ThreadBox} from "./thread_box";

import {Component} from "@odoo/owl";

/** The thread of a conversation in its form, which shows what is to be decided itself. */
export class ThreadWidget extends Component {
    static template = "sms_inbox.ThreadWidget";
    static components = {ThreadBox};
    static props = {...standardWidgetProps};
}

registry.category("view_widgets").add("sms_inbox_thread", {component: ThreadWidget});
