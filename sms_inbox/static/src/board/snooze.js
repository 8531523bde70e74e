import {serializeDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

import {laterTimes} from "../inbox/times";
import {WhenItems} from "../inbox/when_items";

import {Component} from "@odoo/owl";

/** Puts a conversation off, from the menu of its card. */
export class SnoozeItems extends Component {
    static template = "sms_inbox.SnoozeItems";
    static components = {WhenItems};
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
    }

    get title() {
        return _t("Snooze");
    }

    async snooze(at) {
        const {resModel, resId, model} = this.props.record;
        const snoozed = {stage: "snoozed", snoozed_until: serializeDateTime(at)};
        await this.orm.write(resModel, [resId], snoozed);
        await model.load();
    }
}

/** Puts off what a window is about, as if one of these times were written in it. */
export class SnoozeButtons extends Component {
    static template = "sms_inbox.SnoozeButtons";
    static props = {...standardWidgetProps};

    get times() {
        return laterTimes();
    }

    async snooze(at) {
        const {record} = this.props;
        await record.update({until: at});
        this.env.onClickViewButton({
            clickParams: {name: "action_snooze", type: "object"},
            getResParams: () => record,
        });
    }
}

const widgets = registry.category("view_widgets");
widgets.add("sms_inbox_snooze_items", {component: SnoozeItems});
widgets.add("sms_inbox_snooze_buttons", {component: SnoozeButtons});
