import {deserializeDate} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";

import {Component} from "@odoo/owl";

const MODEL = "sms.inbox.conversation";

/** What is planned with the conversation or its contact: Odoo's activities. */
export class DetailsActivities extends Component {
    static template = "sms_inbox.DetailsActivities";
    static props = {
        conversationId: Number,
        activities: Array,
        reload: Function,
    };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
    }

    get rows() {
        return this.props.activities.map((activity) => ({
            ...activity,
            late: activity.state === "overdue",
            when: this.whenOf(activity),
            doneLabel: _t("Done: %s", activity.name),
        }));
    }

    whenOf({date, state}) {
        if (state === "today") {
            return _t("Today");
        }
        const day = deserializeDate(date).toLocaleString({
            day: "numeric",
            month: "short",
        });
        return state === "overdue" ? _t("Overdue since %s", day) : day;
    }

    async done(id) {
        await this.orm.call("mail.activity", "action_feedback", [[id]]);
        await this.props.reload();
    }

    schedule() {
        const {conversationId, reload} = this.props;
        return this.action.doAction(
            {
                type: "ir.actions.act_window",
                name: _t("Schedule activity"),
                res_model: "mail.activity.schedule",
                views: [[false, "form"]],
                target: "new",
                context: {
                    active_id: conversationId,
                    active_ids: [conversationId],
                    active_model: MODEL,
                },
            },
            {onClose: () => reload()}
        );
    }
}
