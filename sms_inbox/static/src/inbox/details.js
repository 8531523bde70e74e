import {deserializeDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";
import {SelectCreateDialog} from "@web/views/view_dialogs/select_create_dialog";

import {formatNumber} from "../fields/number_field/format_number";
import {TextabilityMark} from "../textability/textability_mark";
import {Avatar} from "./avatar";
import {OurNumber} from "./our_number";
import {shortTime} from "./row";

import {Component} from "@odoo/owl";

/** Who it is, their other threads, and what else can be done. */
export class Details extends Component {
    static template = "sms_inbox.Details";
    static components = {Avatar, OurNumber, TextabilityMark};
    static props = {
        data: Object,
        onRun: Function,
        onOpenThread: Function,
        onClose: Function,
        reload: Function,
    };

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.orm = useService("orm");
    }

    get number() {
        return formatNumber(this.props.data.contact_number);
    }

    /** The threads on their phone, this one too, latest first. */
    get threads() {
        const {data} = this.props;
        const here = {...data, isHere: true};
        return [here, ...data.others]
            .sort((a, b) => ((a.last_text_at || "") < (b.last_text_at || "") ? 1 : -1))
            .map((row) => ({
                ...row,
                time: row.last_text_at
                    ? shortTime(deserializeDateTime(row.last_text_at))
                    : "",
            }));
    }

    chooseContact() {
        const {data, reload} = this.props;
        this.dialog.add(SelectCreateDialog, {
            title: _t("Who texts here?"),
            resModel: "res.partner",
            domain: [["company_id", "in", [false, data.company_id]]],
            multiSelect: false,
            noCreate: true,
            onSelected: async ([partnerId]) => {
                await this.orm.write("sms.inbox.conversation", [data.id], {
                    partner_id: partnerId,
                });
                await reload();
            },
        });
    }

    openContact() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "res.partner",
            res_id: this.props.data.partner_id,
            views: [[false, "form"]],
        });
    }

    /** Odoo's own page of the conversation: activities, followers, all of its notes. */
    openPage() {
        return this.props.onRun("action_open");
    }

    scheduleActivity() {
        const {id} = this.props.data;
        return this.action.doAction(
            {
                type: "ir.actions.act_window",
                res_model: "mail.activity.schedule",
                views: [[false, "form"]],
                target: "new",
                context: {
                    active_id: id,
                    active_ids: [id],
                    active_model: "sms.inbox.conversation",
                },
            },
            {onClose: () => this.props.reload()}
        );
    }
}
